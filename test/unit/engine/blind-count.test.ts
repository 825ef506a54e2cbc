import { describe, expect, it } from 'vitest';
import {
  championSince,
  compareClip,
  eventsOf,
  qualityOfClips,
  slotsOf,
} from '#engine/blind-count.ts';

const second = 1_000;

describe('slots', () => {
  const wish = {
    lineId: 'door',
    clipMs: 10 * second,
    gaps: [],
    crossings: [],
    hourOf: (at: number) => Math.floor(at / 3_600_000),
  };

  it('lie within what is recorded, with room before and after', () => {
    const recorded = [
      { from: 0, to: 24 * second },
      { from: 100 * second, to: 113 * second },
    ];
    expect(slotsOf({ ...wish, recorded }).map(({ from, to }) => [from, to])).toEqual([
      [2 * second, 12 * second],
      [12 * second, 22 * second],
    ]);
  });

  it('leave out times that were not counted, and know how many crossed', () => {
    const slots = slotsOf({
      ...wish,
      recorded: [{ from: 0, to: 64 * second }],
      gaps: [{ from: 13 * second, to: 14 * second }],
      crossings: [2_000, 11_999, 12_500, 22_000, 23_000, 24_000].map((at) => ({ at })),
    });
    expect(slots.map(({ from, counted }) => [from / second, counted])).toEqual([
      [2, 2],
      [22, 3],
      [32, 0],
      [42, 0],
      [52, 0],
    ]);
  });
});

describe('the champion of a camera', () => {
  const move = (at: number, cameraId: string | null, digest: string | null = 'a') => {
    return { alias: 'champion' as const, cameraId, digest, at };
  };

  it.each([
    ['nobody counts yet', [], 0],
    ['only the site has one', [move(5, null), move(2, null)], 5],
    ['the camera has its own', [move(9, null), move(4, 'gate'), move(2, 'gate')], 4],
    ['another camera has its own', [move(9, 'yard'), move(3, null)], 3],
    ['its own was taken away', [move(7, 'gate', null), move(4, 'gate'), move(3, null)], 7],
    ['the site moved after that', [move(8, null), move(7, 'gate', null), move(4, 'gate')], 8],
    [
      'a challenger moved',
      [{ ...move(9, 'gate'), alias: 'challenger' as const }, move(3, null)],
      3,
    ],
  ])('is known since its newest move when %s', (_, history, since) => {
    expect(championSince(history, 'gate')).toBe(since);
  });
});

describe('a clip', () => {
  const clip = { from: 10_000, to: 20_000 };
  const event = (id: number, at: number, direction: 'in' | 'out' = 'in') => {
    return { id, at, direction, label: 'person' as const };
  };
  const mark = (at: number, direction: 'in' | 'out' = 'in') => ({ at, direction });

  it('has what both saw, what one saw, and nothing of the margins', () => {
    const marks = [mark(9_500), mark(12_400), mark(15_000, 'out'), mark(21_000)];
    const events = [event(1, 9_300), event(2, 12_000), event(3, 18_000), event(4, 20_900)];
    expect(compareClip(clip, { marks, verdicts: null }, events)).toEqual({
      agreed: 1,
      disagreements: [
        { kind: 'only-marked', mark: 2, direction: 'out', at: 15_000, happened: true },
        {
          kind: 'only-counted',
          crossingId: 3,
          direction: 'in',
          label: 'person',
          at: 18_000,
          happened: false,
        },
      ],
      in: { happened: 1, found: 1, counted: 2, right: 1 },
      out: { happened: 1, found: 0, counted: 0, right: 0 },
    });
  });

  it('takes what is said on the second look', () => {
    const verdicts = { happened: [3], mistaken: [0] };
    const compared = compareClip(clip, { marks: [mark(15_000, 'out')], verdicts }, [
      event(3, 18_000),
    ]);
    expect([compared.in, compared.out]).toEqual([
      { happened: 1, found: 1, counted: 1, right: 1 },
      { happened: 0, found: 0, counted: 0, right: 0 },
    ]);
  });

  it('at the edge belongs where the station counted it', () => {
    const compared = compareClip(clip, { marks: [mark(10_300)], verdicts: null }, [
      event(1, 9_900),
    ]);
    expect(compared.in).toEqual({ happened: 0, found: 0, counted: 0, right: 0 });
    expect(compared.disagreements).toEqual([]);
  });
});

describe('clips together', () => {
  it('weigh each stratum as large as it is', () => {
    const none = { happened: 0, found: 0, counted: 0, right: 0 };
    const compared = (happened: number, found: number) => ({
      agreed: found,
      disagreements: [],
      in: { happened, found, counted: found, right: found },
      out: none,
    });
    // The quiet stratum is nine times as large as the busy one: 0.9 × 2 of 2 and 0.1 × 4 of 8.
    const strata = [
      { hour: 3, density: 'few' as const, size: 90, drawn: 1 },
      { hour: 9, density: 'many' as const, size: 10, drawn: 1 },
    ];
    const clips = [
      { stratum: 0, compared: compared(2, 2) },
      { stratum: 1, compared: compared(8, 4) },
    ];
    const quality = qualityOfClips({ strata }, clips);
    expect(quality.both.recall?.value).toBeCloseTo((90 * 2 + 10 * 4) / (90 * 2 + 10 * 8), 12);
    expect(quality.in.precision?.value).toBe(1);
    expect(quality.out).toEqual({ recall: null, precision: null });
    expect(
      eventsOf(
        clips.map((clip) => clip.compared),
        (tally) => tally.happened,
      ),
    ).toEqual({ in: 10, out: 0 });
  });
});
