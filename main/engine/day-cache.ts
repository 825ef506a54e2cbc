/**
 * The lives of the time that was last asked about: while a line is moved the same day is asked for again and again, and
 * reading it takes longer than counting on it.
 */
import type { CameraId } from '#contract/camera.ts';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { PathDay } from './counting/quick-recount.ts';

export interface DayCache {
  /**
   * The day, read anew when it is another one or more was written down since.
   * @param newest time of the newest path of the camera, Unix ms
   */
  dayOf(of: {
    readonly cameraId: CameraId;
    readonly span: TimeSpan;
    readonly newest: number;
    readonly isCancelled: () => boolean;
  }): KeptDay;
}

export interface KeptDay extends Pick<PathDay, 'tracksNear'> {
  /** The crossings of a line; those of the lines last asked for are known. */
  crossingsOf(line: Line): readonly LineCrossing[];
}

/** A line that is being moved, and the one it was before, on some cameras. */
const keptLines = 4;
/** Nobody moves a line for so long without asking. */
const keptMs = 300_000;

/** Keeps one day, for a while. */
export function createDayCache(
  read: (of: {
    readonly cameraId: CameraId;
    readonly span: TimeSpan;
    readonly isCancelled: () => boolean;
  }) => PathDay,
): DayCache {
  let kept: { readonly key: string; readonly day: KeptDay } | null = null;
  let forget: NodeJS.Timeout | undefined;

  return {
    dayOf({ cameraId, span, newest, isCancelled }) {
      const key = JSON.stringify([cameraId, span.from, span.to, Math.min(newest, span.to)]);
      if (kept?.key !== key) {
        // The one before is given back first: two days need twice the memory.
        kept = null;
        kept = { key, day: keepLines(read({ cameraId, span, isCancelled })) };
      }
      clearTimeout(forget);
      forget = setTimeout(() => (kept = null), keptMs).unref();
      return kept.day;
    },
  };
}

function keepLines(day: PathDay): KeptDay {
  const known = new Map<string, readonly LineCrossing[]>();
  return {
    tracksNear: (place) => day.tracksNear(place),
    crossingsOf(line) {
      const key = JSON.stringify(line);
      const crossings = known.get(key) ?? day.crossingsOf(line);
      known.delete(key);
      known.set(key, crossings);
      for (const oldest of known.keys()) {
        if (known.size <= keptLines) break;
        known.delete(oldest);
      }
      return crossings;
    },
  };
}
