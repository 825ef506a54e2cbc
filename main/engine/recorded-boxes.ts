/**
 * The boxes of all tracks picture by picture, from the stored paths of a camera.
 */
import type { TimeSpan } from '#contract/coverage.ts';
import type { Size } from '#contract/geometry.ts';
import type { PathBlock } from './base/trajectory.ts';
import type { BoxesAt } from './capture/recording/overlay-script.ts';
import { boxOfFrame, eachSpan } from './counting/path-frames.ts';

/** Boxes are px of `picture`. */
export interface RecordedBoxes {
  /** null when no path was stored */
  readonly picture: Size | null;
  readonly frames: readonly BoxesAt[];
}

/** @param blocks in the order of time; those of another picture size than the last are left out. Pure. */
export function boxesOf(blocks: readonly PathBlock[], span: TimeSpan): RecordedBoxes {
  const picture = blocks.at(-1)?.picture ?? null;
  const frames = blocks
    .filter(
      (block) => block.picture.width === picture?.width && block.picture.height === picture.height,
    )
    .flatMap(framesOf)
    .filter(({ at }) => at >= span.from && at < span.to);
  return { picture, frames };
}

function framesOf({ frameMs, paths }: PathBlock): BoxesAt[] {
  const frames = Array.from(frameMs, (at) => ({ at, boxes: [] as BoxesAt['boxes'][number][] }));
  const box = { x: 0, top: 0, bottom: 0, width: 0 };
  for (const path of paths) {
    eachSpan(path, ({ corner, fromFrame, toFrame }) => {
      for (let frame = fromFrame; frame <= toFrame; frame++) {
        boxOfFrame(path, { corner, frame, frameMs }, box);
        const { x, top, bottom, width } = box;
        frames[frame]?.boxes.push({ x: x - width / 2, y: top, width, height: bottom - top });
      }
    });
  }
  return frames;
}
