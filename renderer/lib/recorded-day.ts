/**
 * Where on a strip of time something lies, and where to go from a chosen time. Pure; all times are Unix times in ms.
 */

export interface TimeStretch {
  readonly from: number;
  readonly to: number;
}

/** Place and width within a strip, percent; null when it lies outside. */
export function placeOf(
  { from, to }: TimeStretch,
  strip: TimeStretch,
): { readonly left: number; readonly width: number } | null {
  const begin = Math.max(from, strip.from);
  const end = Math.min(to, strip.to);
  if (end < begin || begin >= strip.to || end <= strip.from) return null;
  const whole = strip.to - strip.from;
  return { left: ((begin - strip.from) / whole) * 100, width: ((end - begin) / whole) * 100 };
}

/** The next event after a time, or the last one before it; null when there is none. */
export function nextEvent(events: readonly number[], at: number, way: 1 | -1): number | null {
  const sorted = [...events].sort((a, b) => way * (a - b));
  return sorted.find((event) => way * (event - at) > 0) ?? null;
}

/** A time at which something was recorded: the chosen one, else the nearest; null when nothing was. */
export function nearestRecorded(spans: readonly TimeStretch[], at: number): number | null {
  let best: number | null = null;
  for (const { from, to } of spans) {
    // The very end of a span has no picture any more.
    const near = Math.min(Math.max(at, from), Math.max(from, to - 1000));
    if (best === null || Math.abs(near - at) < Math.abs(best - at)) best = near;
  }
  return best;
}
