/**
 * The parity gate of execution providers: the same network on the same pictures must find the same boxes, to the last per
 * cent, or it counts something else than what was accepted.
 */
import type { Detection } from '#contract/detection.ts';
import type { Parity } from '#contract/execution.ts';
import { quantile } from './base/quantile.ts';
import { boxOverlap, closest, isSure } from './box-agreement.ts';

/** SERVING.md: median overlap of matched boxes, drift of their scores; and so few boxes may be alone. */
export const parityLimits = {
  minBoxes: 20,
  medianIou: 0.99,
  scoreDrift: 0.01,
  unmatchedShare: 0.01,
};

/** Pure. Boxes of each picture by the plain way and by another one, in the same order. */
export function compareWays(
  plain: readonly (readonly Detection[])[],
  other: readonly (readonly Detection[])[],
): Parity {
  const overlaps: number[] = [];
  const drifts: number[] = [];
  let boxes = 0;
  let unmatched = 0;
  plain.forEach((found, index) => {
    const theirs = other[index] ?? [];
    for (const box of found.filter(isSure)) {
      boxes++;
      const partner = closest(box, theirs);
      if (partner === null) {
        unmatched++;
        continue;
      }
      overlaps.push(boxOverlap(box.box, partner.box));
      drifts.push(Math.abs(partner.score - box.score));
    }
    // What only the other way sees is as wrong as what it misses.
    unmatched += theirs.filter((box) => isSure(box) && closest(box, found) === null).length;
  });
  return {
    boxes,
    unmatched,
    medianIou: quantile(overlaps, 0.5),
    scoreDrift: quantile(drifts, 0.95),
  };
}

/** Pure. Why the way may not be used, a sentence; null when it may. */
export function judgeParity(parity: Parity, limits = parityLimits): string | null {
  const { boxes, unmatched, medianIou, scoreDrift } = parity;
  if (boxes < limits.minBoxes) {
    return `The pictures show only ${String(boxes)} sure boxes, too few to prove that it finds the same: try again with more traffic, or give a folder of pictures.`;
  }
  if (unmatched > limits.unmatchedShare * boxes) {
    return `It finds other boxes: ${String(unmatched)} of ${String(boxes)} have no partner.`;
  }
  if (medianIou < limits.medianIou) {
    return `Its boxes lie elsewhere: they overlap by ${medianIou.toFixed(3)}, less than ${String(limits.medianIou)}.`;
  }
  if (scoreDrift > limits.scoreDrift) {
    return `Its scores differ by ${scoreDrift.toFixed(3)}, more than ${String(limits.scoreDrift)}.`;
  }
  return null;
}
