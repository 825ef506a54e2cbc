/**
 * How much of the time was served, of coverage and its gaps: values in, shares out.
 */
import type { Coverage, GapCause } from '#contract/coverage.ts';

/** Nobody asked for this time. */
const notWanted: ReadonlySet<GapCause> = new Set(['camera-disabled', 'camera-absent']);
/** The station could do nothing about it. */
const notOurs: ReadonlySet<GapCause> = new Set(['camera-offline', 'camera-frozen']);

export interface Served {
  readonly wantedSeconds: number;
  readonly servedSeconds: number;
}

/** How much of the time in which a camera was asked for it was observed. */
export function cameraShare({ observedSeconds, gaps }: Coverage): Served {
  const missed = secondsOf(gaps.filter(({ cause }) => !notWanted.has(cause)));
  return { wantedSeconds: observedSeconds + missed, servedSeconds: observedSeconds };
}

/** The same without what was the camera's own fault: what is left is the station's. */
export function stationShare({ observedSeconds, gaps }: Coverage): Served {
  const missed = secondsOf(
    gaps.filter(({ cause }) => !notWanted.has(cause) && !notOurs.has(cause)),
  );
  return { wantedSeconds: observedSeconds + missed, servedSeconds: observedSeconds };
}

export function sumShares(shares: readonly Served[]): Served {
  return {
    wantedSeconds: shares.reduce((sum, { wantedSeconds }) => sum + wantedSeconds, 0),
    servedSeconds: shares.reduce((sum, { servedSeconds }) => sum + servedSeconds, 0),
  };
}

function secondsOf(gaps: Coverage['gaps']): number {
  return gaps.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
}
