import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { estimate, makeRoom, type ShelfEntry } from '#engine/inference/serving/memory-budget.ts';

const mb = 1024 ** 2;
const loaded = (digest: string, rssMb: number, more: Partial<ShelfEntry> = {}): ShelfEntry => ({
  digest,
  rssBytes: rssMb * mb,
  gpuBytes: 0,
  lastUsedMs: 0,
  isBusy: false,
  isPinned: false,
  ...more,
});
const limits = { maxModels: 3, memoryBytes: 1000 * mb, gpuBytes: 500 * mb };
const wish = (rssMb: number, gpuMb = 0) => ({
  name: 'new@1.0.0',
  rssBytes: rssMb * mb,
  gpuBytes: gpuMb * mb,
});

function outcome(ask: () => string[]): string[] | string {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof StationError)) throw error;
    expect(error.message).toMatch(error.code === 'RES_003' ? /servingMaxModels/ : /\d+ MB/);
    return error.code;
  }
}

describe('room for a model', () => {
  it.each([
    ['is there already', [loaded('a', 300)], wish(300), []],
    [
      'is made of the least recently used',
      [loaded('a', 400, { lastUsedMs: 9 }), loaded('b', 400)],
      wish(300),
      ['b'],
    ],
    [
      'is made of as many as needed',
      [loaded('a', 400, { lastUsedMs: 9 }), loaded('b', 400)],
      wish(700),
      ['b', 'a'],
    ],
    [
      'is made when too many are loaded',
      [loaded('a', 1), loaded('b', 1, { lastUsedMs: 1 }), loaded('c', 1)],
      wish(1),
      ['a'],
    ],
    [
      'is not made of one at work',
      [loaded('a', 400, { isBusy: true }), loaded('b', 400, { lastUsedMs: 9 })],
      wish(300),
      ['b'],
    ],
    ['is refused when all are at work', [loaded('a', 900, { isBusy: true })], wish(200), 'RES_001'],
    [
      'is refused when the settings keep what is there',
      [loaded('a', 900, { isPinned: true })],
      wish(200),
      'RES_001',
    ],
    ['is refused for a model larger than the budget', [], wish(1001), 'RES_001'],
    [
      'is refused when the graphics card is full',
      [loaded('a', 1, { gpuBytes: 400 * mb, isBusy: true })],
      wish(1, 200),
      'RES_002',
    ],
    ['is refused for a model larger than the graphics card', [], wish(1, 501), 'RES_002'],
    [
      'is refused when as many as allowed are at work',
      ['a', 'b', 'c'].map((name) => loaded(name, 1, { isBusy: true })),
      wish(1),
      'RES_003',
    ],
  ] as const)('%s', (_, there, wanted, expected) => {
    expect(outcome(() => makeRoom(there, wanted, limits))).toEqual(expected);
  });

  it('is guessed from the file until it was measured', () => {
    const file = 4 * mb;
    expect(estimate(file, false)).toEqual({ rssBytes: 146 * mb, gpuBytes: 0 });
    expect(estimate(file, true).gpuBytes).toBeGreaterThan(file);
  });
});
