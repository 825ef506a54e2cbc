/**
 * The procedures of lines, crossings, tallies and coverage.
 */
import type { Line, LineDraft } from '#contract/counting.ts';
import type { EventOf } from '#contract/events.ts';
import type { Size } from '#contract/geometry.ts';
import type { Handlers } from '#engine/router.ts';
import type { EventMap, Site } from '#engine/site.ts';
import type { Emitter } from '#engine/base/emitter.ts';
import type { Store } from '#engine/store/store.ts';
import { queryTallies } from './certificate-service.ts';
import { unusedId } from './free-id.ts';
import { pictureOf } from './picture-of.ts';

export interface CountingServiceDeps {
  readonly site: Site;
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  /** IANA name of the zone of the site */
  readonly timeZone: string;
  /** Throws REQ_001 when the points are no line that can count. */
  readonly checkLine: (points: LineDraft['points'], picture: Size) => void;
  /** Throws REQ_003 when the site's occupancy is counted with it. */
  readonly refuseUsed: (place: { readonly on: 'line' | 'zone'; readonly id: string }) => void;
}

export function createCountingService({
  site,
  store,
  events,
  timeZone,
  checkLine,
  refuseUsed,
}: CountingServiceDeps): Pick<
  Handlers,
  | 'line.list'
  | 'line.save'
  | 'line.remove'
  | 'tally.query'
  | 'tally.boundaries'
  | 'crossing.list'
  | 'coverage.query'
> {
  const wasUsed = async (id: string) => (await store.lines.revisions(id)).length > 0;

  return {
    'line.list': ({ cameraId }) =>
      (cameraId === undefined ? site.cameras().map(({ id }) => id) : [cameraId]).flatMap((id) => [
        ...site.plan(id).lines,
      ]),
    'line.save': async (draft) => {
      checkLine(draft.points, pictureOf(site, draft.cameraId));
      const line: Line = await store.lines.save({
        id: draft.id ?? (await unusedId(draft.name, wasUsed)),
        cameraId: draft.cameraId,
        name: draft.name,
        points: draft.points,
        anchor: draft.anchor,
        labels: draft.labels,
        ...(draft.minHeight === undefined ? {} : { minHeight: draft.minHeight }),
      });
      await site.refreshPlan(line.cameraId);
      events.emit('line', line satisfies EventOf<'line'>);
      return line;
    },
    'line.remove': async ({ id }) => {
      refuseUsed({ on: 'line', id });
      const line = await store.lines.remove(id);
      await site.refreshPlan(line.cameraId);
      events.emit('lineRemoved', { id, cameraId: line.cameraId });
      return {};
    },
    'tally.query': (query) =>
      queryTallies(
        { store },
        {
          ...query,
          timeZone: query.timeZone ?? timeZone,
        },
      ),
    'tally.boundaries': (query) => store.tallies.boundaries(query),
    'crossing.list': (query) => store.crossings.list(query),
    'coverage.query': (query) => store.coverage.query(query),
  };
}
