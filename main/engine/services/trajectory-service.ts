/**
 * The procedures that look at the past: receipts, near misses, what-if, and the line doctor.
 */
import type { Line, LineDraft } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { ReceiptPicture } from '#contract/trajectory.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { ReviewThread } from '#engine/review-thread.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import { bucketEdges } from '#engine/base/time-buckets.ts';
import type { Store } from '#engine/store/store.ts';

export interface TrajectoryServiceDeps {
  readonly site: Site;
  readonly store: Store;
  readonly review: Pick<ReviewThread, 'ask'>;
  readonly clock: Clock;
  /** Throws REQ_001 when the points are no line that can count. */
  readonly checkLine: (points: LineDraft['points'], picture: Size) => void;
  /** IANA name of the zone of the site */
  readonly timeZone: string;
  /** Pictures of a recording around a time (Unix ms); empty without one. */
  readonly pictures: (cameraId: string, at: number) => Promise<readonly ReceiptPicture[]>;
}

/** Lines can be drawn before the first picture has come; they are checked as on this one. */
const usualPicture: Size = { width: 1920, height: 1080 };
const maxBuckets = 2_000;

export function createTrajectoryService(
  deps: TrajectoryServiceDeps,
): Pick<
  Handlers,
  'crossing.receipt' | 'line.nearMisses' | 'line.whatIf' | 'line.check' | 'line.map'
> {
  const { site, store, review, clock } = deps;

  async function lineOf(id: string): Promise<Line> {
    const line = await store.lines.get(id);
    if (!line) throw new StationError('REQ_002', `There is no line "${id}".`, { path: 'lineId' });
    return line;
  }

  function checkDraft(draft: Pick<Line, 'cameraId' | 'points'>): void {
    deps.checkLine(draft.points, site.camera(draft.cameraId).picture ?? usualPicture);
  }

  return {
    'crossing.receipt': async ({ id }, { signal }) => {
      const crossing = await store.crossings.get(id);
      if (!crossing) throw new StationError('REQ_002', `There is no crossing ${String(id)}.`);
      const revisions = await store.lines.revisions(crossing.lineId);
      const line =
        revisions.find((entry) => entry.line.revision === crossing.lineRevision)?.line ?? null;
      const model = await store.models.get(crossing.modelDigest);
      const path =
        line === null
          ? { pathState: 'not-kept' as const, picture: null, path: [], rule: null }
          : await review.ask('receipt', { crossing, line, now: clock.now() }, signal);
      return {
        crossing,
        line,
        model: {
          name: model?.card.name ?? '',
          version: model?.card.version ?? '',
          digest: crossing.modelDigest,
        },
        configDigest: crossing.configDigest,
        ...path,
        pictures: [...(await deps.pictures(crossing.cameraId, crossing.at))],
      };
    },
    'line.nearMisses': async ({ lineId, from, to, limit }, { signal }) =>
      review.ask('nearMisses', { line: await lineOf(lineId), span: { from, to }, limit }, signal),
    'line.whatIf': async (query, { signal }) => {
      checkDraft(query);
      const startedMs = clock.monotonicMs();
      const timeZone = query.timeZone ?? deps.timeZone;
      const edges = bucketEdges({ ...query, timeZone }, maxBuckets);
      const { cameraId, points, anchor, labels, minHeight } = query;
      const shape = { cameraId, points, anchor, labels, minHeight };
      const draft = { id: 'draft', name: 'Draft', revision: 1, ...shape };
      const old = query.lineId === undefined ? null : await lineOf(query.lineId);
      if (old !== null && old.cameraId !== cameraId) {
        throw new StationError('REQ_003', `The line "${old.id}" is on another camera.`, {
          path: 'lineId',
        });
      }
      const counted = await review.ask('whatIf', { draft, old, edges }, signal);
      return { ...counted, tookMs: clock.monotonicMs() - startedMs };
    },
    'line.check': (draft, { signal }) => {
      checkDraft(draft);
      return review.ask('check', draft, signal);
    },
    'line.map': ({ cameraId, anchor }, { signal }) => {
      site.camera(cameraId);
      return review.ask('map', { cameraId, anchor }, signal);
    },
  };
}
