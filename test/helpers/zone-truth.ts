/**
 * Who truly enters a zone of a simulated scene: exact boxes, exact identities, and the plainest rule there is.
 */
import type { Point } from '#contract/geometry.ts';
import type { Scene, TruthBox } from '#engine/capture/simulated/scene.ts';

export interface TrueEntry {
  /** Seconds of the scene at which the feet were first inside */
  readonly seconds: number;
  /** How long the feet stayed inside without a break */
  readonly staySeconds: number;
  /** Deepest place of the stay, share of the picture's width or height to the nearest edge of the rectangle */
  readonly depth: number;
  /** Whether it could be seen all the while */
  readonly isSeen: boolean;
}

/** An upright rectangle, normalised. */
export interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function cornersOf({ left, right, top, bottom }: Rectangle): Point[] {
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

const seenLeast = 0.5;

/** Everybody on each frame of a scene. */
export function truthOf(scene: Scene, frames: number): (readonly TruthBox[])[] {
  return Array.from({ length: frames }, (_, frame) => scene.truth(frame));
}

/** Every unbroken stay of somebody's feet in a rectangle, in the order of entering; the last ones end with the frames. */
export function trueEntries(
  truth: readonly (readonly TruthBox[])[],
  zone: Rectangle,
  fps: number,
): TrueEntry[] {
  const inside = new Map<number, { from: number; depth: number; isSeen: boolean }>();
  const entries: TrueEntry[] = [];
  for (const [frame, objects] of [...truth, []].entries()) {
    const now = new Set<number>();
    for (const { id, fullBox, visibleShare } of objects) {
      const x = fullBox.x + fullBox.width / 2;
      const y = fullBox.y + fullBox.height;
      const depth = Math.min(x - zone.left, zone.right - x, y - zone.top, zone.bottom - y);
      if (depth < 0) continue;
      now.add(id);
      const stay = inside.get(id) ?? { from: frame, depth: 0, isSeen: true };
      const isSeen = stay.isSeen && visibleShare >= seenLeast;
      inside.set(id, { ...stay, isSeen, depth: Math.max(stay.depth, depth) });
    }
    for (const [id, { from, depth, isSeen }] of inside) {
      if (now.has(id)) continue;
      inside.delete(id);
      entries.push({ seconds: from / fps, staySeconds: (frame - from) / fps, depth, isSeen });
    }
  }
  return entries.sort((a, b) => a.seconds - b.seconds);
}
