/**
 * The life of one live capture as decisions: when it counts as live, stalled or frozen, and when to try again.
 *
 *   connecting ──first frame──▶ live ◀──picture changes── frozen
 *       ▲                        │  └──same picture 10 s──▶ ┘
 *       │                        ├──no frame──▶ stalled
 *       └──── retryAt ── waiting ◀──── lost ────┘
 */
import type { CaptureReason, CaptureState } from '#contract/camera.ts';
import { backoffMs } from '#engine/base/backoff.ts';
import type { Clock } from '#engine/base/clock.ts';
import { createPictureWatch, type PictureWatch } from './picture-watch.ts';

export interface LifeOptions {
  readonly clock: Clock;
  /** 0 … 1 */
  readonly random: () => number;
  /** Each new state, once */
  readonly onState: (state: CaptureState) => void;
}

export interface CaptureLife {
  state(): CaptureState;
  /** A connection is being made. */
  connect(): void;
  /** A frame came; `print` is its fingerprint. */
  frame(print: number): void;
  /** Looks at the time: what is wrong now. Call some times a second while a connection lasts. */
  check(frameIntervalMs: number): 'fine' | 'not-started' | 'stalled';
  /** The connection is over; returns how long to wait before the next, ms. */
  lose(reason: CaptureReason): number;
  /** A file that is played once came to its end. */
  end(): void;
  /** Time since the last frame, or since connecting when none came, ms */
  silentMs(): number;
}

/** Waits before a camera is connected anew (SERVING.md) */
export const reconnectPauses = { firstMs: 1_000, maxMs: 8_000, jitter: 0.25 };

export const lifeLimits = {
  /** No frame for so long, or for three frame intervals if that is more */
  stallMs: 3_000,
  /** The first frame of a connection may wait for a key frame */
  startMs: 20_000,
  frozenMs: 10_000,
  /** A connection that held so long starts the waits anew */
  steadyMs: 5_000,
  /** An attempt that nobody answered for so long has waited already: the next follows at once, so that hardly a moment is missed */
  patientMs: 4_000,
  leastWaitMs: 250,
  backoff: reconnectPauses,
} as const;

/** A check that comes later than this says that our own process stood still, not that the camera did. */
const lateCheckMs = 1_000;

export function createCaptureLife({ clock, random, onState }: LifeOptions): CaptureLife {
  let state: CaptureState = { state: 'disabled', since: clock.now() };
  let losses = 0;
  let connectedMs = 0;
  let firstFrameMs: number | null = null;
  let lastFrame: { ms: number; at: number } | null = null;
  let checkedMs = 0;
  let picture: PictureWatch = createPictureWatch(lifeLimits.frozenMs);

  function enter(next: CaptureState): void {
    state = next;
    onState(next);
  }

  function silentMs(): number {
    return clock.monotonicMs() - (lastFrame?.ms ?? connectedMs);
  }

  return {
    state: () => state,
    silentMs,
    connect() {
      connectedMs = clock.monotonicMs();
      checkedMs = connectedMs;
      firstFrameMs = null;
      lastFrame = null;
      picture = createPictureWatch(lifeLimits.frozenMs);
      enter({ state: 'connecting', since: clock.now(), attempt: losses + 1 });
    },
    frame(print) {
      const ms = clock.monotonicMs();
      lastFrame = { ms, at: clock.now() };
      firstFrameMs ??= ms;
      const frozenMs = picture.see(print, ms);
      const name = frozenMs === null ? 'live' : 'frozen';
      // Dated back to the last frame that moved: nothing was observed since.
      if (state.state !== name)
        enter({ state: name, since: Math.round(lastFrame.at - (ms - (frozenMs ?? ms))) });
    },
    check(frameIntervalMs) {
      const ms = clock.monotonicMs();
      const isLate = ms - checkedMs > lateCheckMs;
      checkedMs = ms;
      // What has piled up in the pipes meanwhile is read before the next check.
      if (isLate) return 'fine';
      if (!lastFrame) return silentMs() > lifeLimits.startMs ? 'not-started' : 'fine';
      if (silentMs() <= Math.max(lifeLimits.stallMs, 3 * frameIntervalMs)) return 'fine';
      enter({ state: 'stalled', since: clock.now(), lastFrameAt: lastFrame.at });
      return 'stalled';
    },
    lose(reason) {
      const ms = clock.monotonicMs();
      if (firstFrameMs !== null && ms - firstFrameMs >= lifeLimits.steadyMs) losses = 0;
      losses++;
      const isPatient = firstFrameMs === null && ms - connectedMs >= lifeLimits.patientMs;
      const waitMs = isPatient
        ? lifeLimits.leastWaitMs
        : backoffMs(losses, lifeLimits.backoff, random());
      const since = clock.now();
      enter({ state: 'waiting', since, attempt: losses, retryAt: since + waitMs, reason });
      return waitMs;
    },
    end() {
      enter({ state: 'ended', since: clock.now() });
    },
  };
}
