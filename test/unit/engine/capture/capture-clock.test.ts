import { describe, expect, it } from 'vitest';
import { createCaptureClock, createCaptureClocks } from '#engine/capture/capture-clock.ts';

const start = 1_700_000_000_000;

/** Places frames of [time stamp in s, arrival in ms after the start]; returns ms after the start. */
function place(frames: readonly (readonly [number | null, number])[]): number[] {
  const clock = createCaptureClock();
  return frames.map(([seconds, arrived]) =>
    Math.round(clock.place(seconds, start + arrived) - start),
  );
}

describe('capture clock', () => {
  it.each<[string, [number | null, number][], number[]]>([
    [
      'an even camera',
      [
        [7, 0],
        [7.1, 100],
        [7.2, 200],
      ],
      [0, 100, 200],
    ],
    [
      'frames that the network held back, which did not move later for it',
      [
        [0, 0],
        [0.1, 180],
        [0.2, 200],
        [0.3, 390],
      ],
      [0, 100, 200, 300],
    ],
    [
      'a first frame that was late',
      [
        [0, 80],
        [0.1, 100],
        [0.2, 200],
      ],
      [80, 100, 200],
    ],
    [
      'a camera without time stamps',
      [
        [null, 5],
        [null, 107],
      ],
      [5, 107],
    ],
    [
      'a time stamp that comes twice',
      [
        [0, 0],
        [0.1, 100],
        [0.1, 101],
      ],
      [0, 100, 100],
    ],
    [
      'a clock that is set back',
      [
        [100, 0],
        [100.1, 100],
        [3, 200],
        [3.1, 300],
      ],
      [0, 100, 200, 300],
    ],
    [
      'a clock that is set forward',
      [
        [1, 0],
        [5000, 100],
        [5000.1, 200],
      ],
      [0, 100, 200],
    ],
  ])('follows %s', (_, frames, expected) => {
    expect(place(frames)).toEqual(expected);
  });

  it('forgets a delay that has become the rule after ten seconds', () => {
    const clock = createCaptureClock();
    let placed = 0;
    for (let frame = 0; frame < 200; frame++) {
      const delay = frame < 50 ? 0 : 2_000;
      placed = clock.place(frame / 10, start + frame * 100 + delay);
    }
    expect(placed - start).toBe(19_900 + 2_000);
  });

  it('never runs ahead of arrival nor back, whatever comes', () => {
    const clock = createCaptureClock();
    let last = 0;
    let arrived = start;
    for (let frame = 0; frame < 2_000; frame++) {
      arrived += (frame * 7919) % 90;
      const seconds = frame % 97 === 0 ? frame / 3 : frame / 25 + ((frame * 31) % 17) / 50;
      const placed = clock.place(seconds, arrived);
      expect(placed).toBeGreaterThanOrEqual(last);
      expect(placed).toBeLessThanOrEqual(arrived + 1e-3);
      last = placed;
    }
  });

  it('starts anew with a connection', () => {
    const clock = createCaptureClock();
    clock.place(0.2, start);
    clock.restart();
    expect(clock.place(0.1, start + 3_000)).toBe(start + 3_000);
  });
});

describe('capture clocks of one connection', () => {
  /** Pictures of a camera at 10 per second: sent at once, or up to `early` ms before they are due, and decoded 500 ms later. */
  function run(options: { readonly early: number; readonly jumpMs?: number }) {
    const { frames, packets } = createCaptureClocks();
    const placed: number[] = [];
    for (let number = 0; number < 100; number++) {
      const mediaMs = number * 100 + (number < 50 ? 0 : (options.jumpMs ?? 0));
      const sentAt = start + number * 100 - (number % 4 === 0 ? options.early : 0);
      packets.place(mediaMs / 1000, sentAt);
      const decoded = number - 5;
      if (decoded < 0) continue;
      const decodedMs = decoded * 100 + (decoded < 50 ? 0 : (options.jumpMs ?? 0));
      placed.push(Math.round(frames.place(decodedMs / 1000, start + number * 100) - start));
    }
    return { placed, packets, frames };
  }

  it.each([
    ['as they were sent', 0],
    ['as the earliest were sent', 300],
  ])('place frames %s, not as they were decoded', (_, early) => {
    expect(run({ early }).placed).toEqual(
      Array.from({ length: 95 }, (_, frame) => frame * 100 - early),
    );
  });

  it('say one time of one picture', () => {
    const { packets, frames } = run({ early: 300 });
    expect(packets.at(7)).toBe(frames.at(7));
    expect(packets.at(7)).toBe(start + 6_700);
  });

  it.each([3_600_000, -3_600_000])(
    'go on one by one while a camera has set its clock by %i ms for packets, not yet for frames',
    (jumpMs) => {
      const { placed } = run({ early: 0, jumpMs });
      const steps = placed.slice(1).map((at, index) => at - (placed[index] ?? 0));
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...steps)).toBeLessThanOrEqual(600);
    },
  );

  it('know nothing before anything has come, nor after a new connection', () => {
    const { packets } = createCaptureClocks();
    expect(packets.at(1)).toBe(null);
    packets.place(1, start);
    expect(packets.at(2)).toBe(start + 1_000);
    packets.restart();
    expect(packets.at(2)).toBe(null);
  });
});
