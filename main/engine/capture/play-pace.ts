/**
 * The pace of a recording that is played once: no frame is ahead of the clock, and what is behind it comes as fast as it can.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#engine/base/clock.ts';
import type { FrameIntake } from '#engine/base/frame.ts';
import type { CapturePlay } from './capture.ts';

export interface PlayPace {
  /** Unix time in ms at which the frame with this time stamp takes place, seconds from the start of the file. */
  place(mediaSeconds: number): number;
  /** The intake, whose slots are given out when the next frame is due. */
  hold(intake: FrameIntake): FrameIntake;
}

export interface PlayPaceOptions {
  readonly play: CapturePlay;
  readonly clock: Clock;
  /** Ends the waiting */
  readonly signal: AbortSignal;
}

/** A pause in the recording is waited for in full, but one wrong time stamp must not hold it up for hours. */
const maxStepMs = 60_000;

export function createPlayPace({ play, clock, signal }: PlayPaceOptions): PlayPace {
  let lastAt: number | null = null;
  let stepMs = 0;

  /** The next frame is due one step after the last; until two have come nobody knows the step. */
  function waitMs(): number {
    return lastAt === null ? 0 : Math.min(maxStepMs, lastAt + stepMs - clock.now());
  }

  return {
    place(mediaSeconds) {
      const at = play.startsAt + mediaSeconds * 1000;
      stepMs = lastAt === null ? 0 : Math.max(0, at - lastAt);
      lastAt = at;
      return at;
    },
    hold: (intake) => ({
      ...intake,
      take() {
        const ms = waitMs();
        if (ms <= 0) return intake.take();
        return sleep(ms, undefined, { signal }).then(
          () => intake.take(),
          // Closed: whoever waits for the slot gives it back.
          () => intake.take(),
        );
      },
    }),
  };
}
