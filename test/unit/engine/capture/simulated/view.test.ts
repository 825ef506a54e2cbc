import { describe, expect, it } from 'vitest';
import { createView } from '#engine/capture/simulated/view.ts';

const view = createView(
  { width: 640, height: 360 },
  { heightM: 7, pitchSine: 0.6, pitchCosine: 0.8, focalShare: 0.9 },
);

describe('view', () => {
  it.each([
    [0, 9.33],
    [-4, 12],
    [7, 30],
  ])('finds the ground at %d, %d again under its pixel', (x, z) => {
    const seen = view.project({ x, z }, 0);
    const spot = view.groundAt(seen.x, seen.y);
    expect(spot?.x).toBeCloseTo(x, 6);
    expect(spot?.z).toBeCloseTo(z, 6);
  });

  it('finds the place on a wall again under its pixel', () => {
    const seen = view.project({ x: 3, z: 20 }, 2.5);
    const place = view.wallAt({ xPx: seen.x, yPx: seen.y }, 20);
    expect(place.x).toBeCloseTo(3, 6);
    expect(place.y).toBeCloseTo(2.5, 6);
  });

  it('has no ground above the horizon', () => {
    expect(view.groundAt(320, -400)).toBeNull();
  });

  it('shows what is farther smaller and higher', () => {
    const near = view.project({ x: 0, z: 10 }, 0);
    const far = view.project({ x: 0, z: 20 }, 0);
    expect(far.scale).toBeLessThan(near.scale);
    expect(far.y).toBeLessThan(near.y);
  });
});
