import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ChildProcessHandle, Host } from '#engine/host.ts';
import { noModels } from '#engine/model-plan.ts';
import { startWorker } from '#engine/worker-handle.ts';
import type { FromWorker } from '#engine/worker-protocol.ts';
import { silentLogger } from '#engine/base/log.ts';
import { testClock } from '#test/store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('startWorker', () => {
  it('ends a worker that is silent for two seconds', () => {
    const { pass, endings } = readyWorker({ strain: 1 });
    pass(2_000);
    expect(endings).toEqual([]);
    pass(500);
    expect(endings).toEqual(['it was silent for 2000 ms (exit code 137)']);
  });

  it('waits longer on a machine that is short of cores', () => {
    const { pass, endings } = readyWorker({ strain: 4 });
    pass(8_000);
    expect(endings).toEqual([]);
    pass(500);
    expect(endings).toEqual(['it was silent for 8000 ms (exit code 137)']);
  });

  it('counts the silence from the last message', () => {
    const { pass, say, endings } = readyWorker({ strain: 1 });
    pass(1_500);
    say({ kind: 'pong' } as FromWorker);
    pass(1_500);
    expect(endings).toEqual([]);
  });
});

/** A worker that is ready at time 0 and then says only what the test says. */
function readyWorker({ strain }: { strain: number }): {
  pass: (ms: number) => void;
  say: (message: FromWorker) => void;
  endings: string[];
} {
  const clock = testClock();
  const startMs = clock.now();
  const endings: string[] = [];
  let say: (message: FromWorker) => void = () => undefined;
  let end: (code: number) => void = () => undefined;
  const child: ChildProcessHandle = {
    pid: 1,
    post: () => undefined,
    onMessage: (listener) => (say = listener),
    onExit: (listener) => (end = listener),
    kill: () => end(137),
  };
  const host = { spawnWorker: () => child } as Partial<Host> as Host;
  const worker = startWorker(
    {
      workerId: 'worker-1',
      owner: 'test',
      threads: 1,
      ffmpegPath: 'ffmpeg',
      resourcesFolder: '',
      hardwareDecoding: 'off',
      models: noModels,
    },
    {
      onReady: () => undefined,
      onReport: () => undefined,
      onMessage: () => undefined,
      onEnded: (cause) => endings.push(cause),
    },
    { host, clock, log: silentLogger, strain: () => strain },
  );
  onTestFinished(() => worker.kill());
  say({ kind: 'ready', providers: ['cpu'] });
  let passed = 0;
  return {
    say: (message) => say(message),
    endings,
    pass(ms) {
      for (const until = passed + ms; passed < until;) {
        passed += 500;
        clock.set(startMs + passed);
        vi.advanceTimersByTime(500);
      }
    },
  };
}
