/**
 * How far two models agree on the same picture: which sure boxes of one the other has too.
 */
import type { Detection } from '#contract/detection.ts';
import type { Box } from '#contract/geometry.ts';
import { overlap } from './inference/nms.ts';

/** Boxes of the two and how many of the first the second has at the same place; sums of several pictures add up. */
export interface BoxAgreement {
  /** Sure boxes of the reference */
  readonly expected: number;
  /** Of these, how many the other one has too */
  readonly matched: number;
  /** Sure boxes of the other one */
  readonly found: number;
}

export const noBoxes: BoxAgreement = { expected: 0, matched: 0, found: 0 };

/** A box below this score is nothing to count on: two good models differ there. */
export const sureScore = 0.5;
/** What the other one gives to the same object may be a little less sure. */
const otherScore = 0.3;
const sameOverlap = 0.5;

/** Pure. Each box is matched once, the surest first. */
export function compareBoxes(
  reference: readonly Detection[],
  other: readonly Detection[],
): BoxAgreement {
  const expected = reference.filter(isSure).sort((a, b) => b.score - a.score);
  const free = new Set(other.filter(({ score }) => score >= otherScore));
  let matched = 0;
  for (const box of expected) {
    const best = closest(box, free);
    if (!best) continue;
    free.delete(best);
    matched++;
  }
  return { expected: expected.length, matched, found: other.filter(isSure).length };
}

export function isSure({ score }: Detection): boolean {
  return score >= sureScore;
}

export function addBoxes(a: BoxAgreement, b: BoxAgreement): BoxAgreement {
  return {
    expected: a.expected + b.expected,
    matched: a.matched + b.matched,
    found: a.found + b.found,
  };
}

/** The box of the same label at the same place; null when there is none. */
export function closest(wanted: Detection, among: Iterable<Detection>): Detection | null {
  let best: Detection | null = null;
  let most = sameOverlap;
  for (const candidate of among) {
    if (candidate.label !== wanted.label) continue;
    const share = boxOverlap(candidate.box, wanted.box);
    if (share < most) continue;
    most = share;
    best = candidate;
  }
  return best;
}

/** Intersection over union of two boxes, 0…1. */
export function boxOverlap(a: Box, b: Box): number {
  return overlap(edges(a), edges(b));
}

function edges({ x, y, width, height }: Box) {
  return { x1: x, y1: y, x2: x + width, y2: y + height };
}
