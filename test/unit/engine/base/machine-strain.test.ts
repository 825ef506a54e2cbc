import { describe, expect, it } from 'vitest';
import { machineStrain } from '#engine/base/machine-strain.ts';

describe('machineStrain', () => {
  it('is 1 while no core has more than two that want it', () => {
    expect(machineStrain(0, 2)).toBe(1);
    expect(machineStrain(4, 2)).toBe(1);
  });

  it('grows with the queue for the cores, up to 10', () => {
    expect(machineStrain(12, 2)).toBe(3);
    expect(machineStrain(12, 4)).toBe(1.5);
    expect(machineStrain(500, 2)).toBe(10);
  });
});
