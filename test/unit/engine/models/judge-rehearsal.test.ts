import { describe, expect, it } from 'vitest';
import type { RehearsalClip, RehearsalRun } from '#contract/rehearsal.ts';
import { judgeRehearsal, type RehearsalFacts } from '#engine/models/judge-rehearsal.ts';

const run: RehearsalRun = {
  frames: 300,
  crossings: { gate: 20 },
  boxes: 400,
  p95Ms: 20,
  rssBytes: 300e6,
  growthBytes: 5e6,
};
const clip = (
  challenger: Partial<RehearsalRun> | null,
  changes: Partial<RehearsalClip> = {},
): RehearsalClip => ({
  name: 'Gate',
  source: 'recording',
  champion: run,
  challenger: challenger && { ...run, ...challenger },
  expectedBoxes: 400,
  matchedBoxes: 390,
  ...changes,
});
const facts = (clips: RehearsalClip[], changes: Partial<RehearsalFacts> = {}): RehearsalFacts => ({
  clips,
  isComparable: true,
  load: 0.4,
  frameMs: 100,
  ...changes,
});

describe('a rehearsal', () => {
  it.each<[string, RehearsalFacts, string[], string[]]>([
    ['finds the same', facts([clip({})]), [], []],
    [
      'misses boxes',
      facts([clip({}, { matchedBoxes: 200 })]),
      ['On Gate it finds 50 % of what the model that counts finds, less than 75 %.'],
      [],
    ],
    [
      'misses crossings',
      facts([clip({ crossings: { gate: 17 } })]),
      ['On Gate it counts 17 at the line gate where 20 are counted now.'],
      [],
    ],
    ['misses two of twenty crossings', facts([clip({ crossings: { gate: 18 } })]), [], []],
    [
      'counts more, which only a person can judge',
      facts([clip({ crossings: { gate: 30 } })]),
      [],
      ['On Gate it counts 30 at the line gate where 20 are counted now: look whether it is right.'],
    ],
    [
      'is too slow',
      facts([clip({ p95Ms: 250 })]),
      ['On Gate a frame takes 250 ms, where 100 ms is the limit here.'],
      [],
    ],
    ['leaks', facts([clip({ growthBytes: 700e6 })]), ['Its memory grew by 700 MB on Gate.'], []],
    [
      'takes much memory',
      facts([clip({ rssBytes: 2_300e6 })]),
      ['It takes 2000 MB of memory more than the model that counts.'],
      [],
    ],
    [
      'would take more than this PC has',
      facts([clip({})], { load: 1.4 }),
      [
        'It would take 140 % of this PC’s inference threads: use a smaller model, fewer frames per second, or fewer cameras.',
      ],
      [],
    ],
    [
      'saw nobody',
      facts([
        clip(
          { crossings: {} },
          { champion: { ...run, crossings: {} }, expectedBoxes: 0, matchedBoxes: 0 },
        ),
      ]),
      [],
      ['Hardly anybody was on the pictures, so little was compared; it is watched when it counts.'],
    ],
    [
      'follows the built-in detector',
      facts([clip({ crossings: {} }, { matchedBoxes: 0 })], { isComparable: false }),
      [],
      ['The built-in detector counts now, and what it finds is no measure for another model.'],
    ],
    [
      'had no pictures',
      facts([]),
      [],
      ['No camera is live and there are no golden clips, so nothing was compared.'],
    ],
  ])('of a model that %s', (_, given, reasons, remarks) => {
    expect(judgeRehearsal(given)).toEqual({
      isPassed: reasons.length === 0,
      reasons,
      remarks,
    });
  });
});
