import { describe, expect, it } from 'vitest';
import { StationError, type ErrorCode } from '#contract/error.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createModelLife, reloads } from '#engine/inference/serving/model-life.ts';
import { start, testClock } from '#test/store.ts';

type Start = 'well' | ErrorCode;

/** A model whose first instance starts as told, one word for each try; `told` is what others hear of it. */
function rig(starts: readonly Start[]) {
  const clock = testClock();
  const left = [...starts];
  const told: string[] = [];
  const life = createModelLife({
    ...{ name: 'gate@1.0.0', clock, log: silentLogger, retryMs: 1 },
    async startOne() {
      const outcome = left.shift() ?? 'well';
      told.push(`start ${outcome}`);
      await Promise.resolve();
      if (outcome !== 'well') throw new StationError(outcome, `It is ${outcome}.`);
    },
    onReady: () => told.push('ready'),
    onFailed: ({ code }) => told.push(`given up ${code}`),
    onChanged: () => undefined,
  });
  const load = () =>
    life.load().then(
      () => life.state().state,
      (error: unknown) => `${life.state().state} ${StationError.from(error, 'SYS_001').code}`,
    );
  return { clock, life, load, told };
}

describe('the life of a served model', () => {
  it.each<[string, Start[], string, string[]]>([
    ['is ready after its first try', ['well'], 'ready', ['start well', 'ready']],
    [
      'is tried three times',
      ['MODEL_002', 'INF_002', 'well'],
      'ready',
      ['start MODEL_002', 'start INF_002', 'start well', 'ready'],
    ],
    [
      'is given up after three tries',
      ['MODEL_002', 'MODEL_002', 'INF_002', 'well'],
      'error INF_002',
      ['start MODEL_002', 'start MODEL_002', 'start INF_002', 'given up INF_002'],
    ],
    [
      'is not tried again where that ends the same way',
      ['RES_001', 'well'],
      'error RES_001',
      ['start RES_001', 'given up RES_001'],
    ],
  ])('%s', async (_, starts, end, expected) => {
    const { load, told } = rig(starts);
    expect(await load()).toBe(end);
    expect(told).toEqual(expected);
  });

  it('loads once for all who ask', async () => {
    const { load, told } = rig([]);
    expect(await Promise.all([load(), load(), load()])).toEqual(['ready', 'ready', 'ready']);
    expect(told).toEqual(['start well', 'ready']);
  });

  it('ends a load when it is let go', async () => {
    const { life, load, told } = rig(['MODEL_002', 'well']);
    const loading = load();
    life.letGo('Another model needs the room.');
    expect(await loading).toBe('unavailable MODEL_002');
    expect(told).toEqual(['start MODEL_002']);
  });

  it('is loaded anew so often, then given up until the time is over', async () => {
    const { clock, life, load, told } = rig([]);
    const reason = new StationError('SYS_001', 'Its process ended.');
    await load();
    for (let lost = 0; lost < reloads.count; lost++) {
      life.lose(reason);
      await load();
    }
    life.lose(reason);
    expect([life.state(), life.takeReload()]).toEqual([
      { state: 'error', since: start, error: reason },
      false,
    ]);
    clock.set(start + reloads.windowMs);
    expect(life.takeReload()).toBe(true);
    const loads = Array.from({ length: 1 + reloads.count }, () => ['start well', 'ready']).flat();
    expect(told).toEqual([...loads, 'given up SYS_001']);
  });
});
