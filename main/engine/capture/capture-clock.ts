/**
 * Says when a live frame was captured: the camera's even time stamps, set to the clock of this machine.
 *
 * Frames arrive late by a changing amount (network bursts, decoding), never early. The least delay of the last seconds
 * therefore fits the time stamps to our clock, and what a frame is later than that is not taken for motion.
 *
 *   packets ──▶ least delay ─┐
 *                            ├─ the smaller ──▶ times of frames, previews and recordings
 *   frames  ──▶ least delay ─┘
 *
 * A decoder gives a frame out only when those are there that are shown before it: with reordered frames (B-frames) up to
 * five frames after its packet. Both ways of one connection share the smaller delay, so that what was counted and what was
 * recorded of one moment have one time.
 */

export interface CaptureClock {
  /**
   * Unix time in ms at which a frame was captured, never after its arrival and never before that of the frame before.
   * `seconds` is its time stamp, null where it has none; `arrivedAt` is Unix time in ms.
   */
  place(seconds: number | null, arrivedAt: number): number;
  /** Unix time in ms of a time stamp, by the delays known now; null before anything has arrived. */
  at(seconds: number): number | null;
  /** A new connection begins, whose time stamps have nothing to do with the former. */
  restart(): void;
}

/** Clocks of the frames and of the packets of one connection, whose time stamps are of one time line. */
export interface CaptureClocks {
  readonly frames: CaptureClock;
  readonly packets: CaptureClock;
}

/** The least delay is taken over this long and the same again before it; a stall is over, or ended, within less. */
const windowMs = 5_000;
/** Time stamps that go back, or run off against our clock, by more than this are those of a clock that was set. */
const backMs = 1_000;
const driftMs = 5_000;

/** A clock for a stream that comes in one way only. */
export function createCaptureClock(): CaptureClock {
  return clockOf(createDelay(), null);
}

export function createCaptureClocks(): CaptureClocks {
  const decoded = createDelay();
  const sent = createDelay();
  return { frames: clockOf(decoded, sent), packets: clockOf(sent, decoded) };
}

/** The least delay on one way, as what must be added to a time stamp to get its Unix time; both in ms. */
interface Delay {
  fit(mediaMs: number, arrivedAt: number): void;
  /** Infinity before anything has arrived */
  least(): number;
  restart(): void;
}

function createDelay(): Delay {
  let last: { mediaMs: number; arrivedAt: number } | null = null;
  let windowStart = 0;
  let offset = Infinity;
  let offsetBefore = Infinity;

  return {
    fit(mediaMs, arrivedAt) {
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
    },
    least: () => Math.min(offset, offsetBefore),
    restart() {
      last = null;
      offset = Infinity;
      offsetBefore = Infinity;
    },
  };
}

function clockOf(own: Delay, other: Delay | null): CaptureClock {
  let lastPlaced = -Infinity;

  function offset(): number {
    const mine = own.least();
    const theirs = other?.least() ?? Infinity;
    // A clock that was set is seen on one way before the other: until then each goes by itself.
    const isOne = mine === Infinity || Math.abs(theirs - mine) < driftMs;
    return isOne ? Math.min(mine, theirs) : mine;
  }

  function fitted(mediaMs: number, arrivedAt: number): number {
    own.fit(mediaMs, arrivedAt);
    return mediaMs + offset();
  }

  return {
    place(seconds, arrivedAt) {
      const capturedAt = seconds === null ? arrivedAt : fitted(seconds * 1000, arrivedAt);
      // Our own clock may be set back as well: then time goes on from there.
      const isSetBack = lastPlaced > arrivedAt;
      lastPlaced = isSetBack ? capturedAt : Math.max(lastPlaced, capturedAt);
      return lastPlaced;
    },
    at(seconds) {
      const ms = offset();
      return ms === Infinity ? null : seconds * 1000 + ms;
    },
    restart() {
      own.restart();
    },
  };
}
