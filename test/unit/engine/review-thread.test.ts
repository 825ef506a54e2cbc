/**
 * When the review thread lives. The thread here answers with its own number instead of what was asked.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#engine/base/log.ts';
import { createReviewThread, type ReviewThread } from '#engine/review-thread.ts';

const echo = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ kind, id }) => {
  if (kind === 'close') parentPort.close();
  else parentPort.postMessage({ kind: 'answer', id, output: threadId });
});
`;

function open(idleMs: number): ReviewThread {
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

const numberOf = (review: ReviewThread): Promise<unknown> =>
  review.ask('map', { cameraId: 'gate', anchor: 'bottom' }, new AbortController().signal);

it('is one thread while somebody asks now and then', async () => {
  const review = open(60_000);
  const [one, two] = await Promise.all([numberOf(review), numberOf(review)]);
  expect([two, await numberOf(review)]).toEqual([one, one]);
});

it('ends when nobody has asked for a while, and begins anew when somebody does', async () => {
  const review = open(20);
  const first = await numberOf(review);
  await pause(200);
  expect(await numberOf(review)).not.toBe(first);
});

it('refuses what is asked while it closes', async () => {
  const review = open(60_000);
  await numberOf(review);
  const closed = review.close();
  await expect(numberOf(review)).rejects.toMatchObject({ code: 'SYS_001' });
  await closed;
});
