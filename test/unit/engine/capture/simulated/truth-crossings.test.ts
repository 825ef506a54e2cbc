import { describe, expect, it } from 'vitest';
import {
  countTruth,
  createTruthCounter,
  type TruthCrossing,
} from '#engine/capture/simulated/truth-crossings.ts';

/** A box 20 px wide and 40 px high, so that the band is 3 px; its feet are at the path's points, in px of 200 × 100. */
type Path = readonly (readonly [x: number, y: number] | null)[];

function directions(path: Path, points = [at(0, 50), at(200, 50)]): string[] {
  return crossingsOf(path, points).map((crossing) => `${crossing.direction}@${crossing.frame}`);
}

function crossingsOf(path: Path, points = [at(0, 50), at(200, 50)]): readonly TruthCrossing[] {
  return countTruth(
    { points, anchor: 'bottom', labels: [], fromFrame: 0, toFrame: path.length },
    {
      picture: { width: 200, height: 100 },
      fps: 10,
      boxesAt(frame) {
        const point = path[frame];
        if (!point) return [];
        const [x, y] = point;
        const bounds = { left: x - 10, right: x + 10, top: y - 40, bottom: y };
        return [{ id: 1, label: 'person', bounds }];
      },
    },
  );
}

function at(x: number, y: number) {
  return { x: x / 200, y: y / 100 };
}

function column(...ys: number[]): Path {
  return ys.map((y) => [100, y] as const);
}

describe('true crossings', () => {
  it.each<[string, Path, string[]]>([
    ['walks up', column(80, 65, 55, 45, 35), ['in@3']],
    ['walks down', column(20, 40, 60, 80), ['out@2']],
    ['turns back on the line', column(80, 60, 51, 49, 60, 80), []],
    ['stands on the line', column(80, 51, 49, 51, 49, 48, 52), []],
    ['goes there and back', column(80, 60, 40, 30, 60, 80), ['in@2', 'out@4']],
    ['creeps over the line', column(60, 52, 49, 46.5, 46, 45.5, 40), ['in@3']],
    ['comes back before it is settled', column(60, 46, 52, 60), []],
    ['ends just beyond the band', column(60, 46), ['in@1']],
    ['is first seen inside the band', column(51, 49, 46, 40, 30), ['in@2']],
    ['is first seen beyond the line', column(40, 30), []],
    ['leaves the picture at its foot', column(80, 95, 110, 120), []],
    ['vanishes between', [[100, 80], null, null, [100, 30]], ['in@3']],
  ])('a person who %s', (_, path, expected) => {
    expect(directions(path)).toEqual(expected);
  });

  it.each<[string, Path, [first: number, frame: number, settled: number]]>([
    ['walks', column(80, 65, 55, 45, 35), [3, 3, 4]],
    ['dithers on the line', column(80, 52, 49, 51, 49, 45, 44, 43), [2, 5, 7]],
    ['turns back first', column(80, 49, 55, 60, 49, 46, 35), [4, 5, 6]],
  ])('says from when to when a person who %s was on both sides', (_, path, expected) => {
    const [crossing] = crossingsOf(path);
    expect([crossing?.firstFrame, crossing?.frame, crossing?.settledFrame]).toEqual(expected);
  });

  it('asks that the line itself is crossed, not its prolongation', () => {
    const short = [at(20, 50), at(80, 50)];
    expect(directions(column(80, 60, 40, 20), short)).toEqual([]);
    expect(
      directions(
        [60, 60, 60].map((x, i) => [x, 80 - 30 * i] as const),
        short,
      ),
    ).toEqual(['in@2']);
  });

  it('calls the left of an upright line in', () => {
    const upright = [at(100, 98), at(100, 2)];
    const leftwards = [140, 120, 80, 60].map((x) => [x, 50] as const);
    expect(directions(leftwards, upright)).toEqual(['in@2']);
    expect(directions(leftwards, [...upright].reverse())).toEqual(['out@2']);
  });

  it('follows a line with a bend', () => {
    const bent = [at(20, 50), at(100, 50), at(180, 90)];
    expect(
      directions(
        [140, 140, 140].map((x, i) => [x, 95 - 25 * i] as const),
        bent,
      ),
    ).toEqual(['in@2']);
  });
});

describe('true crossings that are counted as a scene goes on', () => {
  const line = { points: [at(0, 50), at(200, 50)], anchor: 'bottom' } as const;
  const person = (id: number, y: number) => ({
    ...{ id, label: 'person' as const },
    bounds: { left: 90, right: 110, top: y - 40, bottom: y },
  });
  const start = () => createTruthCounter(line, { picture: { width: 200, height: 100 }, fps: 10 });

  it('are given once, and not before they lie behind', () => {
    const counter = start();
    [80, 60, 40, 30, 60, 80].forEach((y, frame) => counter.step(frame, [person(1, y)]));
    const directionsBefore = (frame: number) => counter.take(frame).map((each) => each.direction);
    expect(directionsBefore(4)).toEqual(['in']);
    expect(directionsBefore(4)).toEqual([]);
    expect(directionsBefore(5)).toEqual(['out']);
  });

  it('are settled for who is gone, and forget him', () => {
    const counter = start();
    [60, 46].forEach((y, frame) => counter.step(frame, [person(1, y)]));
    counter.step(52, []);
    expect(counter.take(Infinity)).toMatchObject([{ id: 1, direction: 'in', frame: 1 }]);
    // Who comes with his number after that is another one, first seen below the line.
    counter.step(53, [person(1, 80)]);
    expect(counter.take(Infinity)).toEqual([]);
  });
});
