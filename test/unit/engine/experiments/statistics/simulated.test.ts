/**
 * Experiments that never were: nothing is found where there is nothing, and the intervals hold the truth as often as they say.
 */
import { describe, expect, it } from 'vitest';
import type { PairKind } from '#contract/experiment-event.ts';
import { seededNumbers } from '#engine/base/random.ts';
import { guessedDeviation, scoreOf } from '#engine/experiments/answer.ts';
import { pairKinds } from '#engine/experiments/pairing.ts';
import {
  confidenceSequence,
  leastValues,
} from '#engine/experiments/statistics/confidence-sequence.ts';
import { mcNemarAnytime } from '#engine/experiments/statistics/mcnemar.ts';
import { neymanAllocation } from '#engine/experiments/statistics/neyman.ts';
import { estimateQuality, type PairQuality } from '#engine/experiments/statistics/quality.ts';

type Random = () => number;
/** Ten seconds for all of it on an idle PC */
const slowMs = 180_000;
/** Neighbouring seeds of so small a generator begin alike. */
const seedStep = 7_919;
/** Upper end of what a true 5 % gives in 1,000 experiments */
const mostFalse = 64;

function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** Both arms see the same people in five minutes: busy by day, each misses one in ten and counts some who are not there. */
function block(index: number, random: Random): { onlyA: number; onlyB: number } {
  const people = poisson(4 + 3 * Math.sin(index / 46), random);
  let onlyA = poisson(0.3, random);
  let onlyB = poisson(0.3, random);
  for (let i = 0; i < people; i++) {
    const [a, b] = [random() < 0.9, random() < 0.9];
    if (a && !b) onlyA++;
    if (b && !a) onlyB++;
  }
  return { onlyA, onlyB };
}

describe('1,000 experiments of an arm against its like, looked at every five minutes for two days', () => {
  it('call the arms different in at most 6.4 %, by rates and by pairs', { timeout: slowMs }, () => {
    let byRate = 0;
    let byPairs = 0;
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = seededNumbers(seed * seedStep);
      const blocks = Array.from({ length: 576 }, (_, index) => block(index, random));
      const differences: number[] = [];
      let [a, b] = [0, 0];
      const found = { rate: false, pairs: false };
      for (const [index, { onlyA, onlyB }] of blocks.entries()) {
        differences.push(onlyA - onlyB);
        a += onlyA;
        b += onlyB;
        found.pairs ||= mcNemarAnytime(a, b) < 0.05;
        // Every look of the first hours, where chance is greatest, then each hour: each look costs a sum over all blocks.
        if (index > 60 && index % 12 > 0) continue;
        const interval = confidenceSequence(differences);
        found.rate ||= interval !== null && (interval.low > 0 || interval.high < 0);
      }
      if (found.rate) byRate++;
      if (found.pairs) byPairs++;
    }
    expect(byRate).toBeLessThanOrEqual(mostFalse);
    expect(byPairs).toBeLessThanOrEqual(mostFalse);
  });

  it('find the worse of two arms that are not alike', () => {
    const differences = Array.from({ length: 288 }, (_, index) => (index % 3 === 0 ? 1 : 0));
    expect(confidenceSequence(differences)?.low).toBeGreaterThan(0);
    expect(confidenceSequence(differences.slice(0, leastValues - 1))).toBeNull();
    expect(mcNemarAnytime(65, 30)).toBeLessThan(0.05);
    expect(mcNemarAnytime(6, 3)).toBeGreaterThan(0.05);
  });
});

interface World {
  /** Share of the people that each arm sees, and false ones per run */
  readonly recall: readonly [number, number];
  readonly falseOnes: readonly [number, number];
  readonly verdicts: number;
}

const people = 1_000;
/** So many that chance alone leads none of the fourteen intervals out of the bounds: they lie 3.5 deviations away. */
const runs = 1_500;
const falseOfBoth = 10;

/** One experiment with that truth, and its estimate from a sample of verdicts. */
function experiment(world: World, seed: number): PairQuality {
  const random = seededNumbers(seed);
  const events: { kind: PairKind; answer: 'a' | 'b' | 'both' | 'neither' }[] = [];
  const add = (count: number, event: (typeof events)[number]) => {
    for (let i = 0; i < count; i++) events.push(event);
  };
  for (let i = 0; i < people; i++) {
    const [a, b] = [random() < world.recall[0], random() < world.recall[1]];
    if (a && b) events.push({ kind: 'both', answer: 'both' });
    else if (a) events.push({ kind: 'only-a', answer: 'a' });
    else if (b) events.push({ kind: 'only-b', answer: 'b' });
  }
  add(poisson(falseOfBoth, random), { kind: 'both', answer: 'neither' });
  add(poisson(world.falseOnes[0], random), { kind: 'only-a', answer: 'b' });
  add(poisson(world.falseOnes[1], random), { kind: 'only-b', answer: 'a' });
  const groups = pairKinds.map((kind) => events.filter((event) => event.kind === kind));
  const sizes = neymanAllocation(
    groups.map(({ length }, index) => ({
      size: length,
      deviation: guessedDeviation(pairKinds[index] ?? 'both'),
    })),
    world.verdicts,
  );
  const strata = groups.map((group, index) => {
    const left = [...group];
    const drawn = Array.from({ length: sizes[index] ?? 0 }, () =>
      left.splice(Math.floor(random() * left.length), 1),
    ).flat();
    return { size: group.length, verdicts: drawn.map((each) => scoreOf(each.kind, each.answer)) };
  });
  const quality = estimateQuality(strata);
  if (!quality) throw new Error('nothing was judged');
  return quality;
}

/** Of those whom at least one arm saw. */
function truthOf({ recall, falseOnes }: World) {
  const seen = 1 - (1 - recall[0]) * (1 - recall[1]);
  const [a, b] = ([0, 1] as const).map((arm) => {
    const right = people * recall[arm];
    const precision = right / (right + falseOnes[arm] + falseOfBoth);
    const found = recall[arm] / seen;
    return { precision, recall: found, f1: (2 * precision * found) / (precision + found) };
  });
  if (!a || !b) throw new Error('two arms');
  return { a, b, difference: a.f1 - b.f1 };
}

describe('1,500 experiments of a known truth', () => {
  it.each<[string, World]>([
    ['unlike arms, 200 verdicts', { recall: [0.9, 0.8], falseOnes: [30, 60], verdicts: 200 }],
    ['like arms, 400 verdicts', { recall: [0.9, 0.9], falseOnes: [50, 50], verdicts: 400 }],
  ])('have intervals that hold it in 93 to 97 %%: %s', { timeout: slowMs }, (_, world) => {
    const truth = truthOf(world);
    const held = new Map<string, number>();
    const note = (name: string, interval: { low: number; high: number }, value: number) => {
      const isIn = interval.low <= value && value <= interval.high;
      held.set(name, (held.get(name) ?? 0) + (isIn ? 1 : 0));
    };
    for (let run = 1; run <= runs; run++) {
      const quality = experiment(world, run * seedStep);
      for (const arm of ['a', 'b'] as const) {
        for (const figure of ['precision', 'recall', 'f1'] as const) {
          note(`${arm} ${figure}`, quality[arm][figure], truth[arm][figure]);
        }
      }
      note('difference', quality.difference, truth.difference);
    }
    const outside = [...held].filter(([, count]) => count < 0.93 * runs || count > 0.97 * runs);
    expect(held.size).toBe(7);
    expect(outside).toEqual([]);
  });

  it('give the truth itself when everything is judged', () => {
    const all = experiment({ recall: [0.9, 0.8], falseOnes: [30, 60], verdicts: 9_999 }, 3);
    const some = experiment({ recall: [0.9, 0.8], falseOnes: [30, 60], verdicts: 150 }, 3);
    expect(all.verdicts).toBeGreaterThan(1_000);
    expect(Math.abs(all.a.f1.value - some.a.f1.value)).toBeLessThan(0.05);
    expect(all.difference.high - all.difference.low).toBeLessThan(
      some.difference.high - some.difference.low,
    );
  });

  it('know nothing of a kind of event on which nobody has answered', () => {
    const both = { size: 5, verdicts: [scoreOf('both', 'both')] };
    expect(estimateQuality([both, { size: 3, verdicts: [] }])).toBeNull();
    expect(estimateQuality([both, { size: 0, verdicts: [] }])?.a.recall.value).toBe(1);
  });
});
