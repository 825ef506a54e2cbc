/**
 * Compares what a person marked with what the station counted: by direction and time.
 *
 *   person    ✓      ✓          ✓        a pair within the tolerance is the same event
 *   station   │✓     │     ✓    │        what is left on one side is a miss or a false one
 */
import type { Direction } from '#contract/counting.ts';

/** Time that a key may be pressed before or after the station's moment, ms. */
export const toleranceMs = 1_000;

export interface TimedEvent {
  readonly direction: Direction;
  /** Unix time in ms */
  readonly at: number;
}

export interface Comparison<S extends TimedEvent> {
  readonly pairs: readonly { readonly mark: TimedEvent; readonly event: S }[];
  readonly onlyMarked: readonly TimedEvent[];
  readonly onlyCounted: readonly S[];
}

/** The most pairs that can be made: on the line of time, the earliest that fit belong together. */
export function matchEvents<S extends TimedEvent>(
  marks: readonly TimedEvent[],
  events: readonly S[],
): Comparison<S> {
  const pairs: { mark: TimedEvent; event: S }[] = [];
  const onlyMarked: TimedEvent[] = [];
  const onlyCounted: S[] = [];
  for (const direction of ['in', 'out'] as const) {
    const left = ofDirection(marks, direction);
    const right = ofDirection(events, direction);
    while (left.length > 0 || right.length > 0) {
      const [mark] = left;
      const [event] = right;
      if (mark === undefined || (event !== undefined && event.at < mark.at - toleranceMs)) {
        onlyCounted.push(...right.splice(0, 1));
      } else if (event === undefined || event.at > mark.at + toleranceMs) {
        onlyMarked.push(...left.splice(0, 1));
      } else {
        pairs.push({ mark, event });
        left.shift();
        right.shift();
      }
    }
  }
  return { pairs, onlyMarked, onlyCounted };
}

function ofDirection<T extends TimedEvent>(events: readonly T[], direction: Direction): T[] {
  return events.filter((each) => each.direction === direction).sort((a, b) => a.at - b.at);
}
