import { describe, expect, it } from 'vitest';
import { camerasToMove, threadsFor, workersFor } from '#engine/worker-shares.ts';

const usual = { workers: 0, threads: 0, cores: 8 };

describe('workers of a station', () => {
  it.each([
    ['no camera needs none', 0, usual, 0],
    ['one camera needs one', 1, usual, 1],
    ['two cameras need two, so that one can take over', 2, usual, 2],
    ['sixteen cameras fit in two', 16, usual, 2],
    ['seventeen need a third', 17, usual, 3],
    ['what is set holds', 17, { ...usual, workers: 1 }, 1],
  ])('%s', (_, cameras, wishes, expected) => {
    expect(workersFor(cameras, wishes)).toBe(expected);
  });

  it.each([
    ['the first worker leaves room for the second', 1, usual, 6],
    ['two share the cores, half as many again', 2, usual, 6],
    ['three share them', 17, usual, 4],
    ['one alone gets no more than there are', 2, { ...usual, workers: 1 }, 8],
    ['what is set holds', 2, { ...usual, threads: 3 }, 3],
  ])('threads: %s', (_, cameras, wishes, expected) => {
    expect(threadsFor(cameras, wishes)).toBe(expected);
  });

  it.each([
    ['an empty worker gets half', [['a', 'b', 'c', 'd'], []], ['a', 'b']],
    ['the rest of an odd number stays', [[], ['a', 'b', 'c']], ['a']],
    ['one camera more moves nobody', [['a', 'b'], ['c']], []],
    ['a worker alone keeps all', [['a', 'b']], []],
    ['without workers nobody moves', [], []],
  ])('%s', (_, workers, expected) => {
    expect(camerasToMove(workers)).toEqual(expected);
  });
});
