/**
 * How far the station's clock is from this machine's, from the `Date` of its answers: each says only the second, so
 * many are intersected.
 *
 *   sent ──────▶ station: Date = s ──────▶ received       s ≤ station's time < s + 1000
 *   offset (station − here) lies within ( s − received, s + 1000 − sent )
 */

export interface ClockOffset {
  /** Takes one answer; all Unix times in ms, `stated` on the station's clock. */
  observe(sentAt: number, stated: number, receivedAt: number): void;
  /** Station's time minus the time here, ms; 0 while both agree as far as is known. */
  offsetMs(): number;
}

export function createClockOffset(): ClockOffset {
  let low = -Infinity;
  let high = Infinity;
  return {
    observe(sentAt, stated, receivedAt) {
      const nextLow = stated - receivedAt;
      const nextHigh = stated + 1000 - sentAt;
      // No common value: one of the clocks was set, so only what was just seen holds.
      if (nextLow > high || nextHigh < low) {
        low = nextLow;
        high = nextHigh;
        return;
      }
      low = Math.max(low, nextLow);
      high = Math.min(high, nextHigh);
    },
    offsetMs() {
      if (low <= 0 && high >= 0) return 0;
      return Math.round((low + high) / 2);
    },
  };
}
