/**
 * When the review thread lives. The thread here answers with its own number instead of what was asked.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Line } from '#contract/counting.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createReviewThread, type ReviewThread } from '#engine/review-thread.ts';

const echo = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ kind, id }) => {
  if (kind === 'close') parentPort.close();
  else parentPort.postMessage({ kind: 'answer', id, output: threadId });
});
`;

function open(idleMs: { whatIf: number; others: number }): ReviewThread {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-review-'));
  const entry = path.join(folder, 'echo.mjs');
  writeFileSync(entry, echo);
  const review = createReviewThread({ entry, folder, log: silentLogger, idleMs });
  onTestFinished(async () => {
    await review.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return review;
}

const { signal: never } = new AbortController();
const line: Line = {
  id: 'door',
  cameraId: 'gate',
  name: 'Door',
  points: [
    { x: 0.5, y: 0.1 },
    { x: 0.5, y: 0.9 },
  ],
  anchor: 'bottom',
  labels: ['person'],
  revision: 1,
};
const long = { whatIf: 60_000, others: 60_000 };

const numberOf = (review: ReviewThread): Promise<unknown> =>
  review.ask('map', { cameraId: 'gate', anchor: 'bottom' }, never);

it('is one thread while somebody asks now and then', async () => {
  const review = open(long);
  const [one, two] = await Promise.all([numberOf(review), numberOf(review)]);
  expect([two, await numberOf(review)]).toEqual([one, one]);
});

it('ends when nobody has asked for a while, and begins anew when somebody does', async () => {
  const review = open({ ...long, others: 20 });
  const first = await numberOf(review);
  await pause(200);
  expect(await numberOf(review)).not.toBe(first);
});

it('stays after a what-if, also when something else is asked after it', async () => {
  const review = open({ ...long, others: 20 });
  const edges = [0, 3_600_000];
  const first = await review.ask('whatIf', { draft: line, old: null, edges }, never);
  const second = await numberOf(review);
  await pause(200);
  expect([second, await numberOf(review)]).toEqual([first, first]);
});

it('refuses what is asked while it closes', async () => {
  const review = open(long);
  await numberOf(review);
  const closed = review.close();
  await expect(numberOf(review)).rejects.toMatchObject({ code: 'SYS_001' });
  await closed;
});
