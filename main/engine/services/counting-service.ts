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
import { freeId } from './free-id.ts';

export interface CountingServiceDeps {
  readonly site: Site;
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  /** Throws REQ_001 when the points are no line that can count. */
  readonly checkLine: (points: LineDraft['points'], picture: Size) => void;
}

/** Lines can be drawn before the first picture has come; they are checked as on this one. */
const usualPicture: Size = { width: 1920, height: 1080 };

export function createCountingService({
  site,
  store,
  events,
  checkLine,
}: CountingServiceDeps): Pick<
  Handlers,
  'line.list' | 'line.save' | 'line.remove' | 'tally.query' | 'crossing.list' | 'coverage.query'
> {
  async function refresh(cameraId: string): Promise<void> {
    site.setLines(cameraId, await store.lines.list(cameraId));
  }

  /** An id that no line ever had, removed ones included: their crossings keep it. */
  async function unusedId(name: string): Promise<string> {
    const taken: string[] = [];
    for (;;) {
      const id = freeId(name, taken);
      if ((await store.lines.revisions(id)).length === 0) return id;
      taken.push(id);
    }
  }

  return {
    'line.list': ({ cameraId }) => site.lines(cameraId),
    'line.save': async (draft) => {
      checkLine(draft.points, site.camera(draft.cameraId).picture ?? usualPicture);
      const line: Line = await store.lines.save({
        id: draft.id ?? (await unusedId(draft.name)),
        cameraId: draft.cameraId,
        name: draft.name,
        points: draft.points,
        anchor: draft.anchor,
        labels: draft.labels,
      });
      await refresh(line.cameraId);
      events.emit('line', line satisfies EventOf<'line'>);
      return line;
    },
    'line.remove': async ({ id }) => {
      const line = await store.lines.remove(id);
      await refresh(line.cameraId);
      events.emit('lineRemoved', { id, cameraId: line.cameraId });
      return {};
    },
    'tally.query': (query) =>
      store.tallies.query({
        ...query,
        timeZone: query.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    'crossing.list': (query) => store.crossings.list(query),
    'coverage.query': (query) => store.coverage.query(query),
  };
}
