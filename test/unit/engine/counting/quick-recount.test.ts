import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import type { EncodedBlock } from '#engine/base/trajectory.ts';
import { createNearLine } from '#engine/counting/near-line.ts';
import { createDayReader } from '#engine/counting/quick-recount.ts';
import { createRecount } from '#engine/counting/recount.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { decodeBlock, decodePaths } from '#engine/trajectories/path-codec.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { anyCrowd, detectionsOf } from './crowd.ts';
import { middle, picture } from './walks.ts';

const startMs = Date.UTC(2026, 2, 2, 10);

/** Lines of each kind, among them one that turns back on itself and one beside which all pass. */
const shapes: Partial<Line>[] = [
  {},
  { anchor: 'centre', minHeight: 0.14 },
  { points: [{ x: 0.3, y: 0.2 }, { x: 0.62, y: 0.9 }], anchor: 'top' }, // prettier-ignore
  { points: [{ x: 0.2, y: 0.6 }, { x: 0.5, y: 0.3 }, { x: 0.8, y: 0.6 }] }, // prettier-ignore
  { points: [{ x: 0.3, y: 0.3 }, { x: 0.7, y: 0.3 }, { x: 0.7, y: 0.8 }, { x: 0.3, y: 0.8 }, { x: 0.3, y: 0.45 }] }, // prettier-ignore
  { points: [{ x: 0.02, y: 0.5 }, { x: 0.1, y: 0.5 }] }, // prettier-ignore
  { labels: ['vehicle'] },
];
const lines = shapes.map((shape, index): Line => ({ ...middle, id: `line-${index}`, ...shape }));

const anyFilm = fc.record({
  crowd: anyCrowd,
  fps: fc.constantFrom(4, 7, 10, 25),
  /** The camera stands still, or its clock jumps back, once */
  jump: fc.record({ atShare: fc.double({ min: 0, max: 1, noNaN: true }), ms: fc.constantFrom(0, 700, 1_600, 40_000, -400, -5_000) }), // prettier-ignore
  isDrawn: fc.boolean(),
  /** From the middle on, the picture has another size */
  isResized: fc.boolean(),
});
type Film = typeof anyFilm extends fc.Arbitrary<infer F> ? F : never;

/** Two people who swap places and labels, so that newborns find lost ones of both sides. */
function film({ crowd, fps, jump, isDrawn, isResized }: Film): EncodedBlock[] {
  const seen = detectionsOf(crowd, fps, 40 * fps).map(
    (boxes, frame): Detection[] =>
    // Everybody vanishes now and then, and comes back as somebody else.
    frame % (6 * fps) < fps ? [] : boxes.map((box, at) => ({ ...box, label: at % 3 ? 'person' : 'vehicle' })), // prettier-ignore
  );
  const sizes = isResized ? [picture, { width: 640, height: 480 }] : [picture];
  const jumpFrame = Math.floor(jump.atShare * seen.length);
  const half = Math.ceil(seen.length / sizes.length);
  return sizes.flatMap((size, part) => {
    const recorder = createTrajectoryRecorder({
      picture: size,
      isNearLine: createNearLine(isDrawn ? lines : [], size),
    });
    const tracker = createByteTracker({ picture: size, fps });
    const blocks = seen.slice(part * half, (part + 1) * half).map((boxes, index) => {
      const frame = part * half + index;
      const atMs = Math.round((frame * 1000) / fps) + (frame >= jumpFrame ? jump.ms : 0);
      const tracks = tracker.update(boxes, atMs / 1000);
      return recorder.see(tracks, startMs + atMs);
    });
    return [...blocks, recorder.flush()].filter((block) => block !== null);
  });
}

const inOrder = (crossings: readonly LineCrossing[]): LineCrossing[] =>
  crossings.toSorted(
    (a, b) =>
      a.atSeconds - b.atSeconds ||
      a.frameSeq - b.frameSeq ||
      a.trackId - b.trackId ||
      a.ordinal - b.ordinal,
  );

describe('the quick recount', () => {
  it('finds the crossings of the whole one, all and no other, with every figure', () => {
    let crossings = 0;
    fc.assert(
      fc.property(anyFilm, (any) => {
        const blocks = film(any);
        const quick = createDayReader();
        blocks.forEach(({ parts, ...block }, epoch) => {
          quick.add(decodePaths({ ...block, epoch: Math.floor(epoch / 3), paths: parts }));
        });
        const day = quick.finish();
        lines.forEach((line) => {
          const whole = createRecount({ line });
          const expected = blocks.flatMap((block, epoch) =>
            whole.add(decodeBlock({ ...block, epoch: Math.floor(epoch / 3) })),
          );
          expected.push(...whole.finish());
          crossings += expected.length;
          expect(inOrder(day.crossingsOf(line))).toEqual(inOrder(expected));
        });
      }),
      { numRuns: 60, seed: 11, endOnFailure: true },
    );
    expect(crossings).toBeGreaterThan(500);
  }, 300_000);
});
