import { describe, expect, it } from 'vitest';
import { addSteps, noFacts, tally, toStored } from '#engine/base/metric-facts.ts';
import { addTime, createTimeHistogram } from '#engine/base/time-histogram.ts';
import { modelCosts } from '#engine/model-costs.ts';
import type { MetricSum } from '#engine/store/metric-sums.ts';

const hour = 3_600_000;
const times = { firstAt: 0, lastAt: 9 * hour };
const rest = { pricePerHour: 0.12, currency: 'EUR', modelName: (digest: string) => `${digest}@1` };

/** A station that ran for so many hours. */
function station(hours: number): MetricSum[] {
  const facts = noFacts();
  tally(facts, 'coveredMs', hours * hour);
  return [{ subject: 'station', ...times, facts: toStored(facts) }];
}

/** A model with so many inferences of so many ms. */
function model(subject: string, inferences: number, ms: number): MetricSum {
  const histogram = createTimeHistogram();
  for (let each = 0; each < inferences; each += 1) addTime(histogram, ms);
  const facts = noFacts();
  const none = createTimeHistogram();
  addSteps(facts, {
    ...{ queue: none, preprocess: none, postprocess: none, infer: histogram, total: histogram },
  });
  return { subject, ...times, facts: toStored(facts) };
}

describe('what a million inferences cost', () => {
  it('is the price of the hours by the inferences where one model counts', () => {
    const { models, hours } = modelCosts({
      ...{ ...rest, station: station(10) },
      models: [model('nano', 2_000, 8)],
    });
    expect(hours).toBe(10);
    // 10 hours for 0.12 are 1.2 for 2000 inferences.
    expect(models).toMatchObject([{ model: 'nano@1', inferences: 2_000, computeShare: 1 }]);
    expect(models[0]?.costPerMillion).toBeCloseTo(600, 9);
  });

  it('is shared by the time that each model computed, and the shares pay the whole', () => {
    const { models } = modelCosts({
      ...{ ...rest, station: station(10) },
      // Times are known by their class alone: 710 in that of 8.125 ms and 130 in that of 44.375 ms took equally long.
      models: [model('nano', 710, 8), model('large', 130, 43)],
    });
    expect(models.map(({ digest, computeShare }) => [digest, computeShare])).toEqual([
      ['nano', 0.5],
      ['large', 0.5],
    ]);
    const paid = models.map(
      ({ inferences, costPerMillion }) => (inferences * (costPerMillion ?? 0)) / 1e6,
    );
    expect(paid.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1.2, 9);
  });

  it('is not told without a price, and speed is', () => {
    const { models, pricePerHour } = modelCosts({
      ...{ ...rest, pricePerHour: 0, station: station(1) },
      models: [model('nano', 10, 8), model('idle', 0, 8)],
    });
    expect(pricePerHour).toBeNull();
    expect(models).toMatchObject([{ digest: 'nano', costPerMillion: null }]);
    expect(models[0]?.inferP95Ms).toBeGreaterThan(7.5);
    expect(models[0]?.inferP95Ms).toBeLessThan(10);
  });

  it('is of no time when there are no figures', () => {
    expect(modelCosts({ ...rest, station: [], models: [] })).toEqual({
      ...{ from: null, to: null, hours: 0, pricePerHour: 0.12, currency: 'EUR', models: [] },
    });
  });
});
