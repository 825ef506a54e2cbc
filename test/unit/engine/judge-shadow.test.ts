/**
 * What one stretch of a shadow is worth: kept, put down to the PC or the camera, or to the challenger.
 */
import { describe, expect, it } from 'vitest';
import { ArmFailure } from '#engine/experiment-run.ts';
import { judgeShadow } from '#engine/judge-shadow.ts';
import { nothingMissed, type ShadowFound } from '#engine/shadow-protocol.ts';

const usual: ShadowFound = {
  ...{ frames: 600, runs: 600, failures: 0, lastFailure: null, cpuMs: 600 * 10, minutes: [] },
  ...{ missed: nothingMissed, span: { from: 0, to: 60_000 }, crossings: { a: [], b: [] } },
};
const nan = { code: 'INF_004', message: 'NaN.' } as const;

describe('a stretch of a shadow', () => {
  it.each<[string, Partial<ShadowFound>, string | null, boolean]>([
    ['all frames were looked at', {}, null, false],
    ['nothing moved, so that no network had to look', { runs: 0, cpuMs: 0 }, null, false],
    ['a few were missed', { runs: 500, missed: { ...nothingMissed, dropped: 100 } }, null, false],
    [
      'B needs more of a core than it may have',
      { runs: 60, cpuMs: 60 * 100, missed: { ...nothingMissed, dropped: 540 } },
      'It is too slow: with 100 ms for a picture, 10.0 of them in a second take 100 % of a core',
      true,
    ],
    [
      'B is quick, but the PC has no time',
      { runs: 60, cpuMs: 60 * 10, missed: { ...nothingMissed, dropped: 540 } },
      'This PC has no time for it: of the pictures of the camera "gate" B could look at 10 %',
      false,
    ],
    [
      'B fails on every fifth picture',
      { failures: 120, lastFailure: nan },
      'It failed on 20 % of the pictures: NaN.',
      true,
    ],
    ['B fails now and then', { failures: 9, lastFailure: nan }, null, false],
    [
      'another model counts',
      { frames: 0, runs: 0, cpuMs: 0, missed: { ...nothingMissed, foreign: 600 } },
      'Another model than A counts on the camera "gate"',
      false,
    ],
    ['no picture came', { frames: 0, runs: 0, cpuMs: 0, span: null }, 'No picture came', false],
  ])('in which %s', (_, changes, expected, isArm) => {
    const judge = () =>
      judgeShadow({ ...usual, ...changes }, { cameraId: 'gate', lengthMs: 60_000 });
    if (expected === null) {
      judge();
      return;
    }
    expect(judge).toThrow(expected);
    expect(thrownBy(judge) instanceof ArmFailure).toBe(isArm);
  });
});

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}
