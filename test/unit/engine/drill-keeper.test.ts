import { describe, expect, it } from 'vitest';
import type { DrillReport } from '#contract/drill.ts';
import { keepDrills } from '#engine/drill-keeper.ts';
import type { DrillOptions } from '#engine/drill.ts';
import { keepingLogger, tempStore, testClock } from '#test/store.ts';

const hourMs = 3_600_000;
const noon = Date.UTC(2026, 6, 1, 12);
/** 02:30 in Ho Chi Minh City */
const night = Date.UTC(2026, 6, 1, 19, 30);

async function rig() {
  const clock = testClock(noon);
  const store = await tempStore({});
  const told: string[] = [];
  let made = 0;
  const answers = { isPassed: true, hold: Promise.resolve() };
  const run = async ({ signal }: DrillOptions): Promise<DrillReport> => {
    made += 1;
    await answers.hold;
    signal.throwIfAborted();
    return {
      ...{ id: `d${String(made)}`, at: clock.now(), endedAt: clock.now(), version: '1.0.0' },
      ...{ machine: 'a PC', switchedOff: [], isPassed: answers.isPassed },
      exercises: [
        {
          ...{ name: 'kill-worker', state: answers.isPassed ? 'passed' : 'failed', steps: [] },
          ...{ detectMs: 1, recoverMs: null, notObservedSeconds: 0, expectedLost: 0 },
          detail: 'It stayed away.',
        },
      ],
    };
  };
  const open = () =>
    keepDrills({
      ...{ store, clock, log: keepingLogger(), timeZone: 'Asia/Ho_Chi_Minh', run },
      ...{ notify: (message) => told.push(message), later: () => () => undefined },
    });
  return { clock, told, answers, open, keeper: await open(), made: () => made };
}

const options = { signal: new AbortController().signal, onProgress: () => undefined };

describe('drills', () => {
  it('are made each night at the time of the site, and kept, over a restart', async () => {
    const { keeper, clock, made, open, told } = await rig();
    clock.set(night);
    await keeper.check();
    expect(made()).toBe(0);
    clock.set(noon);
    expect(await keeper.setSchedule({ isOn: true, at: '02:30' })).toEqual({
      ...{ isOn: true, at: '02:30', nextAt: night },
    });
    clock.set(night - 1);
    await keeper.check();
    expect(made()).toBe(0);
    clock.set(night);
    await keeper.check();
    await keeper.check();
    expect(made()).toBe(1);
    await keeper.close();
    const again = await open();
    expect(again.schedule()).toMatchObject({ isOn: true, nextAt: night + 24 * hourMs });
    clock.set(night + 24 * hourMs);
    await again.check();
    expect(await again.list(9)).toMatchObject([
      { id: 'd2', isScheduled: true },
      { id: 'd1', isScheduled: true },
    ]);
    expect(told).toEqual([]);
  });

  it('are left out when the PC slept through their hour', async () => {
    const { keeper, clock, made } = await rig();
    await keeper.setSchedule({ isOn: true, at: '02:30' });
    clock.set(night + 6 * hourMs);
    await keeper.check();
    expect(made()).toBe(0);
    expect(keeper.schedule().nextAt).toBe(night + 24 * hourMs);
  });

  it('that fail in the night are told to people', async () => {
    const { keeper, clock, told, answers } = await rig();
    await keeper.setSchedule({ isOn: true, at: '02:30' });
    answers.isPassed = false;
    clock.set(night);
    await keeper.check();
    expect(told).toEqual([
      'In the drill of the night 1 of 1 did not recover: kill-worker (It stayed away.) Look at Health, Drill.',
    ]);
  });

  it('are made one at a time, with the request that asked for them', async () => {
    const { keeper, answers } = await rig();
    let goOn = (): void => undefined;
    answers.hold = new Promise((resolve) => {
      goOn = resolve;
    });
    const first = keeper.run(options, 'r-1');
    await expect(keeper.run(options)).rejects.toMatchObject({ code: 'REQ_003' });
    goOn();
    expect(await first).toMatchObject({ requestId: 'r-1' });
    await expect(keeper.run(options)).resolves.not.toHaveProperty('requestId');
  });

  it('end with the station', async () => {
    const { keeper, answers } = await rig();
    let goOn = (): void => undefined;
    answers.hold = new Promise((resolve) => {
      goOn = resolve;
    });
    const running = keeper.run(options);
    const closed = keeper.close();
    goOn();
    await expect(running).rejects.toThrow();
    await closed;
  });
});
