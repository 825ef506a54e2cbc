/**
 * The parity gate of a smaller version: it must find what its parent finds, and hardly anything else.
 */
import type { VariantReport } from '#contract/variant.ts';

export const variantLimits = { minBoxes: 20, matchedShare: 0.9, moreShare: 1.15 } as const;

/** Pure. Why the child may not be used, a sentence; null when it may. */
export function judgeVariant(report: VariantReport, limits = variantLimits): string | null {
  const { expectedBoxes, matchedBoxes, foundBoxes, pictures } = report;
  if (expectedBoxes < limits.minBoxes) {
    return `The model finds only ${String(expectedBoxes)} sure boxes on ${String(pictures)} pictures, too few to measure a smaller version on: try again with more traffic, or give a folder of pictures.`;
  }
  const share = matchedBoxes / expectedBoxes;
  const percent = (value: number): string => `${String(Math.round(value * 100))} %`;
  if (share < limits.matchedShare) {
    return `The smaller version finds ${percent(share)} of what the model finds, less than ${percent(limits.matchedShare)}: go on with the model as it is.`;
  }
  if (foundBoxes > limits.moreShare * expectedBoxes) {
    return `The smaller version finds ${String(foundBoxes)} boxes where the model finds ${String(expectedBoxes)}: go on with the model as it is.`;
  }
  return null;
}
