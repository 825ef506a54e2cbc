import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLogger } from '#engine/base/log.ts';
import { createFleet } from '#engine/fleet.ts';
import type { ChildProcessHandle, Host } from '#engine/host.ts';
import type { FromWorker, WorkerReport } from '#engine/worker-protocol.ts';
import { emptyPlan } from '#engine/counting-plan.ts';
import { aCamera, testClock } from '#test/store.ts';
import { aWorkerReport } from '#test/figures.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const usually = (p95Ms: number): Pick<WorkerReport, 'timings'> => {
  const { timings } = aWorkerReport();
  return { timings: { ...timings, infer: { p50Ms: p95Ms, p95Ms } } };
};

describe('a run that never ends', () => {
  it('ends its worker after ten seconds, and the camera goes on in the next one', () => {
    const { report, losses, started } = aFleet({ strain: 1 });
    report({ oldestRunMs: 10_000, ...usually(100) });
    expect(losses).toEqual([]);
    report({ oldestRunMs: 10_001, ...usually(100) });
    expect(losses).toEqual([
      'gate: a run of the network did not end within 10001 ms (exit code 137)',
    ]);
    expect(started()).toBe(2);
  });

  it.each([
    ['of a network that usually takes long', 1, 2_000, 20_000],
    ['on a machine that is short of cores', 3, 100, 30_000],
  ])('is waited for longer %s', (_, strain, p95Ms, limitMs) => {
    const { report, losses } = aFleet({ strain });
    report({ oldestRunMs: limitMs, ...usually(p95Ms) });
    expect(losses).toEqual([]);
    report({ oldestRunMs: limitMs + 1, ...usually(p95Ms) });
    expect(losses).toHaveLength(1);
  });
});

/** One camera in a worker that says only what the test says. */
function aFleet({ strain }: { readonly strain: number }) {
  const losses: string[] = [];
  const children: { say: (message: FromWorker) => void }[] = [];
  const host = {
    spawnWorker(): ChildProcessHandle {
      const child = { say: (_: FromWorker): void => undefined };
      let end: (code: number) => void = () => undefined;
      children.push(child);
      return {
        pid: children.length,
        post: () => undefined,
        onMessage: (listener) => (child.say = listener as (message: FromWorker) => void),
        onExit: (listener) => (end = listener),
        kill: () => end(137),
      };
    },
  } as Partial<Host> as Host;
  const fleet = createFleet(
    {
      settings: {
        ...{ owner: 'test', ffmpegPath: 'ffmpeg', resourcesFolder: '' },
        hardwareDecoding: 'off',
      },
      ...{ workers: 1, threads: 1, cores: 1 },
    },
    {
      onMessage: () => undefined,
      onLost: (cameraId, cause) => losses.push(`${cameraId}: ${cause}`),
      onPlaced: () => undefined,
      onTrouble: () => undefined,
    },
    { host, clock: testClock(), log: silentLogger, strain: () => strain },
  );
  onTestFinished(async () => {
    // It waits for workers to end by themselves, which these never do.
    vi.useFakeTimers();
    const closed = fleet.close();
    vi.advanceTimersByTime(5_000);
    await closed;
    vi.useRealTimers();
  });
  fleet.place({
    ...{ camera: aCamera({ id: 'gate' }), plan: emptyPlan, epoch: 1, checkpoint: null },
    ...{ isReplay: false, play: null, wantsFrames: false, failover: [] },
    keeping: { masks: [], recording: null },
  });
  const say = (message: FromWorker): void => children.at(-1)?.say(message);
  say({ kind: 'ready', providers: ['cpu'] });
  return {
    losses,
    started: () => children.length,
    report: (figures: Partial<WorkerReport>) =>
      say({ kind: 'report', report: aWorkerReport(figures) }),
  };
}
