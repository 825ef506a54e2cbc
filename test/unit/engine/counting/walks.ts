/**
 * Stories for counters: people who walk along points of a picture, as tracks frame by frame.
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Point } from '#contract/geometry.ts';
import type { LineCounter } from '#engine/counting/line-counter.ts';

export const picture = { width: 1000, height: 1000 };
const size = { width: 0.06, height: 0.15 };

/** A line across the middle: walking up the picture is "in". */
export const middle: Line = {
  id: 'middle',
  cameraId: 'cam',
  name: 'Middle',
  points: [
    { x: 0.2, y: 0.5 },
    { x: 0.8, y: 0.5 },
  ],
  anchor: 'bottom',
  labels: [],
  revision: 1,
};

/** Feet of one person by frame; null while it is not seen. */
export type Walk = readonly (Point | null)[];

/** Walks straight from point to point at `speed` picture heights a second. */
export function path(
  points: readonly (readonly [number, number])[],
  options: PathOptions = {},
): Walk {
  const { fps = 10, speed = 0.2 } = options;
  const feet: Point[] = [];
  points.slice(1).forEach(([x, y], index) => {
    const [fromX, fromY] = points[index] ?? [x, y];
    const frames = Math.max(1, Math.round((Math.hypot(x - fromX, y - fromY) / speed) * fps));
    for (let frame = index === 0 ? 0 : 1; frame <= frames; frame += 1) {
      const share = frame / frames;
      feet.push({ x: fromX + (x - fromX) * share, y: fromY + (y - fromY) * share });
    }
  });
  return feet;
}

export interface PathOptions {
  readonly fps?: number;
  readonly speed?: number;
}

/** Not seen for so many frames. */
export const gone = (frames: number): Walk => Array.from({ length: frames }, () => null);

/** The track of a person whose feet are here. */
export function trackAt(feet: Point, overrides: Partial<Track> = {}): Track {
  return {
    trackId: 1,
    box: { x: feet.x - size.width / 2, y: feet.y - size.height, ...size },
    score: 0.9,
    label: 'person',
    isConfirmed: true,
    unseenSeconds: 0,
    ...overrides,
  };
}

/** Feeds one walk per track id at `fps`, then two seconds of an empty picture. */
export function feed(
  counter: LineCounter,
  walks: Readonly<Record<number, Walk>>,
  fps = 10,
): LineCrossing[] {
  const entries = Object.entries(walks);
  const frames = Math.max(0, ...entries.map(([, walk]) => walk.length)) + 2 * fps;
  return Array.from({ length: frames }, (_, frame) => {
    const tracks = entries.flatMap(([id, walk]) => {
      const feet = walk[frame];
      return feet ? [trackAt(feet, { trackId: Number(id) })] : [];
    });
    return counter.update(tracks, { seconds: frame / fps, frameSeq: frame });
  }).flat();
}

export const directions = (crossings: readonly LineCrossing[]): string[] =>
  crossings.map((crossing) => crossing.direction);
