/**
 * What of a time slot counts for an arm: whole minutes in which its model was the one.
 */
import { describe, expect, it } from 'vitest';
import { countedPart, countedStretch } from '#engine/counted-slot.ts';
import type { AliasEvent } from '#engine/store/records.ts';
import { anExperiment, experimentStart as start } from '#test/experiment.ts';

const minute = 60_000;
const slot = { from: start, to: start + 60 * minute };
const { a, b } = anExperiment();

/** Moves of the alias in minutes of the slot, as the store gives them: newest first. */
function history(
  ...moves: readonly (readonly [at: number, camera: string | null, digest: string | null])[]
) {
  return moves
    .map(([at, cameraId, digest]): AliasEvent => ({
      ...{ at: start + at * minute, cameraId, digest, alias: 'champion' },
      ...{ by: 'station', cause: 'chosen', reason: '' },
    }))
    .toReversed();
}

describe('the part of a slot that counts for B', () => {
  const site = [-600, null, a.digest] as const;
  it.each([
    ['B came at the beginning', [site, [0.05, 'gate', b.digest]], 0, [2, 60]],
    ['B was there before', [site, [-60, 'gate', b.digest]], 0, [1, 60]],
    ['B came late', [site, [20.5, 'gate', b.digest]], 0, [22, 60]],
    ['B came too late', [site, [40, 'gate', b.digest]], 0, null],
    ['B never came', [site], 0, null],
    ['B was taken back', [site, [0, 'gate', b.digest], [30, 'gate', null]], 0, null],
    ['B came on another camera', [site, [0, 'hall', b.digest]], 0, null],
    ['the split began within it', [site, [-60, 'gate', b.digest]], 10, [11, 60]],
    ['it was taken back after it', [site, [0, 'gate', b.digest], [61, 'gate', null]], 0, [1, 60]],
  ] as const)('when %s', (_, moves, since, part) => {
    const of = { cameraId: 'gate', digest: b.digest, since: start + since * minute };
    expect(countedPart(slot, history(...moves), of)).toEqual(
      part && { from: start + part[0] * minute, to: start + part[1] * minute },
    );
  });
});

describe('the stretch of a slot', () => {
  const part = { from: start + minute, to: start + 4 * minute };
  const metrics = [0, 1, 2, 3, 4].map((index) => ({
    ...{ kind: 'camera' as const, subject: 'gate', at: start + index * minute },
    facts: {
      ...{ t: { processed: 300, detections: 10, scoreSum: 8, failed: 1, late: 2 }, e: {} },
      ...{ s: { infer: [[3, 300] as [number, number]] }, h: {}, a: {} },
    },
  }));
  const counted = (digest: string, at: number, crossings: number) => ({
    ...{ digest, minute: start + at * minute, crossings },
  });
  const stretch = (crossings: ReturnType<typeof counted>[], seen = metrics) =>
    countedStretch(
      anExperiment(),
      { cameraId: 'gate', arm: 'b', part },
      { crossings, metrics: seen },
    );

  it('has the frames and crossings of the minutes within, of one arm', () => {
    const found = stretch([counted(b.digest, 1, 4), counted(b.digest, 3, 2)]);
    expect(found).toMatchObject({ place: 'gate', ...part, frames: { a: 0, b: 900 } });
    expect(found?.minutes.map((each) => [each.arm, each.crossings, each.frames])).toEqual([
      ['b', 4, 300],
      ['b', 0, 300],
      ['b', 2, 300],
    ]);
    expect(found?.minutes[0]).toMatchObject({
      detections: 10,
      meanScore: 0.8,
      failures: 1,
      drops: 2,
    });
    expect(found?.minutes[0]?.p95Ms).toBeGreaterThan(0);
  });

  it('is none when another model has counted too, or the camera gave nothing', () => {
    expect(stretch([counted(b.digest, 1, 4), counted(a.digest, 2, 1)])).toBeNull();
    expect(stretch([], [])).toBeNull();
  });
});
