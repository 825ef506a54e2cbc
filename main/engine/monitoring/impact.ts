/**
 * What an incident has cost: the gaps in the coverage of a camera that touch it, whole. Nothing was counted in them.
 */
import type { Coverage, Gap, GapCause, TimeSpan } from '#contract/coverage.ts';
import type { IncidentKind } from '#contract/recovery.ts';

const ofStation: readonly GapCause[] = ['worker-restart', 'overload', 'swap', 'unknown'];
/** The causes of gaps that an incident can have made; others belong to another incident. */
const causesOf: Readonly<Record<IncidentKind, readonly GapCause[]>> = {
  'worker-ended': ofStation,
  'memory-growth': [...ofStation, 'station-down'],
  'model-failing': ofStation,
  'provider-failing': ofStation,
  'model-rolled-back': ofStation,
  database: ofStation,
  'camera-lost': ['camera-offline'],
  'camera-frozen': ['camera-frozen'],
  'station-down': ['station-down'],
};
/** A gap may begin so long before a failure is noticed, ms */
const noticedMs = 3_000;

export interface ImpactOnCamera {
  readonly gaps: Gap[];
  readonly notObservedSeconds: number;
}

/** @param coverage of the time of the incident with something around it */
export function findImpact(
  coverage: Coverage,
  incident: TimeSpan & { readonly kind: IncidentKind },
): ImpactOnCamera {
  const gaps = coverage.gaps.filter(
    ({ cause, from, to }) =>
      causesOf[incident.kind].includes(cause) &&
      from <= incident.to &&
      to >= incident.from - noticedMs,
  );
  const ms = gaps.reduce((sum, { from, to }) => sum + (to - from), 0);
  return { gaps, notObservedSeconds: Math.round(ms / 10) / 100 };
}
