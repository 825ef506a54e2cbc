import { describe, expect, it } from 'vitest';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { hota, measureHota } from '../../bench/counting/hota.ts';
import { readBoxes, readTruth, type Frames, type IdBox } from '../../bench/counting/mot.ts';
import { byTime, figuresOf, scoreLine } from '../../bench/counting/scoring.ts';
import { idf1, measureClear, mota } from '../../bench/counting/tracking-metrics.ts';
import { crossingsOf, toWalks } from '../../bench/counting/walks.ts';
import { sweepLines } from '../../bench/counting/lines.ts';

const box = (id: number, x: number, y = 100): IdBox => ({
  id,
  x,
  y,
  width: 40,
  height: 100,
  score: 1,
});
const percent = (share: number): number => Math.round(share * 1000) / 10;

/** Boxes that go right by 10 px a frame, with the identities of each frame. */
const walk = (...ids: readonly number[]): Frames =>
  ids.map((id, frame) => (id < 0 ? [] : [box(id, 10 * frame)]));

describe('tracking figures', () => {
  it.skipIf(!hasShared)(`reproduce those of motmetrics (${sharedMissing} otherwise)`, () => {
    const figures = (['TUD-Campus', 'TUD-Stadtmitte'] as const).map((name) => {
      const count = name === 'TUD-Campus' ? 71 : 179;
      const { people } = readTruth(
        sharedPath(`gt/motmetrics_tud/${name}.gt.txt`) ?? '',
        'mot15',
        count,
      );
      const found = readBoxes(sharedPath(`gt/motmetrics_tud/${name}.test.txt`) ?? '', count);
      const clear = measureClear(people, found);
      return {
        mota: percent(mota(clear)),
        idf1: percent(idf1(clear)),
        hota: percent(hota(measureHota(people, found))),
        falsePositives: clear.falsePositives,
        misses: clear.misses,
        switches: clear.switches,
      };
    });
    expect(figures).toEqual([
      { mota: 52.6, idf1: 55.8, hota: 39.1, falsePositives: 13, misses: 150, switches: 7 },
      { mota: 56.4, idf1: 64.5, hota: 39.8, falsePositives: 45, misses: 452, switches: 7 },
    ]);
  });

  it.each([
    ['a perfect result', walk(7, 7, 7, 7), { mota: 100, idf1: 100, hota: 100 }],
    ['nothing', walk(-1, -1, -1, -1), { mota: 0, idf1: 0, hota: 0 }],
    ['a missed box', walk(7, 7, -1, 7), { mota: 75, idf1: 85.7, hota: 75 }],
    ['a broken identity', walk(7, 7, 8, 8), { mota: 75, idf1: 50, hota: 70.7 }],
  ])('judge %s', (_, found, expected) => {
    const people = walk(1, 1, 1, 1);
    const clear = measureClear(people, found);
    const judged = {
      mota: percent(mota(clear)),
      idf1: percent(idf1(clear)),
      hota: percent(hota(measureHota(people, found))),
    };
    expect(judged).toEqual(expected);
  });
});

describe('true crossings', () => {
  const size = { width: 400, height: 400 };
  const [line] = sweepLines(size, 200);
  /** Feet at these distances to the right of the line, which is drawn downwards: that is its "in" side. */
  const feet = (...distances: readonly number[]): Frames =>
    distances.map((distance) => [box(1, 200 + distance - 20)]);
  const eventsOf = (people: Frames): string[] =>
    toWalks(people, 10).flatMap((one) =>
      crossingsOf(one, line!, size).map((event) => {
        const name = `${event.direction} ${event.from}-${event.to}`;
        return event.isDefinite ? name : `(${name})`;
      }),
    );

  it.each([
    ['goes over', feet(-30, -5, 5, 30), ['in 0.1-0.3']],
    ['goes over and back', feet(-30, 30, -30), ['in 0-0.1', 'out 0.1-0.2']],
    ['only touches it', feet(-30, 5, -30), ['(in 0-0.1)', '(out 0.1-0.2)']],
    ['wavers before it goes', feet(-30, 5, -5, 30), ['in 0-0.3']],
    ['is born on it', feet(-5, 30), ['(in 0-0.1)']],
    ['stays away', feet(-30, -20, -30), []],
  ])('somebody who %s', (_, people, expected) => {
    expect(eventsOf(people)).toEqual(expected);
  });

  it('are matched once each by direction and time, and the doubtful ones excuse', () => {
    const events = [
      { id: 1, direction: 'in', from: 10, to: 11, isDefinite: true },
      { id: 2, direction: 'out', from: 20, to: 20.2, isDefinite: true },
      { id: 3, direction: 'in', from: 30, to: 30.1, isDefinite: false },
    ] as const;
    const counted = ([seconds, direction]: readonly [number, 'in' | 'out']) => ({
      seconds,
      direction,
      box: { x: 0, y: 0, width: 1, height: 1 },
    });
    const crossings = (
      [
        [9.5, 'in'],
        [10.5, 'in'],
        [22, 'out'],
        [30.5, 'in'],
      ] as const
    ).map(counted);
    const { recall, precision, wape, bias } = figuresOf(scoreLine(crossings, events, byTime));
    expect({ recall, precision, wape, bias }).toEqual({
      recall: 1 / 2,
      precision: 1 / 3,
      wape: 1 / 2,
      bias: 1 / 2,
    });
  });
});
