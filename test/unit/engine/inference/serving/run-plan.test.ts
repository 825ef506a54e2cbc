import { describe, expect, it } from 'vitest';
import { runSize } from '#engine/inference/serving/run-plan.ts';

const facts = { perPictureMs: 10, batchSize: null, isOnGpu: false, asked: 64 };

describe('pictures in the next run', () => {
  it.each([
    ['of batch work fit 50 ms', 'batch', facts, 5],
    ['of batch work are one while nothing was measured', 'batch', { ...facts, perPictureMs: 0 }, 1],
    ['of batch work are one when one takes longer', 'batch', { ...facts, perPictureMs: 200 }, 1],
    ['are never more than 64', 'batch', { ...facts, perPictureMs: 0.1, asked: 512 }, 64],
    ['are never more than was asked for', 'batch', { ...facts, perPictureMs: 0.1, asked: 8 }, 8],
    ['of a request on CPU are one', 'api', facts, 1],
    [
      'of a request on CPU are as many as the network insists on',
      'api',
      { ...facts, batchSize: 4 },
      4,
    ],
    [
      'of requests on a graphics card share a run',
      'api',
      { ...facts, perPictureMs: 1, isOnGpu: true },
      16,
    ],
  ] as const)('%s', (_, work, given, expected) => {
    expect(runSize(work, given)).toBe(expected);
  });
});
