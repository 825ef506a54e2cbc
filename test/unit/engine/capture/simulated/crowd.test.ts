import { describe, expect, it } from 'vitest';
import { createChance } from '#engine/capture/simulated/chance.ts';
import { createCrowd } from '#engine/capture/simulated/crowd.ts';

describe('crowd', () => {
  it('walks, stops, turns back and goes', () => {
    let ids = 0;
    const crowd = createCrowd({
      people: 10,
      chance: createChance(4),
      nextId: () => ids++,
      drawRoute: (chance) => {
        const z = chance.between(8, 20);
        return { from: { x: -15, z }, to: { x: 15, z }, linger: { x: 0, z } };
      },
    });
    const farthest = new Map<number, number>();
    const gone = { across: 0, back: 0 };
    let standing = 0;
    let together = 0;
    let present = new Map<number, number>();
    for (let step = 0; step < 20 * 600; step++) {
      crowd.step(0.05);
      const now = new Map(crowd.people.map((person) => [person.id, person.x]));
      for (const [id, x] of now) farthest.set(id, Math.max(farthest.get(id) ?? -Infinity, x));
      for (const [id, x] of present) {
        if (now.has(id)) continue;
        if (x > 10) gone.across++;
        else gone.back++;
      }
      present = now;
      standing += crowd.people.filter((person) => person.waits > 0).length;
      for (const a of crowd.people) {
        for (const b of crowd.people) {
          if (a.id < b.id && Math.hypot(a.x - b.x, a.z - b.z) < 0.2) together++;
        }
      }
    }
    expect(gone.across).toBeGreaterThan(50);
    expect(gone.back).toBeGreaterThan(2);
    expect(standing).toBeGreaterThan(0);
    expect(crowd.people.length).toBeLessThanOrEqual(13);
    // Nobody walks through anybody for long: fewer than one in a thousand steps.
    expect(together).toBeLessThan(12);
  });
});
