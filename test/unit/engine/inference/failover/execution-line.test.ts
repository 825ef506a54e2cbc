import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StationError } from '#contract/error.ts';
import { plainExecution } from '#contract/execution.ts';
import { systemClock } from '#engine/base/clock.ts';
import { openExecutionLine } from '#engine/inference/failover/execution-line.ts';
import type { BrokenWay } from '#engine/inference/inference-protocol.ts';
import type { Session } from '#engine/inference/session.ts';

/** A card before the processor; what is in `load` and `run` fails there now. */
function rig(providers = ['cuda', 'cpu']) {
  const faults = { load: new Set<string>(), run: new Set<string>() };
  const ran: string[] = [];
  const told: (string | null)[] = [];
  const closed: string[] = [];
  const line = () =>
    openExecutionLine({
      executions: providers.map((provider) => ({ ...plainExecution, provider })),
      open({ provider }) {
        if (faults.load.has(provider)) {
          return Promise.reject(new StationError('SYS_004', `${provider} is not there.`));
        }
        return Promise.resolve(sessionOf(provider));
      },
      clock: systemClock,
      random: () => 0,
      onBroken: (broken: BrokenWay | null) =>
        told.push(broken && `${broken.provider} → ${broken.instead}: ${broken.error.code}`),
    });

  function sessionOf(provider: string): Session {
    const work = <T>(answer: T): Promise<T> => {
      if (faults.run.has(provider)) {
        return Promise.reject(new StationError('INF_001', `${provider} is lost.`));
      }
      ran.push(provider);
      return Promise.resolve(answer);
    };
    const result = { preprocessMs: 0, inferMs: 0, postprocessMs: 0, transferMs: 0 };
    return {
      batchSize: null,
      run: () => work({ detections: [], ...result }),
      runClasses: () => work({ detections: [], ...result }),
      check: () => work(undefined),
      close() {
        closed.push(provider);
        return Promise.resolve();
      },
    };
  }
  return { faults, ran, told, closed, line };
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (error as StationError).code,
  );
}

describe('a line of execution providers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes on with the next on the very picture on which one breaks', async () => {
    const { faults, ran, line } = rig();
    const session = await line();
    await session.run([]);
    faults.run.add('cuda');
    await session.run([]);
    await session.runClasses([]);
    expect(ran).toEqual(['cuda', 'cpu', 'cpu']);
    await session.close();
  });

  it('leaves one alone that breaks five times, says so, and comes back to it when it is well', async () => {
    const { faults, ran, told, line } = rig();
    const session = await line();
    faults.run.add('cuda');
    for (let run = 0; run < 5; run++) await session.run([]);
    expect(told).toEqual(['cuda → cpu: INF_001']);
    faults.run.clear();
    ran.length = 0;
    await session.run([]);
    expect(ran).toEqual(['cpu']);
    await vi.advanceTimersByTimeAsync(61_000);
    ran.length = 0;
    await session.run([]);
    expect([ran, told.at(-1)]).toEqual([['cuda'], null]);
    await session.close();
  });

  it('begins with the next where the first is not on this machine', async () => {
    const { faults, ran, told, closed, line } = rig(['tensorrt', 'cuda', 'cpu']);
    faults.load.add('tensorrt').add('cuda');
    const session = await line();
    await session.run([]);
    expect([ran, told.at(-1)]).toEqual([['cpu'], 'tensorrt → cpu: SYS_004']);
    await session.close();
    expect(closed).toEqual(['cpu']);
  });

  it('fails only when every one of them does', async () => {
    const { faults, line } = rig();
    faults.load.add('cuda').add('cpu');
    expect(await outcome(line())).toBe('SYS_004');
    faults.load.clear();
    const session = await line();
    faults.run.add('cuda').add('cpu');
    expect(await outcome(session.run([]))).toBe('INF_001');
    expect(await outcome(session.check())).toBe('INF_001');
    await session.close();
  });
});
