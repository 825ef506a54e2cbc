import { describe, expect, it } from 'vitest';
import { nearestRecorded, nextEvent, placeOf } from '#test/renderer.ts';

const strip = { from: 1000, to: 2000 };

describe('a strip of recorded time', () => {
  it.each([
    ['within', { from: 1100, to: 1300 }, { left: 10, width: 20 }],
    ['over the beginning', { from: 0, to: 1500 }, { left: 0, width: 50 }],
    ['over the end', { from: 1900, to: 3000 }, { left: 90, width: 10 }],
    ['a moment', { from: 1500, to: 1500 }, { left: 50, width: 0 }],
    ['before', { from: 0, to: 1000 }, null],
    ['after', { from: 2000, to: 2000 }, null],
  ])('places what lies %s', (_, stretch, expected) => {
    expect(placeOf(stretch, strip)).toEqual(expected);
  });

  it.each([
    ['the next one', 1, 20, 30],
    ['the one before', -1, 20, 10],
    ['none after the last', 1, 30, null],
    ['none before the first', -1, 10, null],
  ] as const)('finds %s of the events', (_, way, at, expected) => {
    expect(nextEvent([30, 10, 20], at, way)).toBe(expected);
  });

  it.each([
    ['the time itself where it was recorded', 5_000, 5_000],
    ['the beginning of the next span', 17_000, 20_000],
    ['just before the end of the last span', 99_000, 29_000],
  ])('begins a film at %s', (_, at, expected) => {
    const spans = [
      { from: 0, to: 10_000 },
      { from: 20_000, to: 30_000 },
    ];
    expect(nearestRecorded(spans, at)).toBe(expected);
  });

  it('has no film where nothing was recorded', () => {
    expect(nearestRecorded([], 5)).toBe(null);
  });
});
