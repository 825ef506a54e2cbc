/**
 * What is known of a subject over some time, in a form that can be added up: minutes make hours without loss.
 */
import { z } from 'zod';
import {
  addHistogram,
  addSparse,
  createTimeHistogram,
  type TimeHistogram,
  toSparse,
} from './time-histogram.ts';

export const frameSteps = ['queue', 'preprocess', 'infer', 'postprocess', 'total'] as const;
export type FrameStep = (typeof frameSteps)[number];

/** Things that are counted */
export const tallied = [
  ...['demanded', 'captured', 'processed', 'dropped', 'late', 'failed'],
  ...['detections', 'scoreSum', 'crossings', 'cpuMs', 'coveredMs'],
] as const;
export type Tallied = (typeof tallied)[number];

/** Figures of which the highest matters, and figures of which the mean does. */
const highest = ['rssBytes', 'loopDelay'] as const;
const averaged = [
  ...['machineCpu', 'machineMemory', 'brightness', 'sharpness', 'shakePx'],
] as const;
type Highest = (typeof highest)[number];
type Averaged = (typeof averaged)[number];

export interface MetricFacts {
  readonly tallies: Partial<Record<Tallied, number>>;
  readonly steps: Partial<Record<FrameStep, TimeHistogram>>;
  readonly highest: Partial<Record<Highest, number>>;
  readonly averaged: Partial<Record<Averaged, { sum: number; count: number }>>;
  readonly errors: Record<string, number>;
}

export function noFacts(): MetricFacts {
  return { tallies: {}, steps: {}, highest: {}, averaged: {}, errors: {} };
}

export function isEmpty({ tallies, steps, highest: high, averaged: mean, errors }: MetricFacts) {
  return [tallies, steps, high, mean, errors].every((part) => Object.keys(part).length === 0);
}

export function tally(facts: MetricFacts, what: Tallied, count: number): void {
  if (count !== 0) facts.tallies[what] = (facts.tallies[what] ?? 0) + count;
}

export function addSteps(facts: MetricFacts, steps: Readonly<Record<FrameStep, TimeHistogram>>) {
  for (const step of frameSteps) {
    facts.steps[step] ??= createTimeHistogram();
    addHistogram(facts.steps[step], steps[step]);
  }
}

export function noteHighest(facts: MetricFacts, what: Highest, value: number): void {
  facts.highest[what] = Math.max(facts.highest[what] ?? 0, value);
}

export function noteAverage(facts: MetricFacts, what: Averaged, value: number): void {
  const { sum, count } = facts.averaged[what] ?? { sum: 0, count: 0 };
  facts.averaged[what] = { sum: sum + value, count: count + 1 };
}

export function noteError(facts: MetricFacts, code: string, count = 1): void {
  facts.errors[code] = (facts.errors[code] ?? 0) + count;
}

/** Adds what is known of a later time. */
export function addFacts(to: MetricFacts, other: MetricFacts): void {
  for (const what of tallied) tally(to, what, other.tallies[what] ?? 0);
  for (const step of frameSteps) {
    const steps = other.steps[step];
    if (!steps) continue;
    to.steps[step] ??= createTimeHistogram();
    addHistogram(to.steps[step], steps);
  }
  for (const what of highest) {
    const value = other.highest[what];
    if (value !== undefined) noteHighest(to, what, value);
  }
  for (const what of averaged) {
    const mean = other.averaged[what];
    if (!mean) continue;
    const { sum, count } = to.averaged[what] ?? { sum: 0, count: 0 };
    to.averaged[what] = { sum: sum + mean.sum, count: count + mean.count };
  }
  for (const [code, count] of Object.entries(other.errors)) noteError(to, code, count);
}

const Sparse = z.array(z.tuple([z.number().int().nonnegative(), z.number().int().positive()]));

/** As it lies in the database: t tallies, s steps by class, h highest, a averages, e errors. */
export const StoredFacts = z.object({
  t: z.partialRecord(z.enum(tallied), z.number()),
  s: z.partialRecord(z.enum(frameSteps), Sparse),
  h: z.partialRecord(z.enum(highest), z.number()),
  a: z.partialRecord(z.enum(averaged), z.number()),
  e: z.record(z.string(), z.number()),
});
export type StoredFacts = z.infer<typeof StoredFacts>;

export function toStored(facts: MetricFacts): StoredFacts {
  const steps = Object.entries(facts.steps).map(([step, times]) => [step, toSparse(times)]);
  const means = Object.entries(facts.averaged).map(([what, { sum, count }]) => [
    what,
    rounded(sum / count),
  ]);
  const tallies = Object.entries(facts.tallies).map(([what, value]) => [what, rounded(value)]);
  return {
    t: Object.fromEntries(tallies) as StoredFacts['t'],
    s: Object.fromEntries(steps) as StoredFacts['s'],
    h: facts.highest,
    a: Object.fromEntries(means) as StoredFacts['a'],
    e: facts.errors,
  };
}

export function fromStored({ t, s, h, a, e }: StoredFacts): MetricFacts {
  const facts: MetricFacts = {
    ...noFacts(),
    tallies: { ...t },
    highest: { ...h },
    errors: { ...e },
  };
  for (const step of frameSteps) {
    const sparse = s[step];
    if (!sparse) continue;
    facts.steps[step] = createTimeHistogram();
    addSparse(facts.steps[step], sparse);
  }
  for (const what of averaged) {
    const mean = a[what];
    if (mean !== undefined) noteAverage(facts, what, mean);
  }
  return facts;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
