import { describe, expect, it } from 'vitest';
import type { GapCause, TimeSpan } from '#contract/coverage.ts';
import { type CauseNote, nameGaps, unobserved } from '#engine/store/gaps.ts';

const s = 1000;
const span = (from: number, to: number): TimeSpan => ({ from: from * s, to: to * s });
const note = (at: number, cause: GapCause): CauseNote => ({ at: at * s, cause });
const gap = (from: number, to: number, cause: GapCause) => ({ ...span(from, to), cause });

describe('gaps between observed spans', () => {
  it.each<[string, TimeSpan[], TimeSpan[]]>([
    ['all when nothing was observed', [], [span(0, 100)]],
    ['none when all was observed', [span(0, 100)], []],
    [
      'before, between and after',
      [span(10, 20), span(30, 90)],
      [span(0, 10), span(20, 30), span(90, 100)],
    ],
  ])('are %s', (_, spans, expected) => {
    expect(unobserved(spans, span(0, 100))).toEqual(expected);
  });
});

describe('the cause of a gap', () => {
  const always = [span(0, 1000)];

  it.each<[string, { gap: TimeSpan; runs?: TimeSpan[]; notes?: CauseNote[] }, object[]]>([
    ['is unknown when nobody said anything', { gap: span(100, 110) }, [gap(100, 110, 'unknown')]],
    [
      'is what was said when it began',
      { gap: span(100, 110), notes: [note(100, 'camera-offline')] },
      [gap(100, 110, 'camera-offline')],
    ],
    [
      'is what was said a little before it began, while frames were still on their way',
      { gap: span(100, 110), notes: [note(97, 'swap')] },
      [gap(100, 110, 'swap')],
    ],
    [
      'is not what was said about an earlier gap',
      { gap: span(100, 110), notes: [note(40, 'camera-offline')] },
      [gap(100, 110, 'unknown')],
    ],
    [
      'reaches back over the time before it was noticed',
      { gap: span(100, 140), notes: [note(105, 'camera-frozen')] },
      [gap(100, 140, 'camera-frozen')],
    ],
    [
      'changes where something else was said',
      { gap: span(100, 140), notes: [note(100, 'camera-offline'), note(120, 'worker-restart')] },
      [gap(100, 120, 'camera-offline'), gap(120, 140, 'worker-restart')],
    ],
    [
      'is the station where it did not run, with the start after it',
      { gap: span(100, 140), runs: [span(0, 101), span(130, 1000)] },
      [gap(100, 140, 'station-down')],
    ],
    [
      'changes from the camera to the station and back',
      {
        gap: span(100, 200),
        runs: [span(0, 120), span(150, 1000)],
        notes: [note(100, 'camera-offline'), note(152, 'camera-offline')],
      },
      [
        gap(100, 120, 'camera-offline'),
        gap(120, 150, 'station-down'),
        gap(150, 200, 'camera-offline'),
      ],
    ],
    [
      'stays the switched-off camera while the station is down',
      {
        gap: span(100, 200),
        runs: [span(0, 120), span(150, 1000)],
        notes: [note(100, 'camera-disabled')],
      },
      [gap(100, 200, 'camera-disabled')],
    ],
    [
      'is the absent camera before it was known, with the start after it',
      { gap: span(0, 20) },
      [gap(0, 20, 'camera-absent')],
    ],
  ])('%s', (_, story, expected) => {
    const facts = { runs: story.runs ?? always, notes: story.notes ?? [], knownFrom: 10 * s };
    expect(nameGaps([story.gap], facts)).toEqual(expected);
  });
});
