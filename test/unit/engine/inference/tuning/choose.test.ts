import { describe, expect, it } from 'vitest';
import { type Execution, type ExecutionTrial, plainExecution } from '#contract/execution.ts';
import { candidates } from '#engine/inference/tuning/candidates.ts';
import { chooseOrder } from '#engine/inference/tuning/choose.ts';

const parity = { boxes: 50, unmatched: 0, medianIou: 1, scoreDrift: 0 };
const way = (changes: Partial<Execution>): Execution => ({ ...plainExecution, ...changes });
/** Times of the processor and of the clock are the same per thread: the machine does nothing else. */
const agrees = (changes: Partial<Execution>, ms: number, plainMs = 10): ExecutionTrial => ({
  outcome: 'agrees',
  execution: way(changes),
  ...{ quickMs: ms, medianMs: ms, coreMs: ms * (changes.intraOpThreads ?? 1) },
  ...{ plainMs, plainCoreMs: plainMs, parity },
});
const differs = (changes: Partial<Execution>, ms: number): ExecutionTrial => ({
  ...(agrees(changes, ms) as Extract<ExecutionTrial, { outcome: 'agrees' }>),
  ...{ outcome: 'differs', reason: 'It finds other boxes.' },
});
/** Other work took most of the processor while this was measured. */
const crowded = (trial: ExecutionTrial): ExecutionTrial =>
  trial.outcome === 'unusable'
    ? trial
    : {
        ...trial,
        quickMs: trial.quickMs * 9,
        medianMs: trial.medianMs * 20,
        plainMs: trial.plainMs * 30,
      };
const unusable = (provider: string): ExecutionTrial => ({
  outcome: 'unusable',
  execution: way({ provider }),
  error: { code: 'SYS_004', message: 'It is not there.' },
});
const order = (trials: readonly ExecutionTrial[]): string[] =>
  chooseOrder(trials).order.map(
    ({ provider, intraOpThreads, graphLevel }) =>
      `${provider} ${String(intraOpThreads)} ${graphLevel}`,
  );

const plain = agrees({}, 10);
const slow = agrees({}, 300, 300);

describe('the order of the ways of computing', () => {
  it.each([
    ['only the plain way', [plain], ['cpu 1 all']],
    [
      'two threads that take more of the cores for a quick model',
      [plain, agrees({ intraOpThreads: 2 }, 6)],
      ['cpu 1 all'],
    ],
    [
      'two threads for a model that is late with one',
      [slow, agrees({ intraOpThreads: 2 }, 160, 300)],
      ['cpu 2 all', 'cpu 1 all'],
    ],
    [
      'a graph level that is quicker',
      [plain, agrees({ graphLevel: 'extended' }, 8), agrees({ graphLevel: 'basic' }, 9)],
      ['cpu 1 extended', 'cpu 1 all'],
    ],
    ['a gain within the noise', [plain, agrees({ graphLevel: 'basic' }, 9.7)], ['cpu 1 all']],
    [
      'a card that finds other boxes, however quick',
      [plain, differs({ provider: 'cuda' }, 1)],
      ['cpu 1 all'],
    ],
    [
      'two cards, one that is not there, and the processor behind them',
      [
        plain,
        agrees({ provider: 'dml' }, 3),
        agrees({ provider: 'cuda', batch: 8 }, 1),
        agrees({ provider: 'cuda' }, 2),
        agrees({ graphLevel: 'basic' }, 8),
        unusable('tensorrt'),
      ],
      ['cuda 1 all', 'dml 1 all', 'cpu 1 basic', 'cpu 1 all'],
    ],
    ['a card that is slower', [plain, agrees({ provider: 'webgpu' }, 400)], ['cpu 1 all']],
    ['nothing', [], ['cpu 1 all']],
    [
      'a busy machine, by the time of the processor',
      [plain, agrees({ hasArena: false }, 10), agrees({ graphLevel: 'basic' }, 8)].map(crowded),
      ['cpu 1 basic', 'cpu 1 all'],
    ],
    [
      'a busy machine, where the clock says nothing of a card',
      [plain, agrees({ provider: 'cuda' }, 8)].map(crowded),
      ['cpu 1 all'],
    ],
  ])('is right for %s', (_, trials, expected) => {
    expect(order(trials)).toEqual(expected);
  });

  it('says when the machine was too busy for the clock', () => {
    const found = [plain, agrees({ provider: 'cuda' }, 1)].map(crowded);
    expect(chooseOrder(found).reason).toMatch(/too busy/);
  });

  it('compares each way with the plain one in the same minute, not with that of another', () => {
    // The machine was twice as busy while the second was tried.
    expect(order([plain, agrees({ graphLevel: 'basic' }, 16, 20)])).toEqual([
      'cpu 1 basic',
      'cpu 1 all',
    ]);
  });
});

describe('the ways that are tried', () => {
  it.each([
    ['one core', 1, []],
    ['two cores', 2, [2]],
    ['six cores', 6, [2, 4]],
    ['many cores', 64, [2, 4, 8]],
  ])('have no more threads than %s', (_, cores, expected) => {
    const threads = candidates(cores).map(({ intraOpThreads }) => intraOpThreads);
    expect(threads.filter((count) => count > 1)).toEqual(expected);
  });

  it('begin with the plain one, and ask every provider that is known', () => {
    const ways = candidates(1);
    expect(ways[0]).toEqual(plainExecution);
    expect([...new Set(ways.map(({ provider }) => provider))]).toEqual([
      'cpu',
      'tensorrt',
      'cuda',
      'dml',
      'coreml',
      'webgpu',
    ]);
  });
});
