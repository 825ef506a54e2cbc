/**
 * Says when a live frame was captured: the camera's even time stamps, set to the clock of this machine.
 *
 * Frames arrive late by a changing amount (network bursts, decoding), never early. The least delay of the last seconds
 * therefore fits the time stamps to our clock, and what a frame is later than that is not taken for motion.
 */

export interface CaptureClock {
  /**
   * Unix time in ms at which a frame was captured, never after its arrival and never before that of the frame before.
   * `seconds` is its time stamp, null where it has none; `arrivedAt` is Unix time in ms.
   */
  place(seconds: number | null, arrivedAt: number): number;
  /** A new connection begins, whose time stamps have nothing to do with the former. */
  restart(): void;
}

/** The least delay is taken over this long and the same again before it; a stall is over, or ended, within less. */
const windowMs = 5_000;
/** Time stamps that go back, or run off against our clock, by more than this are those of a clock that was set. */
const backMs = 1_000;
const driftMs = 5_000;

export function createCaptureClock(): CaptureClock {
  let last: { mediaMs: number; arrivedAt: number } | null = null;
  let lastPlaced = -Infinity;
  let windowStart = 0;
  let offset = Infinity;
  let offsetBefore = Infinity;

  function fit(mediaMs: number, arrivedAt: number): number {
    const drift = last ? mediaMs - last.mediaMs - (arrivedAt - last.arrivedAt) : 0;
    if (last === null || mediaMs < last.mediaMs - backMs || Math.abs(drift) > driftMs) {
      offset = Infinity;
      offsetBefore = Infinity;
      windowStart = arrivedAt;
    } else if (arrivedAt - windowStart > windowMs || arrivedAt < windowStart) {
      offsetBefore = offset;
      offset = Infinity;
      windowStart = arrivedAt;
    }
    last = { mediaMs, arrivedAt };
    offset = Math.min(offset, arrivedAt - mediaMs);
    return mediaMs + Math.min(offset, offsetBefore);
  }

  return {
    place(seconds, arrivedAt) {
      const capturedAt = seconds === null ? arrivedAt : fit(seconds * 1000, arrivedAt);
      // Our own clock may be set back as well: then time goes on from there.
      const isSetBack = lastPlaced > arrivedAt;
      lastPlaced = isSetBack ? capturedAt : Math.max(lastPlaced, capturedAt);
      return lastPlaced;
    },
    restart() {
      last = null;
    },
  };
}
