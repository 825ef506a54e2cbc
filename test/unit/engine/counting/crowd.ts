/**
 * Made-up crowds for property tests: people who walk between random points, seen with jitter and misses.
 */
import fc from 'fast-check';
import type { LineCrossing } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import type { Point } from '#contract/geometry.ts';
import type { LineCounter } from '#engine/counting/line-counter.ts';
import type { Tracker } from '#engine/tracking/byte-tracker.ts';

export interface Crowd {
  /** Way points of each person, normalised */
  readonly ways: readonly (readonly Point[])[];
  /** Error of a box as a share of its sides, and share of boxes that are missed */
  readonly jitter: number;
  readonly misses: number;
  readonly seed: number;
}

const place = fc.record({
  x: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
  y: fc.double({ min: 0.2, max: 0.95, noNaN: true }),
});

/** Any crowd of up to six people. */
export const anyCrowd: fc.Arbitrary<Crowd> = fc.record({
  ways: fc.array(fc.array(place, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
  jitter: fc.double({ min: 0, max: 0.08, noNaN: true }),
  misses: fc.double({ min: 0, max: 0.3, noNaN: true }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});

const personSize = { width: 0.05, height: 0.15 };
/** Picture heights a second. */
const speed = 0.15;

/** What a network would see of a crowd, frame by frame. */
export function detectionsOf(crowd: Crowd, fps: number, frames: number): Detection[][] {
  const random = randomFrom(crowd.seed);
  const wobble = (): number => (random() + random() + random() - 1.5) * 2 * crowd.jitter;
  return Array.from({ length: frames }, (_, frame) =>
    crowd.ways.flatMap((way): Detection[] => {
      const feet = placeOn(way, (frame / fps) * speed);
      const isMissed = random() < crowd.misses;
      const [dx, dy, dw, dh] = [wobble(), wobble(), wobble(), wobble()];
      if (feet === null || isMissed) return [];
      const width = personSize.width * (1 + dw);
      const height = personSize.height * (1 + dh);
      const x = feet.x + personSize.width * dx - width / 2;
      const y = feet.y + personSize.height * dy - height;
      return [{ box: { x, y, width, height }, score: 0.6 + 0.4 * random(), label: 'person' }];
    }),
  );
}

/** Runs frames from `first` on through tracker and counter. */
export function count(
  chain: { readonly tracker: Tracker; readonly counter: LineCounter },
  frames: readonly Detection[][],
  time: { readonly fps: number; readonly first?: number },
): LineCrossing[] {
  const { fps, first = 0 } = time;
  return frames.flatMap((detections, index) => {
    const frameSeq = first + index;
    const tracks = chain.tracker.update(detections, frameSeq / fps);
    return chain.counter.update(tracks, { seconds: frameSeq / fps, frameSeq });
  });
}

function placeOn(way: readonly Point[], distance: number): Point | null {
  let left = distance;
  for (let index = 1; index < way.length; index += 1) {
    const from = way[index - 1]!;
    const to = way[index]!;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (left <= length) {
      const share = length === 0 ? 0 : left / length;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    left -= length;
  }
  return null;
}

/** Numbers 0…1, the same for the same seed (xorshift). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
