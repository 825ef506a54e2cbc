/**
 * Up to which age the files of the recording ring are kept: with events, without, and those of which it is not known yet.
 */
import type { RecordingSettings } from '#contract/recording.ts';

/** Times are Unix times in ms. */
export interface AgeLimits {
  /** What is to be looked at for events before; null where events make no difference */
  readonly review: {
    readonly until: number;
    readonly preMs: number;
    readonly postMs: number;
  } | null;
  /** Files of each kind that end before a time go */
  readonly limits: readonly { readonly hasEvent: boolean | null; readonly before: number }[];
}

const hourMs = 3_600_000;
/** What a camera has seen is counted and written by then: a track is decided some seconds after it has ended */
const settledMs = 60_000;

/** Pure. */
export function ageLimits(settings: RecordingSettings, now: number): AgeLimits {
  const { mode, preSeconds, postSeconds, keepHours, keepEventHours } = settings;
  const usual = now - keepHours * hourMs;
  return {
    review:
      mode === 'always' && keepEventHours === null
        ? null
        : {
            until: now - settledMs - preSeconds * 1000,
            preMs: preSeconds * 1000,
            postMs: postSeconds * 1000,
          },
    limits: [
      { hasEvent: false, before: mode === 'events' ? now : usual },
      { hasEvent: null, before: usual },
      { hasEvent: true, before: now - (keepEventHours ?? keepHours) * hourMs },
    ],
  };
}
