/**
 * Whether a detection has the colours of a track. Where people pass each other their boxes say little about who is who, and
 * what they wear says much.
 */
import type { Colours } from '#engine/base/seen.ts';
import type { BoxPx } from './kalman.ts';
import { overlap } from './overlap.ts';

/** Mean difference of colours (0…255) that light and pose alone make, and at which they are another's for sure. */
const sameColours = 20;
const otherColours = 80;
/** How much of what was known stays when colours are seen anew. */
const colourMemory = 0.9;
/** Who overlaps another by more shows colours that are partly the other's. */
const clearOverlap = 0.1;

/** How unlike two are: 0 (as one and the same may be, or nothing is known) to 1. */
export function unlikeness(a: Colours | null, b: Colours | null): number {
  if (a === null || b === null || a.length === 0) return 0;
  const sum = a.reduce((total, value, index) => total + Math.abs(value - (b[index] ?? value)), 0);
  const share = (sum / a.length - sameColours) / (otherColours - sameColours);
  return Math.min(1, Math.max(0, share));
}

/** What is known of a track's colours after another look. */
export function learnColours(
  known: Colours | null,
  seen: { readonly colours: Colours | null; readonly isClear: boolean },
): Colours | null {
  const { colours, isClear } = seen;
  if (known === null || colours === null) return known ?? colours;
  if (!isClear) return known;
  return known.map((value, index) => {
    const now = colours[index] ?? value;
    return value * colourMemory + now * (1 - colourMemory);
  });
}

/** Of each of the boxes of one frame: whether nobody else is in it, before or behind. */
export function areClear(boxes: readonly BoxPx[]): boolean[] {
  return boxes.map((box, index) =>
    boxes.every((other, at) => at === index || overlap(box, other) <= clearOverlap),
  );
}
