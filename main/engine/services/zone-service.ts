/**
 * The procedures of zones and flows: what is drawn, what happened there, who is inside now.
 */
import type { CameraId } from '#contract/camera.ts';
import type { Size } from '#contract/geometry.ts';
import type { ZoneDraft } from '#contract/zone.ts';
import type { Emitter } from '#engine/base/emitter.ts';
import type { Handlers } from '#engine/router.ts';
import type { EventMap, Site } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';
import { unusedId } from './free-id.ts';
import { pictureOf } from './picture-of.ts';

export interface ZoneServiceDeps {
  /** IANA name of the zone of the site */
  readonly timeZone: string;
  readonly site: Site;
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  /** Throws REQ_001 when the points are no zone in which somebody can be counted. */
  readonly checkZone: (points: ZoneDraft['points'], picture: Size) => void;
  /** Throws REQ_003 when the site's occupancy is counted with it. */
  readonly refuseUsed: (place: { readonly on: 'line' | 'zone'; readonly id: string }) => void;
}

type ZoneHandlers = Pick<
  Handlers,
  | 'zone.list'
  | 'zone.save'
  | 'zone.remove'
  | 'zoneEvent.list'
  | 'occupancy.get'
  | 'flow.list'
  | 'flow.save'
  | 'flow.remove'
  | 'flowPassage.list'
  | 'flowPassage.tally'
>;

export function createZoneService(deps: ZoneServiceDeps): ZoneHandlers {
  const { site, store, events } = deps;
  const camerasOf = (cameraId: CameraId | undefined) =>
    cameraId === undefined ? site.cameras().map(({ id }) => id) : [cameraId];

  return {
    'zone.list': ({ cameraId }) => camerasOf(cameraId).flatMap((id) => [...site.plan(id).zones]),
    'zone.save': async (draft) => {
      deps.checkZone(draft.points, pictureOf(site, draft.cameraId));
      const wasUsed = async (id: string) => (await store.zones.revisions(id)).length > 0;
      const zone = await store.zones.save({
        ...draft,
        id: draft.id ?? (await unusedId(draft.name, wasUsed)),
      });
      await site.refreshPlan(zone.cameraId);
      events.emit('zone', zone);
      return zone;
    },
    'zone.remove': async ({ id }) => {
      deps.refuseUsed({ on: 'zone', id });
      const { cameraId } = await store.zones.remove(id);
      await site.refreshPlan(cameraId);
      events.emit('zoneRemoved', { id, cameraId });
      return {};
    },
    'zoneEvent.list': (query) => store.zones.events(query),
    'occupancy.get': ({ cameraId }) =>
      camerasOf(cameraId).flatMap((id) => {
        const occupancy = site.occupancy(id);
        return occupancy === null || occupancy.zones.length === 0 ? [] : [occupancy];
      }),
    'flow.list': ({ cameraId }) => camerasOf(cameraId).flatMap((id) => [...site.plan(id).flows]),
    'flow.save': async (draft) => {
      const wasUsed = async (id: string) => (await store.flows.revisions(id)).length > 0;
      const flow = await store.flows.save({
        ...draft,
        id: draft.id ?? (await unusedId(draft.name, wasUsed)),
      });
      await site.refreshPlan(flow.cameraId);
      events.emit('flow', flow);
      return flow;
    },
    'flow.remove': async ({ id }) => {
      const { cameraId } = await store.flows.remove(id);
      await site.refreshPlan(cameraId);
      events.emit('flowRemoved', { id, cameraId });
      return {};
    },
    'flowPassage.list': (query) => store.flows.passages(query),
    'flowPassage.tally': (query) =>
      store.flows.tallies({
        ...query,
        timeZone: query.timeZone ?? deps.timeZone,
      }),
  };
}
