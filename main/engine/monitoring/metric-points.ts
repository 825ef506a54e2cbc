/**
 * Turns the figures of minutes into points of a chart: minutes are added up to longer steps, percentiles are read of the sum.
 */
import type { HistoryMetric, MetricPoint } from '#contract/metrics.ts';
import { addFacts, fromStored, type MetricFacts, noFacts } from '#engine/base/metric-facts.ts';
import type { StoredFacts } from '#engine/base/metric-facts.ts';
import { quantileOf } from '#engine/base/time-histogram.ts';

export interface Minute {
  /** Unix time in ms */
  readonly at: number;
  readonly facts: StoredFacts;
}

export interface PointOptions {
  readonly stepMs: number;
  readonly metrics: readonly HistoryMetric[];
}

/** One point for each step in which there is a minute, oldest first. */
export function toPoints(
  minutes: readonly Minute[],
  { stepMs, metrics }: PointOptions,
): MetricPoint[] {
  const steps = new Map<number, MetricFacts>();
  for (const { at, facts } of minutes) {
    const start = Math.floor(at / stepMs) * stepMs;
    const sum = steps.get(start) ?? noFacts();
    steps.set(start, sum);
    addFacts(sum, fromStored(facts));
  }
  return [...steps]
    .sort(([a], [b]) => a - b)
    .map(([at, facts]) => ({ at, values: valuesOf(facts, metrics), errors: facts.errors }));
}

/** What is known of these metrics, to a thousandth. */
export function valuesOf(
  facts: MetricFacts,
  metrics: readonly HistoryMetric[],
): MetricPoint['values'] {
  const known = metrics.flatMap((metric): [HistoryMetric, number][] => {
    const value = readers[metric](facts);
    return value === null ? [] : [[metric, Math.round(value * 1000) / 1000]];
  });
  return Object.fromEntries(known);
}

type Reader = (facts: MetricFacts) => number | null;

const time =
  (step: keyof MetricFacts['steps'], share: number): Reader =>
  ({ steps }) =>
    steps[step] ? quantileOf(steps[step], share) : null;

/** Counts are 0 where frames were asked for and there were none. */
const count =
  (what: keyof MetricFacts['tallies']): Reader =>
  ({ tallies }) =>
    tallies[what] ?? (tallies.demanded === undefined ? null : 0);

const mean =
  (what: keyof MetricFacts['averaged']): Reader =>
  ({ averaged }) => {
    const found = averaged[what];
    return found ? found.sum / found.count : null;
  };

function ratio(part: number | undefined, whole: number | undefined): number | null {
  return whole === undefined || whole === 0 ? null : (part ?? 0) / whole;
}

const readers: Readonly<Record<HistoryMetric, Reader>> = {
  latencyP50: time('total', 0.5),
  latencyP95: time('total', 0.95),
  queueP50: time('queue', 0.5),
  queueP95: time('queue', 0.95),
  preprocessP50: time('preprocess', 0.5),
  preprocessP95: time('preprocess', 0.95),
  inferP50: time('infer', 0.5),
  inferP95: time('infer', 0.95),
  postprocessP50: time('postprocess', 0.5),
  postprocessP95: time('postprocess', 0.95),
  demanded: count('demanded'),
  captured: count('captured'),
  processed: count('processed'),
  dropped: count('dropped'),
  late: count('late'),
  failed: count('failed'),
  throughput: ({ tallies }) => {
    const share = ratio(tallies.processed, tallies.demanded);
    return share === null ? null : Math.min(1, share);
  },
  detections: count('detections'),
  confidence: ({ tallies }) => ratio(tallies.scoreSum, tallies.detections),
  crossings: count('crossings'),
  cpu: ({ tallies }) =>
    tallies.cpuMs === undefined ? null : ratio(tallies.cpuMs, tallies.coveredMs),
  rssBytes: ({ highest }) => highest.rssBytes ?? null,
  loopDelay: ({ highest }) => highest.loopDelay ?? null,
  machineCpu: mean('machineCpu'),
  machineMemory: mean('machineMemory'),
  brightness: mean('brightness'),
  sharpness: mean('sharpness'),
  shakePx: mean('shakePx'),
};
