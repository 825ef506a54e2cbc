import { describe, expect, it } from 'vitest';
import { createServingFigures } from '#engine/inference/serving/serving-figures.ts';

describe('figures of a model', () => {
  it('are kept by the minute, with the running one', () => {
    let now = Date.UTC(2026, 0, 1, 12, 0, 30);
    const figures = createServingFigures({ now: () => now, monotonicMs: () => now });
    for (const totalMs of [10, 20, 30]) figures.answered({ queueMs: 1, inferMs: 5, totalMs });
    figures.failed();
    now += 60_000;
    figures.refused();
    const rows = figures.samples(Date.UTC(2026, 0, 1), now + 1);
    expect(
      rows.map(({ timestamp, values }) => [
        timestamp,
        values.requests,
        values.errors,
        values.refused,
        values.latencyP50,
      ]),
    ).toEqual([
      ['2026-01-01T12:00:00.000Z', 4, 1, 0, 20],
      ['2026-01-01T12:01:00.000Z', 0, 0, 1, 0],
    ]);
    expect(figures.samples(Date.UTC(2026, 0, 1, 12, 1), now + 1)).toHaveLength(1);
    expect(figures.performance()).toMatchObject({ requests: 4, errors: 1, refused: 1 });
  });
});
