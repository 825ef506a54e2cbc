/**
 * A split: which arm a slot or a client has, and what the slots say.
 */
import { describe, expect, it } from 'vitest';
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ArmMinute } from '#contract/experiment-event.ts';
import { seededNumbers } from '#engine/base/random.ts';
import { armOfCamera, armOfClient, slotAt, stickyMs } from '#engine/experiments/split-arms.ts';
import {
  type CountedSlot,
  slotDifferences,
  slotRates,
  slotsOf,
  summariseSplit,
} from '#engine/experiments/split-verdict.ts';
import { confidenceSequence } from '#engine/experiments/statistics/confidence-sequence.ts';
import { anExperiment, experimentStart as start } from '#test/experiment.ts';

const hour = 3_600_000;
const of = (share: number) => ({ id: 'one', share, slotMinutes: 60 });
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the arm', () => {
  it.each([0.1, 0.5, 0.9])(
    'of a slot is B with a chance of %d, of each camera its own',
    (share) => {
      const arms = (camera: string) =>
        numbers(4_000).map((index) =>
          armOfCamera(of(share), camera, slotAt(of(share), start + index * hour)),
        );
      const shareOfB = arms('gate').filter((arm) => arm === 'b').length / 4_000;
      // Four standard deviations at most
      expect(Math.abs(shareOfB - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 4_000));
      expect(arms('gate')).toEqual(arms('gate'));
      expect(arms('gate')).not.toEqual(arms('hall'));
    },
  );

  it('of a client stays for an hour, and its hours begin at another moment than those of others', () => {
    const changes = (client: string) => {
      const arms = numbers(6_000).map((minute) =>
        armOfClient(of(0.5), client, start + minute * 60_000),
      );
      return arms.flatMap((arm, minute) =>
        minute > 0 && arm !== arms[minute - 1] ? [minute % (stickyMs / 60_000)] : [],
      );
    };
    for (const client of ['gate-app', 'reports']) {
      expect(changes(client).length).toBeGreaterThan(20);
      expect(new Set(changes(client)).size).toBe(1);
    }
    expect(changes('gate-app')[0]).not.toBe(changes('reports')[0]);
  });

  it('is that of a slot which begins at a full minute of its own length', () => {
    const at = Date.UTC(2026, 9, 1, 7, 47, 12);
    expect(slotAt({ slotMinutes: 15 }, at)).toEqual({
      from: Date.UTC(2026, 9, 1, 7, 45),
      to: Date.UTC(2026, 9, 1, 8),
    });
  });
});

/** Days with a rush at noon; each arm counts its share of who passes. */
function walk(
  seed: number,
  { hours, share, counts }: { hours: number; share: number; counts: Record<ArmName, number> },
): CountedSlot[] {
  const random = seededNumbers(seed);
  return numbers(hours).map((index) => {
    const arm: ArmName = random() < share ? 'b' : 'a';
    const passing = 60 + 40 * Math.sin((index / 24) * 2 * Math.PI) + (random() - 0.5) * 30;
    const crossings = Math.round(passing * counts[arm]);
    return { place: 'gate', from: start + index * hour, arm, crossings, hours: 1 };
  });
}

describe('the difference of the rates', () => {
  it.each([0.5, 0.2])(
    'is not found where there is none, looked at after every slot (chance of B %d)',
    (share) => {
      const isFound = (seed: number) => {
        const values = slotDifferences(
          walk(seed, { hours: 240, share, counts: { a: 1, b: 1 } }),
          share,
        );
        return numbers(values.length).some((end) => {
          const found = confidenceSequence(values.slice(0, end + 1));
          return found !== null && (found.low > 0 || found.high < 0);
        });
      };
      const wrong = numbers(400).filter((seed) => isFound(seed + 1)).length;
      // The upper bound of a true 5 % in 400 runs is 7.2 %.
      expect(wrong / 400).toBeLessThan(0.072);
    },
  );

  it('is right on average, also when B is rare', () => {
    const means = numbers(200).map((seed) => {
      const counts = { a: 1, b: 0.8 };
      const values = slotDifferences(walk(seed + 1, { hours: 200, share: 0.2, counts }), 0.2);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    // 60 an hour pass, and B misses a fifth of them.
    expect(Math.abs(mean - 12)).toBeLessThan(1);
  });
});

/** The slots as they are stored: a stretch each, with minutes. */
function stored(slots: readonly CountedSlot[]) {
  const stretches = slots.map(({ place, from, arm }) => ({
    ...{ place, from: from + 60_000, to: from + hour },
    ...{ framesA: arm === 'a' ? 500 : 0, framesB: arm === 'b' ? 500 : 0 },
  }));
  const minutes = slots.map(({ place, from, arm, crossings }): ArmMinute => ({
    ...{ place, arm, minute: from + 120_000, crossings, frames: 500, detections: 0 },
    ...{ meanScore: null, p50Ms: null, p95Ms: null, latency: [], failures: 0, drops: 0 },
    ...{ expected: 0, matched: 0, rssBytes: null },
  }));
  return [stretches, minutes] as const;
}

describe('the verdict of a split', () => {
  const split = anExperiment({ mode: 'split', share: 0.5, leastEvents: 100, leastHours: 24 });
  const alike = walk(3, { hours: 100, share: 0.5, counts: { a: 1, b: 1 } });
  const differing = walk(3, { hours: 200, share: 0.5, counts: { a: 1, b: 0.5 } });
  const verdictOf = (slots: readonly CountedSlot[], changes = {}) =>
    summariseSplit({ ...split, ...changes }, ...stored(slots)).verdict;

  it.each([
    ['too few have passed', alike.slice(0, 1), 'not-yet', /events counted, and at least 100/],
    ['not every hour is in it', alike.slice(0, 12), 'not-yet', /24 h are needed/],
    ['there were few slots', alike.slice(0, 20), 'not-yet', /A has counted in \d+ time slots/],
    ['both count alike', alike, 'not-yet', /no more|not differ more than by chance; A counts/],
    ['B misses half', differing, 'differ', /^They differ: A counts more; A counts .* blind count/],
  ])('when %s', (_, slots, outcome, sentence) => {
    const changes = slots.length === 20 ? { leastHours: 10 } : {};
    const verdict = verdictOf(slots, changes);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.sentence).toMatch(sentence);
  });

  it('is void when B broke down', () => {
    expect(verdictOf(differing, { failure: 'B broke down: x' })).toMatchObject({
      ...{ outcome: 'void', sentence: 'B broke down: x' },
    });
  });

  it('comes with the crossings per hour of each arm in its slots', () => {
    const slots = slotsOf(...stored(differing));
    expect(slots.map(({ arm, crossings }) => [arm, crossings])).toEqual(
      differing.map(({ arm, crossings }) => [arm, crossings]),
    );
    const { a, b } = slotRates(slots);
    expect((b?.value ?? 0) / (a?.value ?? 1)).toBeCloseTo(0.5, 1);
  });
});
