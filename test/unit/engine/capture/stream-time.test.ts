import { describe, expect, it } from 'vitest';
import { createCaptureClock } from '#engine/capture/capture-clock.ts';
import { createStreamTime } from '#engine/capture/stream-time.ts';

const start = 1_700_000_000_000;
const second = 90_000;
const lead = 60 * second;
const wrap = 2 ** 33;

describe('times of a copied stream', () => {
  it('are those of the frames beside it', () => {
    const clock = createCaptureClock();
    const time = createStreamTime(clock);
    expect(time.at(lead)).toBe(null);
    time.arrived(lead + 2 * second, start + 2_000);
    expect([time.at(lead), clock.at(0)]).toEqual([start, start]);
  });

  it('go on when the 33 bits of the time stamps begin anew', () => {
    const clock = createCaptureClock();
    const time = createStreamTime(clock);
    const from = wrap - second;
    time.arrived(from, start);
    time.arrived(from + second - wrap, start + 1_000);
    time.arrived(from + 2 * second - wrap, start + 2_000);
    expect([from - second, from, second].map((ticks) => time.at(ticks))).toEqual([
      start - 1_000,
      start,
      start + 2_000,
    ]);
    expect(clock.at(wrap / second - 60)).toBe(start + 1_000);
  });

  it('forget a former connection', () => {
    const clock = createCaptureClock();
    createStreamTime(clock).arrived(lead, start);
    expect(createStreamTime(clock).at(lead)).toBe(null);
  });
});
