/**
 * Tracks and counts one camera: detections in, tracks and crossings out, with one checkpoint for all of it.
 */
import { z } from 'zod';
import type { Line, LineCrossing, LineId } from '#contract/counting.ts';
import type { Detection, Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import {
  createLineCounter,
  type FrameTime,
  type LineCounter,
  LineCounterCheckpoint,
} from './counting/line-counter.ts';
import { createByteTracker, type Tracker, TrackerCheckpoint } from './tracking/byte-tracker.ts';

const CameraCounterCheckpoint = z.object({
  picture: z.object({ width: z.number(), height: z.number() }),
  tracker: TrackerCheckpoint,
  lines: z.array(LineCounterCheckpoint),
});

export interface CameraCounter {
  /** Size of the pictures it counts on; another size needs another counter */
  readonly picture: Size;
  update(
    detections: readonly Detection[],
    at: FrameTime,
  ): { readonly tracks: Track[]; readonly crossings: LineCrossing[] };
  /** Lines of an unchanged revision keep what they know. */
  setLines(lines: readonly Line[]): void;
  checkpoint(): string;
}

export interface CameraCounterOptions {
  readonly picture: Size;
  readonly fps: number;
  readonly lines: readonly Line[];
  /** Where to go on; null to begin anew. One of another picture size, or unreadable, is not used. */
  readonly checkpoint: string | null;
}

export function createCameraCounter(options: CameraCounterOptions): CameraCounter {
  const { picture, fps } = options;
  const tracker: Tracker = createByteTracker({ picture, fps });
  let counters = new Map<LineId, { line: Line; counter: LineCounter }>();
  const former = readCheckpoint(options.checkpoint, picture);
  if (former) tracker.restore(former.tracker);

  function setLines(lines: readonly Line[]): void {
    const next = new Map<LineId, { line: Line; counter: LineCounter }>();
    for (const line of lines) {
      const known = counters.get(line.id);
      next.set(
        line.id,
        known?.line.revision === line.revision
          ? known
          : { line, counter: createLineCounter(line, picture) },
      );
    }
    counters = next;
  }

  setLines(options.lines);
  for (const saved of former?.lines ?? []) counters.get(saved.lineId)?.counter.restore(saved);

  return {
    picture,
    update(detections, at) {
      const tracks = tracker.update(detections, at.seconds);
      const crossings = [...counters.values()].flatMap(({ counter }) => counter.update(tracks, at));
      return { tracks, crossings };
    },
    setLines,
    checkpoint: () =>
      JSON.stringify({
        picture,
        tracker: tracker.checkpoint(),
        lines: [...counters.values()].map(({ counter }) => counter.checkpoint()),
      }),
  };
}

/** A checkpoint of another picture size would put every side elsewhere; an unreadable one is of another version. */
function readCheckpoint(
  text: string | null,
  picture: Size,
): z.infer<typeof CameraCounterCheckpoint> | null {
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = CameraCounterCheckpoint.safeParse(value);
  if (!parsed.success) return null;
  const { width, height } = parsed.data.picture;
  return width === picture.width && height === picture.height ? parsed.data : null;
}
