/**
 * The events of one stretch: what both arms counted, paired, and nobody has answered yet.
 */
import type { ArmCrossing, ExperimentStretch } from '#contract/experiment-event.ts';
import { type Comparable, pairCrossings } from './pairing.ts';

/** A crossing as it is compared, and as it is kept. */
export type SeenCrossing = Comparable & { readonly seen: ArmCrossing };

/** Pure; in the order of time. */
export function pairStretch(
  a: readonly SeenCrossing[],
  b: readonly SeenCrossing[],
): ExperimentStretch['pairs'] {
  return pairCrossings(a, b).map(({ kind, a: left, b: right, at }) => ({
    lineId: left?.line ?? right?.line ?? '',
    kind,
    at,
    a: left?.seen ?? null,
    b: right?.seen ?? null,
    ...{ answer: null, answeredBy: null, answeredAt: null },
  }));
}
