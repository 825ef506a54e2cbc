/**
 * How fast one model answers requests: percentiles of the newest pictures, and a row for each minute of seven days.
 */
import type { MetricName, MetricSample, ServingPerformance } from '#contract/inference.ts';
import type { Clock } from '#engine/base/clock.ts';
import { createRateMeter, createReservoir } from '#engine/base/rates.ts';

/** One answered picture, ms. */
export interface PictureSteps {
  readonly queueMs: number;
  /** Time of the network for this picture: its share of the run */
  readonly inferMs: number;
  readonly totalMs: number;
}

export interface ServingFigures {
  answered(steps: PictureSteps): void;
  /** A picture that got an error instead of an answer. */
  failed(): void;
  /** A picture that was turned away because too much was waiting. */
  refused(): void;
  performance(): ServingPerformance;
  /** The minutes that begin within [from, to), Unix ms, oldest first; the running one too. */
  samples(from: number, to: number): MetricSample[];
}

const keptPictures = 512;
const keptPerMinute = 1_000;
const keptMinutes = 7 * 24 * 60;
const minuteMs = 60_000;
const rateWindowMs = 10_000;

interface Minute {
  readonly startsAt: number;
  readonly counts: { requests: number; errors: number; refused: number };
  readonly total: ReturnType<typeof createReservoir>;
  readonly queue: ReturnType<typeof createReservoir>;
  readonly infer: ReturnType<typeof createReservoir>;
}

interface Row {
  readonly startsAt: number;
  readonly values: Record<MetricName, number>;
}

export function createServingFigures(clock: Clock): ServingFigures {
  const kept = {
    total: createReservoir(keptPictures),
    queue: createReservoir(keptPictures),
    infer: createReservoir(keptPictures),
  };
  const rate = createRateMeter(rateWindowMs);
  const counts = { requests: 0, errors: 0, refused: 0 };
  const rows: Row[] = [];
  let minute: Minute | null = null;

  /** The minute of now; the one before is closed into a row. */
  function now(): Minute {
    const startsAt = Math.floor(clock.now() / minuteMs) * minuteMs;
    if (minute?.startsAt === startsAt) return minute;
    if (minute !== null) rows.push(rowOf(minute));
    if (rows.length > keptMinutes) rows.shift();
    minute = {
      startsAt,
      counts: { requests: 0, errors: 0, refused: 0 },
      total: createReservoir(keptPerMinute),
      queue: createReservoir(keptPerMinute),
      infer: createReservoir(keptPerMinute),
    };
    return minute;
  }

  function count(what: keyof typeof counts): void {
    counts[what]++;
    now().counts[what]++;
  }

  return {
    answered({ queueMs, inferMs, totalMs }) {
      count('requests');
      rate.mark(clock.monotonicMs());
      const running = now();
      for (const to of [kept, running]) {
        to.total.add(totalMs);
        to.queue.add(queueMs);
        to.infer.add(inferMs);
      }
    },
    failed() {
      count('requests');
      count('errors');
    },
    refused: () => count('refused'),
    performance: () => ({
      ...counts,
      throughput: rate.perSecond(clock.monotonicMs()),
      latency: percentiles(kept.total),
      queue: percentiles(kept.queue),
      inference: percentiles(kept.infer),
    }),
    samples(from, to) {
      const all = minute === null ? rows : [...rows, rowOf(minute)];
      return all
        .filter(({ startsAt }) => startsAt >= from && startsAt < to)
        .map(({ startsAt, values }) => ({ timestamp: new Date(startsAt).toISOString(), values }));
    },
  };
}

function rowOf({ startsAt, counts, total, queue, infer }: Minute): Row {
  const [latencyP50 = 0, latencyP95 = 0] = total.quantiles([0.5, 0.95]);
  const [queueP95 = 0] = queue.quantiles([0.95]);
  const [inferenceP50 = 0] = infer.quantiles([0.5]);
  const throughput = ((counts.requests - counts.errors) * 1000) / minuteMs;
  return {
    startsAt,
    values: { ...counts, throughput, latencyP50, latencyP95, queueP95, inferenceP50 },
  };
}

function percentiles(reservoir: ReturnType<typeof createReservoir>) {
  const [p50Ms = 0, p95Ms = 0, p99Ms = 0] = reservoir.quantiles([0.5, 0.95, 0.99]);
  return { p50Ms, p95Ms, p99Ms };
}
