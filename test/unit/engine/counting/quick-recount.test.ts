import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Detection, Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { EncodedBlock } from '#engine/base/trajectory.ts';
import { createNearLine } from '#engine/counting/near-line.ts';
import { createDayReader } from '#engine/counting/quick-recount.ts';
import { createRecount } from '#engine/counting/recount.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { decodeBlock, decodePaths } from '#engine/trajectories/path-codec.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { anyBrokenness, type Brokenness, brokenTracks } from './broken-identities.ts';
import { anyCrowd, type Crowd, detectionsOf } from './crowd.ts';
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

/** How a film is taken, whoever is on it. */
const anyTake = fc.record({
  fps: fc.constantFrom(4, 7, 10, 25),
  /** The camera stands still, or its clock jumps back, once */
  jump: fc.record({ atShare: fc.double({ min: 0, max: 1, noNaN: true }), ms: fc.constantFrom(0, 700, 1_600, 40_000, -400, -5_000) }), // prettier-ignore
  isDrawn: fc.boolean(),
  /** From the middle on, the picture has another size */
  isResized: fc.boolean(),
  /** Blocks are as short as this, ms */
  blockMs: fc.constantFrom(1_300, 7_000, 60_000),
});
type Take = typeof anyTake extends fc.Arbitrary<infer T> ? T : never;
type TracksAt = (frame: number, atMs: number) => readonly Track[];

/** The blocks of `seconds`; `startPart` gives the tracks of a part of the film with one size of picture. */
function blocksOf(
  take: Take,
  seconds: number,
  startPart: (size: Size) => TracksAt,
): EncodedBlock[] {
  const { fps, jump, isDrawn, isResized, blockMs } = take;
  const frames = seconds * fps;
  const sizes = isResized ? [picture, { width: 640, height: 480 }] : [picture];
  const jumpFrame = Math.floor(jump.atShare * frames);
  const half = Math.ceil(frames / sizes.length);
  return sizes.flatMap((size, part) => {
    const isNearLine = createNearLine(isDrawn ? lines : [], size);
    const recorder = createTrajectoryRecorder({ picture: size, isNearLine });
    const tracksAt = startPart(size);
    let begunMs = -Infinity;
    const blocks = Array.from({ length: Math.min(half, frames - part * half) }, (_, index) => {
      const frame = part * half + index;
      const atMs = Math.round((frame * 1000) / fps) + (frame >= jumpFrame ? jump.ms : 0);
      const isOver = atMs - begunMs >= blockMs;
      if (isOver) begunMs = atMs;
      const cut = isOver ? recorder.flush() : null;
      return [cut, recorder.see(tracksAt(frame, atMs), startMs + atMs)];
    });
    return [...blocks.flat(), recorder.flush()].filter((block) => block !== null);
  });
}

/** Two people who swap places and labels, so that newborns find lost ones of both sides. */
function crowdFilm(crowd: Crowd, take: Take): EncodedBlock[] {
  const seconds = 40;
  const { fps } = take;
  const seen = detectionsOf(crowd, fps, seconds * fps).map(
    (boxes, frame): Detection[] =>
    // Everybody vanishes now and then, and comes back as somebody else.
    frame % (6 * fps) < fps ? [] : boxes.map((box, at) => ({ ...box, label: at % 3 ? 'person' : 'vehicle' })), // prettier-ignore
  );
  return blocksOf(take, seconds, (size) => {
    const tracker = createByteTracker({ picture: size, fps });
    return (frame, atMs) => tracker.update(seen[frame] ?? [], atMs / 1000);
  });
}

function brokenFilm(brokenness: Brokenness, take: Take): EncodedBlock[] {
  const seconds = 25;
  const tracks = brokenTracks(brokenness, take.fps, seconds * take.fps);
  return blocksOf(take, seconds, () => (frame) => tracks[frame] ?? []);
}

/** Counts each line quickly and wholly, and compares. @returns how many crossings there were */
function compare(blocks: readonly EncodedBlock[]): number {
  const epochOf = (index: number): number => Math.floor(index / 3);
  const quick = createDayReader();
  blocks.forEach(({ parts, ...block }, index) => {
    quick.add(decodePaths({ ...block, epoch: epochOf(index), paths: parts }));
  });
  const day = quick.finish();
  let crossings = 0;
  for (const line of lines) {
    const whole = createRecount({ line });
    const expected = blocks.flatMap((block, index) =>
      whole.add(decodeBlock({ ...block, epoch: epochOf(index) })),
    );
    expected.push(...whole.finish());
    expect(inOrder(day.crossingsOf(line))).toEqual(inOrder(expected));
    crossings += expected.length;
  }
  return crossings;
}

const inOrder = (crossings: readonly LineCrossing[]): LineCrossing[] =>
  crossings.toSorted(
    (a, b) =>
      a.atSeconds - b.atSeconds ||
      a.frameSeq - b.frameSeq ||
      a.trackId - b.trackId ||
      a.ordinal - b.ordinal,
  );

describe('the quick recount finds the crossings of the whole one, all and no other, with every figure', () => {
  it('of crowds through the tracker', () => {
    let crossings = 0;
    fc.assert(
      fc.property(anyCrowd, anyTake, (crowd, take) => {
        crossings += compare(crowdFilm(crowd, take));
      }),
      { numRuns: 60, seed: 11, endOnFailure: true },
    );
    expect(crossings).toBeGreaterThan(500);
  }, 300_000);

  it('of tracks whose identities break all the time', () => {
    let crossings = 0;
    fc.assert(
      fc.property(anyBrokenness, anyTake, (brokenness, take) => {
        crossings += compare(brokenFilm(brokenness, take));
      }),
      { numRuns: 200, seed: 11, endOnFailure: true },
    );
    expect(crossings).toBeGreaterThan(5_000);
  }, 300_000);

  it('of one who was forgotten, comes back and stops just behind the line', () => {
    const feet = [...stays(0.46, 10), ...stays(null, 24), 0.46, 0.48, 0.499, ...stays(0.5095, 10)];
    const take: Take = { fps: 10, jump: { atShare: 1, ms: 0 }, isDrawn: true, isResized: false, blockMs: 60_000 }; // prettier-ignore
    const blocks = blocksOf(take, feet.length / take.fps, () => (frame) => {
      const bottom = feet[frame] ?? null;
      if (bottom === null) return [];
      const box = { x: 0.47, y: bottom - 0.15, width: 0.06, height: 0.15 };
      return [{ trackId: 1, box, label: 'person', score: 1, isConfirmed: true, unseenSeconds: 0 }];
    });
    expect(compare(blocks)).toBeGreaterThan(0);
  });
});

const stays = (at: number | null, frames: number) => Array.from({ length: frames }, () => at);
