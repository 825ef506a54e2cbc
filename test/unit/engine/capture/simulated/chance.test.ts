import { describe, expect, it } from 'vitest';
import { cosineOf, createChance, sineOf, smoothNoise } from '#engine/capture/simulated/chance.ts';

describe('chance', () => {
  it('gives the same numbers for the same seed on every machine', () => {
    const chance = createChance(7);
    expect([chance.next(), chance.next(), chance.int(100), chance.pick(['a', 'b', 'c'])]).toEqual([
      0.011704753153026104,
      0.06195825757458806,
      97,
      'c',
    ]);
  });

  it('draws evenly between its bounds', () => {
    const chance = createChance(1);
    const draws = Array.from({ length: 10_000 }, () => chance.between(2, 4));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...draws)).toBeLessThan(4);
    expect(mean).toBeCloseTo(3, 1);
  });

  it('knows sine and cosine without the engine of the machine', () => {
    for (let turns = -2; turns <= 2; turns += 0.01) {
      expect(Math.abs(sineOf(turns) - Math.sin(turns * 2 * Math.PI))).toBeLessThan(2e-4);
      expect(Math.abs(cosineOf(turns) - Math.cos(turns * 2 * Math.PI))).toBeLessThan(2e-4);
    }
  });

  it('has noise without steps', () => {
    for (let x = 0; x < 5; x += 0.01) {
      expect(Math.abs(smoothNoise(x + 0.01, 3.3) - smoothNoise(x, 3.3))).toBeLessThan(0.03);
    }
  });
});
