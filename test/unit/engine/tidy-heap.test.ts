import { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { tidyHeap } from '#engine/base/tidy-heap.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('gives back what nobody holds any more, after two minutes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  tidyHeap();
  const seen = new WeakRef({ nobody: 'holds it' });
  // What a WeakRef was made of stays until the turn ends.
  await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(120_000);
  expect(seen.deref()).toBeUndefined();
});

it('keeps no thread from ending', async () => {
  const path = new URL('../../../main/engine/base/tidy-heap.ts', import.meta.url).href;
  const worker = new Worker(`import(${JSON.stringify(path)}).then((m) => m.tidyHeap());`, {
    eval: true,
  });
  const code = await new Promise((resolve) => worker.once('exit', resolve));
  expect(code).toBe(0);
});
