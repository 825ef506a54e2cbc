/**
 * How fast models were over some time, and what a million of their inferences cost: values in, values out.
 *
 *   cost of a million = price an hour × hours × share of the computing time ÷ inferences × 1 000 000
 *
 * The PC costs the same whether it computes or waits, so the price of all hours is shared out among the models by the time
 * that each computed.
 */
import type { ModelFigure, PerformancePart } from '#contract/report-section.ts';
import { fromStored, type MetricFacts } from './base/metric-facts.ts';
import { bounds, countOf, quantileOf, type TimeHistogram } from './base/time-histogram.ts';
import type { MetricSum } from './store/metric-sums.ts';

export interface ModelCostInput {
  /** Sums of the station as a whole; none when there are no figures */
  readonly station: readonly MetricSum[];
  /** One for each model, by digest */
  readonly models: readonly MetricSum[];
  /** Price of the PC an hour; 0 for none */
  readonly pricePerHour: number;
  readonly currency: string;
  readonly modelName: (digest: string) => string;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

export function modelCosts(input: ModelCostInput): PerformancePart {
  const { station, models, pricePerHour, currency } = input;
  const hours = station.reduce((sum, { facts }) => sum + (facts.t.coveredMs ?? 0), 0) / hourMs;
  const read = models.map(({ subject, facts }) => ({ digest: subject, facts: fromStored(facts) }));
  const allMs = read.reduce((sum, { facts }) => sum + computeMs(facts), 0);
  const figures = read.map(({ digest, facts }): ModelFigure => {
    const inferences = facts.steps.infer ? countOf(facts.steps.infer) : 0;
    const computeShare = allMs === 0 ? 0 : computeMs(facts) / allMs;
    return {
      ...{ digest, model: input.modelName(digest), inferences, computeShare },
      inferP50Ms: quantile(facts.steps.infer, 0.5),
      inferP95Ms: quantile(facts.steps.infer, 0.95),
      totalP95Ms: quantile(facts.steps.total, 0.95),
      costPerMillion:
        pricePerHour === 0 || inferences === 0
          ? null
          : ((pricePerHour * hours * computeShare) / inferences) * 1e6,
    };
  });
  const times = [...station, ...models];
  return {
    from: times.length === 0 ? null : Math.min(...times.map(({ firstAt }) => firstAt)),
    to: times.length === 0 ? null : Math.max(...times.map(({ lastAt }) => lastAt)) + minuteMs,
    ...{ hours, currency, pricePerHour: pricePerHour === 0 ? null : pricePerHour },
    models: figures
      .filter(({ inferences }) => inferences > 0)
      .sort((a, b) => b.inferences - a.inferences),
  };
}

function quantile(times: TimeHistogram | undefined, share: number): number | null {
  return times === undefined ? null : quantileOf(times, share);
}

/** Of all inferences together, by the middles of their classes: only shares of it are used. */
function computeMs({ steps: { infer } }: MetricFacts): number {
  if (infer === undefined) return 0;
  return infer.counts.reduce((sum, count, place) => {
    const to = bounds[place] ?? bounds.at(-1) ?? 0;
    return sum + (count * ((bounds[place - 1] ?? 0) + to)) / 2;
  }, 0);
}
