import { describe, expect, it } from 'vitest';
import { createBalancer } from '#engine/inference/serving/balance.ts';
import { createScaler, limitsOn, type ScaleQuestion } from '#engine/inference/serving/scaling.ts';
import type { BalancePolicy } from '#contract/inference.ts';

const policy = 'least-connections';
const busy = { busyShare: 0.95, isWaiting: true, isLiveLate: false };
const idle = { busyShare: 0.1, isWaiting: false, isLiveLate: false };

/** The number of instances after so many looks, each of them acted upon. */
function after(looks: number, from: number, question: Omit<ScaleQuestion, 'instances' | 'limits'>) {
  const scaler = createScaler();
  let instances = from;
  for (let look = 0; look < looks; look++) {
    instances += scaler.look({ limits: { min: 1, max: 4 }, instances, ...question });
  }
  return instances;
}

describe('number of instances', () => {
  it.each([
    ['grows after three busy seconds', 3, 1, busy, 2],
    ['does not grow before', 2, 1, busy, 1],
    ['grows no further than its limit', 60, 1, busy, 4],
    ['does not grow while live frames come late', 60, 1, { ...busy, isLiveLate: true }, 1],
    ['does not grow when nothing waits', 60, 1, { ...busy, isWaiting: false }, 1],
    ['stays between the two shares', 300, 2, { ...busy, busyShare: 0.5 }, 2],
    ['shrinks after thirty idle seconds', 30, 3, idle, 2],
    ['shrinks to its limit and no further', 300, 4, idle, 1],
    ['is brought to a new lower limit at once', 2, 6, busy, 4],
    ['is brought to a new higher limit at once', 1, 0, idle, 1],
  ])('%s', (_, looks, from, question, expected) => {
    expect(after(looks, from, question)).toBe(expected);
  });

  it.each([
    ['one per core', { min: 1, max: 0, policy }, { cores: 4, isOnGpu: false }, 4],
    ['ten at most', { min: 1, max: 0, policy }, { cores: 64, isOnGpu: false }, 10],
    ['one on a graphics card', { min: 1, max: 0, policy }, { cores: 64, isOnGpu: true }, 1],
    ['what the settings say', { min: 1, max: 20, policy }, { cores: 2, isOnGpu: false }, 20],
    ['no fewer than the least', { min: 3, max: 0, policy }, { cores: 2, isOnGpu: false }, 3],
  ] as const)('is at most %s', (_, wanted, machine, expected) => {
    expect(limitsOn(wanted, machine).max).toBe(expected);
  });
});

/** To whom runs go when each takes `ms` of its instance; all answers come at once. */
function shares(policyName: BalancePolicy, ms: Record<string, number>, runs: number) {
  const names = Object.keys(ms);
  const places = names.map((name) => ({ name, isReady: () => true, runs: () => 0 }));
  const balancer = createBalancer<(typeof places)[number]>(policyName);
  const given: string[] = [];
  for (let run = 0; run < runs; run++) {
    const [next] = balancer.places(places, 1);
    if (!next) throw new Error('no place');
    balancer.gave(next, 1);
    balancer.took(next, ms[next.name] ?? 0);
    given.push(next.name);
  }
  return given;
}

describe('balancing', () => {
  it('goes in turn', () => {
    expect(shares('round-robin', { a: 10, b: 90, c: 10 }, 6)).toEqual([
      'a',
      'b',
      'c',
      'a',
      'b',
      'c',
    ]);
  });

  it('gives an instance that is three times as fast three times as many', () => {
    const given = shares('weighted', { fast: 10, slow: 30 }, 400);
    const fast = given.filter((name) => name === 'fast').length;
    expect(fast / (given.length - fast)).toBeCloseTo(3, 1);
  });

  it('takes the one with the fewest runs, and none that is full or not ready', () => {
    const place = (name: string, runs: number, isReady = true) => ({
      name,
      runs: () => runs,
      isReady: () => isReady,
    });
    const all = [place('two', 2), place('one', 1), place('none', 0), place('loading', 0, false)];
    const balancer = createBalancer<(typeof all)[number]>('least-connections');
    expect(balancer.places(all, 2).map(({ name }) => name)).toEqual(['none', 'none', 'one']);
  });

  it('does not give everything to an instance that has just come', () => {
    const place = (name: string) => ({ name, isReady: () => true, runs: () => 0 });
    const [old, fresh] = [place('old'), place('new')];
    const balancer = createBalancer<ReturnType<typeof place>>('weighted');
    for (let run = 0; run < 100; run++) {
      const [next] = balancer.places([old], 1);
      if (next) balancer.gave(next, 1);
      balancer.took(old, 10);
    }
    const given: string[] = [];
    for (let run = 0; run < 10; run++) {
      const [next] = balancer.places([old, fresh], 1);
      if (!next) throw new Error('no place');
      balancer.gave(next, 1);
      balancer.took(next, 10);
      given.push(next.name);
    }
    expect(given.filter((name) => name === 'old').length).toBeGreaterThanOrEqual(4);
  });
});
