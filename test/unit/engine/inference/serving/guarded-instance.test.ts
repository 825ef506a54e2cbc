import { describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import type { BreakerState } from '#engine/base/circuit-breaker.ts';
import { systemClock } from '#engine/base/clock.ts';
import { guardInstance, leftAlone } from '#engine/inference/serving/guarded-instance.ts';
import type { Instance } from '#engine/inference/serving/instance.ts';
import type { PictureResult } from '#engine/inference/serving/serving-protocol.ts';

type Outcome = 'well' | 'INF_001' | 'INF_003';
const timings = { decodeMs: 0, preprocessMs: 0, inferMs: 0, postprocessMs: 0 };

function resultOf(outcome: Outcome): PictureResult {
  if (outcome !== 'well') return { error: new StationError(outcome, `It is ${outcome}.`).toBody() };
  return { picture: { width: 1, height: 1 }, detections: [], error: null };
}

/** An instance that answers each run as it is told, and a grey picture as `isWell` says. */
function rig() {
  let nowMs = 0;
  const told: BreakerState['state'][] = [];
  const faults = { isWell: true };
  const instance: Instance = {
    id: 'i1',
    ready: Promise.resolve({ batchSize: 1 }),
    ended: new Promise(() => undefined),
    run: (pictures) =>
      Promise.resolve({
        timings,
        results: pictures.map(({ bytes }) => resultOf(outcomes[bytes[0]!]!)),
      }),
    check: () =>
      faults.isWell ? Promise.resolve() : Promise.reject(new StationError('INF_001', 'Still bad.')),
    isReady: () => true,
    runs: () => 0,
    rssBytes: () => 0,
    status: () => ({ id: 'i1', pid: 1, state: 'ready', provider: 'cpu', inFlight: 0, rssBytes: 0 }),
    close: () => Promise.resolve(),
  };
  const outcomes: readonly Outcome[] = ['well', 'INF_001', 'INF_003'];
  const guarded = guardInstance(instance, {
    clock: { ...systemClock, monotonicMs: () => nowMs },
    random: () => 0,
    onChange: ({ state }) => told.push(state),
  });
  return {
    ...{ guarded, told, faults },
    run: (...pictures: Outcome[]) =>
      guarded.run(pictures.map((each) => ({ bytes: Uint8Array.of(outcomes.indexOf(each)) }))),
    wait: async (ms: number) => {
      nowMs += ms;
      guarded.look();
      await Promise.resolve().then(() => undefined);
    },
    refusal: () => leftAlone('yolox@1.0.0', [guarded], nowMs),
  };
}

const five = <T>(value: T): T[] => Array.from({ length: 5 }, () => value);

describe('an instance that is guarded', () => {
  it.each<[string, Outcome[][], boolean]>([
    ['fails four times', five(['INF_001'] as Outcome[]).slice(1), true],
    ['fails five times in a row', five(['INF_001']), false],
    ['answers between', [...five<Outcome[]>(['INF_001']).slice(1), ['well'], ['INF_001']], true],
    ['fails on a whole run beside a file that cannot be read', five(['INF_003', 'INF_001']), false],
    ['gets files that cannot be read', five(['INF_003']), true],
    [
      'gets such a file between failures',
      [...five<Outcome[]>(['INF_001']).slice(1), ['INF_003'], ['INF_001']],
      false,
    ],
  ])('and %s', async (_, runs, isTrusted) => {
    const { guarded, run } = rig();
    for (const pictures of runs) await run(...pictures);
    expect(guarded.isReady()).toBe(isTrusted);
  });

  it('is tried after a minute, then after two, and trusted when a grey picture goes well', async () => {
    const { guarded, told, faults, run, wait, refusal } = rig();
    for (const pictures of five<Outcome>('INF_001')) await run(pictures);
    expect(refusal()).toMatchObject({ code: 'SYS_001', retryAfterS: 60 });
    faults.isWell = false;
    await wait(59_000);
    expect(told).toEqual(['open']);
    await wait(1_000);
    expect(refusal()).toMatchObject({ retryAfterS: 120 });
    faults.isWell = true;
    await wait(120_000);
    expect([told, guarded.isReady(), refusal()]).toEqual([
      ['open', 'half-open', 'open', 'half-open', 'closed'],
      true,
      null,
    ]);
  });

  it('refuses nothing while another one is trusted', async () => {
    const [bad, good] = [rig(), rig()];
    for (const pictures of five<Outcome>('INF_001')) await bad.run(pictures);
    expect(leftAlone('yolox@1.0.0', [bad.guarded, good.guarded], 0)).toBe(null);
    expect(leftAlone('yolox@1.0.0', [], 0)).toBe(null);
  });
});
