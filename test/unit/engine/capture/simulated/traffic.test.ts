import { describe, expect, it } from 'vitest';
import { createChance } from '#engine/capture/simulated/chance.ts';
import { createTraffic } from '#engine/capture/simulated/traffic.ts';
import { vehicleLengthM } from '#engine/capture/simulated/vehicle-plans.ts';

describe('traffic', () => {
  it.each([1, 2, 3])('never drives into the vehicle ahead (seed %d)', (seed) => {
    let ids = 0;
    const traffic = createTraffic({
      vehicles: 14,
      chance: createChance(seed),
      nextId: () => ids++,
      lanes: [0, 4].map((z) => ({
        from: { x: -30, z },
        heading: { x: 1, z: 0 },
        lengthM: 80,
        haltAtM: 40,
        isForHeavy: true,
      })),
    });
    let stood = 0;
    for (let step = 0; step < 4000; step++) {
      traffic.step(0.05);
      for (const lane of [0, 1]) {
        const row = traffic.vehicles
          .filter((vehicle) => vehicle.lane === lane)
          .sort((a, b) => a.along - b.along);
        if (row.some((vehicle) => vehicle.speed < 0.5)) stood++;
        for (let i = 0; i + 1 < row.length; i++) {
          const back = row[i]!;
          const front = row[i + 1]!;
          const halves = (vehicleLengthM(back.look.kind) + vehicleLengthM(front.look.kind)) / 2;
          expect(front.along - back.along - halves).toBeGreaterThan(0);
        }
      }
    }
    expect(ids).toBeGreaterThan(40);
    expect(stood).toBeGreaterThan(0);
  });
});
