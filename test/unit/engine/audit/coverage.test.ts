/**
 * Whether intervals hold the truth as often as they say: audits are played through many times with a seed, from the draw to
 * the interval on a count, and the share of those that hold the truth is compared with the level.
 */
import { describe, expect, it } from 'vitest';
import {
  beliefOf,
  countInterval,
  hasBounds,
  notAudited,
  type CountQuality,
} from '#engine/audit/count-interval.ts';
import { drawSlots, type Slot } from '#engine/audit/sample.ts';
import { estimateShare, type ClipTally, type Share } from '#engine/audit/share.ts';
import { randomOf, type Random } from '#test/random.ts';

interface Place {
  readonly recall: number;
  readonly precision: number;
  /** Truths a minute by hour of the day, repeated */
  readonly rates: readonly number[];
  readonly clips: number;
  /** Deviation from clip to clip of recall and precision, in logits */
  readonly wobble: number;
}

const places: readonly (readonly [string, Place])[] = [
  ['good, many clips', { recall: 0.97, precision: 0.98, rates: [1, 4, 8], clips: 60, wobble: 0 }],
  ['good, few clips', { recall: 0.95, precision: 0.97, rates: [2, 6], clips: 16, wobble: 0 }],
  ['fair', { recall: 0.85, precision: 0.93, rates: [0.5, 3, 6, 9], clips: 40, wobble: 0 }],
  ['fair, few clips', { recall: 0.85, precision: 0.9, rates: [3, 6], clips: 12, wobble: 0.4 }],
  ['poor', { recall: 0.6, precision: 0.85, rates: [1, 5], clips: 30, wobble: 0 }],
  ['unsteady', { recall: 0.9, precision: 0.95, rates: [2, 5, 8], clips: 40, wobble: 0.6 }],
];
const plays = 400;
/** Four deviations of a binomial of 400 below the level: less is no chance. */
const slack = (level: number) => 4 * Math.sqrt((level * (1 - level)) / plays);

describe.each(places)('an audit of a place that is %s', (name, place) => {
  it.each([0.9, 0.95])('says %s and means it', (level) => {
    const random = randomOf(`audit ${name}`);
    const held = { recall: 0, precision: 0, small: 0, large: 0, none: 0 };
    let widths = 0;
    let known = 0;
    for (let play = 0; play < plays; play += 1) {
      const audit = playAudit(place, random, { seed: play, level });
      if (audit === null) continue;
      known += 1;
      held.recall += Number(holds(audit.recall, audit.truth.recall));
      held.precision += Number(holds(audit.precision, audit.truth.precision));
      widths += audit.recall.high - audit.recall.low;
      held.none += Number(countHolds(0.05, { audit, random, level }));
      held.small += Number(countHolds(6, { audit, random, level }));
      held.large += Number(countHolds(400, { audit, random, level }));
    }
    expect(known).toBeGreaterThan(plays * 0.95);
    for (const times of Object.values(held)) {
      expect(times / known).toBeGreaterThanOrEqual(level - slack(level));
    }
    // Not by being as wide as can be.
    expect(widths / known).toBeLessThan(0.5);
  });
});

describe('a camera that was never audited', () => {
  it('is held by the wide interval when it is like those of the public test', () => {
    const random = randomOf('not audited');
    const runs = 2_000;
    let held = 0;
    for (let run = 0; run < runs; run += 1) {
      const recall = beta(random, notAudited.recall);
      const precision = beta(random, notAudited.precision);
      const truth = poisson(random, 40);
      const { low, high } = countInterval(count(random, truth, { recall, precision }), notAudited);
      held += Number(low <= truth && truth <= high);
    }
    expect(held / runs).toBeGreaterThan(0.94);
  });
});

interface Played {
  readonly recall: Share;
  readonly precision: Share;
  readonly truth: { readonly recall: number; readonly precision: number };
  readonly quality: CountQuality;
}

/** A day of slots of a minute, counted by a station, drawn from and marked without a mistake. */
function playAudit(
  place: Place,
  random: Random,
  { seed, level }: { readonly seed: number; readonly level: number },
): Played | null {
  const days = Array.from({ length: 480 }, (_, index) => {
    const hour = Math.floor(index / 20);
    const truth = poisson(random, place.rates[hour % place.rates.length] ?? 1);
    const found = binomial(random, truth, wobbled(random, place.recall, place.wobble));
    const precision = wobbled(random, place.precision, place.wobble);
    const wrong = poisson(random, (truth * place.recall * (1 - precision)) / precision);
    return { hour, truth, found, counted: found + wrong };
  });
  const slots = days.map(({ hour, counted }, index): Slot => {
    return { lineId: 'door', from: index, to: index + 1, hour, counted };
  });
  const draw = drawSlots(slots, { clips: place.clips, seed });
  const sizes = draw.strata.map(({ size }) => size);
  const clips = draw.slots.map(({ stratum, from }) => ({ stratum, ...days[from]! }));
  const recall = estimateShare(sizes, clips.map(recallOf), level);
  const precision = estimateShare(sizes, clips.map(precisionOf), level);
  if (recall === null || precision === null) return null;
  const quality = {
    recall: beliefOf(recall),
    precision: beliefOf(precision),
    scatter: Math.max(recall.events / recall.effective, precision.events / precision.effective),
  };
  if (!hasBounds(quality)) return null;
  return { recall, precision, quality, truth: truthOf(place) };
}

type Day = { stratum: number; truth: number; found: number; counted: number };
const recallOf = ({ stratum, truth, found }: Day): ClipTally => ({
  stratum,
  hits: found,
  events: truth,
});
const precisionOf = ({ stratum, counted, found }: Day): ClipTally => ({
  stratum,
  hits: found,
  events: counted,
});

const truths = new Map<Place, { recall: number; precision: number }>();

/** What the place truly is: over very many events, for the wobble moves the mean. */
function truthOf(place: Place): { recall: number; precision: number } {
  const known = truths.get(place);
  if (known) return known;
  const random = randomOf(`truth of ${JSON.stringify(place)}`);
  let recall = 0;
  let odds = 0;
  const draws = 200_000;
  for (let draw = 0; draw < draws; draw += 1) {
    recall += wobbled(random, place.recall, place.wobble) / draws;
    const precision = wobbled(random, place.precision, place.wobble);
    odds += (1 - precision) / precision / draws;
  }
  const truth = { recall, precision: recall / (recall + place.recall * odds) };
  truths.set(place, truth);
  return truth;
}

interface Question {
  readonly audit: Played;
  readonly random: Random;
  readonly level: number;
}

/** A later stretch of the same place, as its count and the interval on it. */
function countHolds(mean: number, { audit, random, level }: Question): boolean {
  const truth = poisson(random, mean);
  const counted = count(random, truth, audit.truth);
  const { low, high } = countInterval(counted, audit.quality, level);
  return low <= truth && truth <= high;
}

/** What a station of this quality counts: false ones come with the truths that are there. */
function count(random: Random, truth: number, quality: { recall: number; precision: number }) {
  const { recall, precision } = quality;
  const wrong = poisson(random, (truth * recall * (1 - precision)) / precision);
  return binomial(random, truth, recall) + wrong;
}

function holds({ low, high }: Share, value: number): boolean {
  return low <= value && value <= high;
}

function wobbled(random: Random, share: number, deviation: number): number {
  if (deviation === 0) return share;
  return 1 / (1 + Math.exp(-(Math.log(share / (1 - share)) + deviation * random.normal())));
}

function binomial(random: Random, n: number, p: number): number {
  let hits = 0;
  for (let index = 0; index < n; index += 1) hits += Number(random.happens(p));
  return hits;
}

/** Knuth. */
function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = 1 - random.even(); product > limit; count += 1) product *= 1 - random.even();
  return count;
}

/** Marsaglia and Tsang (2000) for both gammas. */
function beta(random: Random, { a, b }: { readonly a: number; readonly b: number }): number {
  const x = gamma(random, a);
  return x / (x + gamma(random, b));
}

function gamma(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.even()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return d * v;
    }
  }
}
