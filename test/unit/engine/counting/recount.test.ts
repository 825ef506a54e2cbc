import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { NearMissReason } from '#contract/trajectory.ts';
import type { TrajectoryBlock } from '#engine/base/trajectory.ts';
import { createLineCounter, type LineStep } from '#engine/counting/line-counter.ts';
import { findNearMisses } from '#engine/counting/near-misses.ts';
import { createNearLine } from '#engine/counting/near-line.ts';
import { readReceipt } from '#engine/counting/receipt.ts';
import { createRecount, splitTrackId } from '#engine/counting/recount.ts';
import { UnconfirmedTracks } from '#engine/counting/unconfirmed.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { decodeBlock } from '#engine/trajectories/path-codec.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import { anyCrowd, detectionsOf } from './crowd.ts';
import { middle, path, picture, trackAt, type Walk } from './walks.ts';

const fps = 10;
const startMs = Date.UTC(2026, 2, 2, 10);

/** Frames of tracks as blocks, written down while `drawn` was there. */
function blocksOf(
  frames: readonly (readonly Track[])[],
  drawn: readonly Line[],
): TrajectoryBlock[] {
  const recorder = createTrajectoryRecorder({
    picture,
    isNearLine: createNearLine(drawn, picture),
  });
  const blocks = frames.map((tracks, frame) =>
    recorder.see(tracks, startMs + (frame * 1000) / fps),
  );
  return [...blocks, recorder.flush()]
    .filter((block) => block !== null)
    .map((block) => decodeBlock({ ...block, epoch: 3 }));
}

function live(frames: readonly (readonly Track[])[]): LineCrossing[] {
  const counter = createLineCounter(middle, picture);
  const tail = Array.from({ length: 3 * fps }, (): Track[] => []);
  return [...frames, ...tail].flatMap((tracks, frameSeq) =>
    counter.update(tracks, { seconds: startMs / 1000 + frameSeq / fps, frameSeq }),
  );
}

function again(blocks: readonly TrajectoryBlock[]): LineCrossing[] {
  const recount = createRecount({ line: middle });
  return [...blocks.flatMap((block) => recount.add(block)), ...recount.finish()];
}

const gist = ({ trackId, direction, ordinal }: LineCrossing): string =>
  `${String(splitTrackId(trackId).trackId)} ${direction} ${String(ordinal)}`;

describe('a recount', () => {
  it('of a line that was drawn meanwhile gives what was counted live, save where a hair decides', () => {
    const crowds = fc.sample(anyCrowd, { numRuns: 60, seed: 3 });
    const sum = { live: 0, whole: 0 };
    for (const crowd of crowds) {
      const tracker = createByteTracker({ picture, fps });
      const frames = detectionsOf(crowd, fps, 80).map((seen, frame) =>
        tracker.update(seen, frame / fps),
      );
      const blocks = blocksOf(frames, [middle]);
      const expected = new Set(live(frames).map(gist));
      sum.live += expected.size;
      sum.whole += again(blocks).filter((crossing) => expected.has(gist(crossing))).length;
    }
    expect(sum.live).toBeGreaterThan(40);
    expect(sum.whole / sum.live).toBeGreaterThanOrEqual(0.98);
  });

  it('goes on over the edge of a block, and finds the line that nobody had drawn', () => {
    // Sixty seconds to and fro: two blocks.
    const walk = Array.from({ length: 12 }, (_, index) =>
      path(
        [
          [0.5, index % 2 ? 0.2 : 0.8],
          [0.5, index % 2 ? 0.8 : 0.2],
        ],
        { speed: 0.12 },
      ),
    ).flat();
    const frames = walk.map((feet) => (feet ? [trackAt(feet)] : []));
    const blocks = blocksOf(frames, []);
    expect(blocks.length).toBeGreaterThan(1);
    expect(again(blocks).map(({ direction }) => direction)).toEqual(
      Array.from({ length: 12 }, (_, index) => (index % 2 ? 'out' : 'in')),
    );
  });
});

function missesOf(walk: Walk, changes: Partial<Track> = {}, line: Line = middle): NearMissReason[] {
  const frames = walk.map((feet) => (feet ? [trackAt(feet, changes)] : []));
  const tail = Array.from({ length: 4 * fps }, (): Track[] => []);
  const steps = new Map<number, LineStep[]>();
  const recount = createRecount({
    line,

    watch: (step) => steps.set(step.trackId, [...(steps.get(step.trackId) ?? []), step]),
  });
  const unconfirmed = new UnconfirmedTracks(line);
  for (const block of blocksOf([...frames, ...tail], [line])) {
    recount.add(block);
    unconfirmed.add(block);
  }
  recount.finish();
  const found = [...steps].flatMap(([trackId, ofTrack]) =>
    findNearMisses({ line, trackId, steps: ofTrack, isGoingOn: false }, 'cam:3:1'),
  );
  return [...found, ...unconfirmed.misses('cam')].map(({ reason }) => reason);
}

describe('near misses', () => {
  it.each<[string, Walk, NearMissReason[]]>([
    [
      'crosses',
      path([
        [0.5, 0.9],
        [0.5, 0.1],
      ]),
      [],
    ],
    [
      'stays far away',
      path([
        [0.5, 0.9],
        [0.5, 0.7],
        [0.5, 0.9],
      ]),
      [],
    ],
    [
      'comes near and goes back',
      path([
        [0.5, 0.9],
        [0.5, 0.503],
        [0.5, 0.9],
      ]),
      ['came-close'],
    ],
    [
      'turns back within the band',
      path([
        [0.5, 0.9],
        [0.5, 0.494],
        [0.5, 0.9],
      ]),
      ['turned-back'],
    ],
    [
      'passes beside the ends',
      path([
        [0.95, 0.9],
        [0.95, 0.1],
      ]),
      ['beside-the-ends'],
    ],
    [
      'is lost on the line',
      path([
        [0.5, 0.9],
        [0.5, 0.495],
      ]),
      ['lost'],
    ],
    [
      'begins on the line and moves a little',
      path(
        [
          [0.5, 0.501],
          [0.5, 0.4908],
        ],
        { speed: 0.02 },
      ),
      ['small-move'],
    ],
  ])('of a person who %s', (_, walk, reasons) => {
    expect(missesOf(walk)).toEqual(reasons);
  });

  it('name a label that does not count', () => {
    const onlyVehicles: Line = { ...middle, labels: ['vehicle'] };
    expect(
      missesOf(
        path([
          [0.5, 0.9],
          [0.5, 0.1],
        ]),
        {},
        onlyVehicles,
      ),
    ).toEqual(['label-not-counted']);
  });

  it('name who was seen too briefly', () => {
    expect(missesOf([{ x: 0.5, y: 0.501 }], { isConfirmed: false })).toEqual(['unconfirmed']);
  });
});

describe('a receipt', () => {
  const walk = path([
    [0.5, 0.9],
    [0.5, 0.1],
  ]);
  const frames = walk.map((feet) => (feet ? [trackAt(feet)] : []));
  const blocks = blocksOf(frames, [middle]);
  const [counted] = live(frames);
  const crossing = {
    id: 1,
    cameraId: 'cam',
    lineId: middle.id,
    lineRevision: 1,
    trackUid: 'cam:3:1',
    ordinal: 0,
    direction: 'in' as const,
    label: 'person' as const,
    at: Math.round((counted?.atSeconds ?? 0) * 1000),
    score: 0.9,
    point: { x: 0.5, y: 0.49 },
    box: { x: 0.47, y: 0.34, width: 0.06, height: 0.15 },
    modelDigest: 'a',
    configDigest: 'b',
  };

  it('shows the path and what the rule knew', () => {
    const receipt = readReceipt({ crossing, line: middle, blocks });
    expect(receipt?.rule).toEqual({
      settledBefore: 'out',
      candidateSince: crossing.at,
      heldSeconds: 0,
      neededSeconds: 0.2,
      decidedBy: 'two-bands',
      isBornInside: false,
      passedAlong: expect.closeTo(0.5) as number,
      inheritedFrom: null,
    });
    expect(receipt?.path[0]).toMatchObject({ distancePx: expect.closeTo(-400, 0) as number });
    expect(receipt?.path.at(-1)?.settled).toBe('in');
  });

  it('has no path when that is not kept', () => {
    expect(readReceipt({ crossing, line: middle, blocks: [] })).toBeNull();
  });
});
