import { describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import { createReview } from '#engine/review.ts';
import { addCamera } from '#engine/store/cameras.ts';
import { openDatabase } from '#engine/store/database.ts';
import { insertBlock } from '#engine/store/trajectories.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { aCamera } from '#test/store-records.ts';
import { middle, path, picture, trackAt } from './counting/walks.ts';

const startMs = Date.UTC(2026, 2, 2, 10);
const hourMs = 3_600_000;
const edges = [startMs, startMs + hourMs, startMs + 2 * hourMs];
const moved: Line = { ...middle, points: middle.points.map(({ x, y }) => ({ x, y: y - 0.3 })) };

/** A database with one camera, on which people walk up the picture, some of them only to the middle. */
function aStreet() {
  const database = openDatabase({ file: ':memory:', role: 'writer' });
  addCamera(database, aCamera({ id: middle.cameraId }), startMs);
  let epoch = 0;
  return {
    review: createReview(database),
    walk: ({ atMs, to }: { readonly atMs: number; readonly to: number }): void => {
      const recorder = createTrajectoryRecorder({ picture, isNearLine: () => true });
      path([
        [0.5, 0.9],
        [0.5, to],
      ]).forEach((feet, frame) => {
        const tracks: Track[] = feet === null ? [] : [trackAt(feet)];
        recorder.see(tracks, startMs + atMs + frame * 100);
      });
      const block = recorder.flush();
      epoch += 1;
      if (block !== null) insertBlock(database, { cameraId: middle.cameraId, epoch, block });
    },
  };
}

describe('what a moved line would have counted', () => {
  it('is told beside what the old one did, by bucket, and again when more was written down', () => {
    const { review, walk } = aStreet();
    walk({ atMs: 1_000, to: 0.1 });
    walk({ atMs: 60_000, to: 0.3 });
    const ask = (draft: Line) => review.whatIf({ draft, old: middle, edges }, () => false);
    expect(ask(moved)).toMatchObject({ old: { in: 2, out: 0 }, draft: { in: 1, out: 0 } });
    expect(ask(middle)).toMatchObject({ old: { in: 2, out: 0 }, draft: { in: 2, out: 0 } });
    walk({ atMs: hourMs + 1_000, to: 0.1 });
    const { buckets, tracks } = ask(moved);
    expect(buckets.map(({ old, draft }) => [old?.in, draft.in])).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(tracks).toBe(3);
  });

  it('is not worked out when nobody waits for it', () => {
    const { review, walk } = aStreet();
    walk({ atMs: 1_000, to: 0.1 });
    const ask = () => review.whatIf({ draft: moved, old: middle, edges }, () => true);
    expect(ask).toThrow(expect.objectContaining({ code: 'REQ_004' }));
  });
});
