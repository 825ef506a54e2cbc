/**
 * Whether the memory of a process grows without end: samples in, growth out.
 *
 *   MB │          ·  ·            Each slot keeps its lowest sample: what the collector of garbage leaves over. The growth is
 *      │     ·  ▁▁▁▁ ▁▁▁▁         the median of the slopes between all pairs of slots (Theil and Sen): a step, as a camera
 *      │▁▁▁▁ ▁▁▁▁                 makes that is added, or growth that came to rest, is none.
 *      └─slot─┴──┴──┴───▶ time
 */

/** Memory that grows faster than this over so long grows without end. */
export interface GrowthRule {
  readonly bytesPerHour: number;
  readonly overMs: number;
}

export interface Growth {
  readonly bytesPerHour: number;
  readonly overMs: number;
  /** Memory at the end, bytes */
  readonly bytes: number;
}

export interface MemoryTrend {
  /** @param atMs of a clock that never jumps */
  add(atMs: number, bytes: number): void;
  /** By the first rule that is broken; null when none is, or it was not looked for long enough. */
  growth(): Growth | null;
  /** Begins anew. */
  clear(): void;
}

const slots = 36;
const hourMs = 3_600_000;

interface Slot {
  readonly atMs: number;
  readonly bytes: number;
}

export function createMemoryTrend(rules: readonly GrowthRule[]): MemoryTrend {
  const series = rules.map((rule) => createSeries(rule));
  return {
    add(atMs, bytes) {
      for (const one of series) one.add(atMs, bytes);
    },
    growth: () => series.map((one) => one.growth()).find((growth) => growth !== null) ?? null,
    clear() {
      for (const one of series) one.clear();
    },
  };
}

function createSeries(rule: GrowthRule): MemoryTrend {
  const slotMs = rule.overMs / slots;
  let done: Slot[] = [];
  let current: Slot | null = null;
  let found: Growth | null = null;

  function judge(): Growth | null {
    const last = done.at(-1);
    if (done.length < slots || last === undefined) return null;
    const bytesPerHour = medianSlope(done) * hourMs;
    if (bytesPerHour <= rule.bytesPerHour) return null;
    return { bytesPerHour, overMs: rule.overMs, bytes: last.bytes };
  }

  return {
    add(atMs, bytes) {
      if (current === null || atMs - current.atMs >= slotMs) {
        if (current !== null) done = [...done, current].slice(-slots);
        current = { atMs, bytes };
        found = judge();
      } else if (bytes < current.bytes) {
        current = { ...current, bytes };
      }
    },
    growth: () => found,
    clear() {
      done = [];
      current = null;
      found = null;
    },
  };
}

/** Bytes per ms */
function medianSlope(points: readonly Slot[]): number {
  const slopes: number[] = [];
  for (const [index, a] of points.entries()) {
    for (const b of points.slice(index + 1)) {
      slopes.push((b.bytes - a.bytes) / (b.atMs - a.atMs));
    }
  }
  slopes.sort((a, b) => a - b);
  return slopes[slopes.length >> 1] ?? 0;
}
