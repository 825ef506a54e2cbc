/**
 * What a run has counted as a whole: the same rows have the same digest, minutes fold into longer times, two runs are paired.
 */
import { describe, expect, it } from 'vitest';
import type { JobCrossing, JobRunView, JobTally } from '#contract/job.ts';
import { compareRuns, digestRun, foldTallies } from '#engine/job-result.ts';
import { anItem, aRun } from '#test/jobs.ts';

const box = { x: 0, y: 0, width: 0.1, height: 0.1 };
const row = (id: number, changes: Partial<JobCrossing> = {}): JobCrossing => ({
  ...{ id, position: 0, place: 'a.mp4', lineId: 'door', direction: 'in', label: 'person' },
  ...{ trackId: id, ordinal: 0, at: id * 1_000, score: 0.5, box },
  ...changes,
});
const storeOf = (rows: readonly JobCrossing[], frames = 10) => ({
  crossings: ({ afterId }: { afterId: number }) =>
    Promise.resolve(rows.filter(({ id }) => id > afterId)),
  items: () => Promise.resolve([anItem(0, { state: 'done', frames })]),
});

describe('the digest of a run', () => {
  const rows = [row(1), row(2)];
  it.each([
    ['the same rows', rows, 10, true],
    ['a box that differs a little', [row(1), row(2, { box: { ...box, x: 1e-9 } })], 10, false],
    ['a frame less', rows, 9, false],
    ['a row less', [row(1)], 10, false],
  ])('of %s', async (_, others, frames, isSame) => {
    const digest = await digestRun(storeOf(rows), 1);
    expect((await digestRun(storeOf(others, frames), 2)) === digest).toBe(isSame);
  });
});

describe('sums by minute', () => {
  const tally = (from: string, into = 1): JobTally => ({
    ...{ position: 0, place: 'a.mp4', lineId: 'door', label: 'person' },
    ...{ from: Date.parse(from), in: into, out: 2 },
  });
  const minutes = [
    tally('2026-11-29T16:59Z'),
    tally('2026-11-29T17:00Z'),
    tally('2026-11-29T18:30Z'),
  ];
  it.each([
    [
      'quarter',
      'Asia/Ho_Chi_Minh',
      ['2026-11-29T16:45Z', '2026-11-29T17:00Z', '2026-11-29T18:30Z'],
    ],
    ['hour', 'Asia/Kolkata', ['2026-11-29T16:30Z', '2026-11-29T18:30Z']],
    ['day', 'Asia/Ho_Chi_Minh', ['2026-11-28T17:00Z', '2026-11-29T17:00Z']],
    ['all', 'UTC', ['1970-01-01T00:00Z']],
  ] as const)('fold into each %s in %s', (bucket, zone, starts) => {
    const folded = foldTallies(minutes, bucket, zone);
    expect(folded.map(({ from }) => from)).toEqual(starts.map((start) => Date.parse(start)));
    expect(folded.reduce((sum, each) => sum + each.in + each.out, 0)).toBe(9);
  });
});

it('two runs are compared event by event, for each place and line', async () => {
  const view = (id: number): JobRunView => ({
    ...{ ...aRun(), id, name: 'Night' },
    progress: { items: 1, done: 1, failed: 0, frames: 1, crossings: 1, share: 1 },
  });
  const runs: Record<number, JobCrossing[]> = {
    1: [row(1), row(2), row(3, { lineId: 'gate' })],
    2: [row(1, { at: 1_200 }), row(2, { direction: 'out' })],
  };
  const store = {
    crossings: ({ runId, afterId }: { runId: number; afterId: number }) =>
      Promise.resolve((runs[runId] ?? []).filter(({ id }) => id > afterId)),
  };
  const { rows } = await compareRuns(store, view(1), view(2));
  expect(rows.map(({ lineId, a, b, counts }) => [lineId, a, b, counts])).toEqual([
    ['door', 2, 2, { both: 1, different: 1, 'only-a': 0, 'only-b': 0 }],
    ['gate', 1, 0, { both: 0, different: 0, 'only-a': 1, 'only-b': 0 }],
  ]);
});
