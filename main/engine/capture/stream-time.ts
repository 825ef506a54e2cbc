/**
 * Times of the pictures in a copied transport stream, on the time line of the frames that are decoded beside it.
 */
import type { CaptureClock } from './capture-clock.ts';
import { mpegtsTicksPerSecond, streamLeadSeconds } from './ffmpeg-args.ts';

export interface StreamTime {
  /** A picture with this time stamp (ticks) has come; `arrivedAt` is Unix time in ms. */
  arrived(ticks: number, arrivedAt: number): void;
  /** Unix time in ms of a time stamp near those that have come, by the delays known now; null before the first. */
  at(ticks: number): number | null;
}

/** Time stamps of a transport stream have 33 bits: they begin anew after 26.5 hours, those of the frames do not. */
const wrapTicks = 2 ** 33;

/** The times of one connection, which begins now. */
export function createStreamTime(clock: CaptureClock): StreamTime {
  let last: number | null = null;
  clock.restart();

  function onwards(ticks: number): number {
    return last === null ? ticks : ticks + wrapTicks * Math.round((last - ticks) / wrapTicks);
  }

  const seconds = (ticks: number): number => ticks / mpegtsTicksPerSecond - streamLeadSeconds;

  return {
    arrived(ticks, arrivedAt) {
      last = onwards(ticks);
      clock.place(seconds(last), arrivedAt);
    },
    at: (ticks) => clock.at(seconds(onwards(ticks))),
  };
}
