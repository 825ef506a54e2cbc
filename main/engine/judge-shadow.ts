/**
 * Whether one stretch of a shadow is worth keeping: what the challenger could not do, and what kept it from doing it. Pure.
 */
import type { CameraId } from '#contract/camera.ts';
import { StationError } from '#contract/error.ts';
import { ArmFailure } from './experiment-run.ts';
import type { ShadowFound } from './shadow-protocol.ts';

/** Share of one core that the runs of a challenger may take, whatever the cameras leave */
export const shadowCoreShare = 0.8;
/** Of the frames that a stretch offers at least so many must be looked at, or tracks break that would not break in use */
const leastTaken = 0.8;
/** With more failures than this among its runs an arm has broken down */
const mostFailures = 0.1;
const leastRuns = 10;

/**
 * @throws ArmFailure INF_001 or INF_002 when the challenger fails or needs more of a core than it may have, REQ_003 when another
 *   model than A counts, CAM_006 when no picture came, RES_003 when the PC had no time
 */
export function judgeShadow(
  { frames, missed, runs, failures, lastFailure, cpuMs }: ShadowFound,
  { cameraId, lengthMs }: { readonly cameraId: CameraId; readonly lengthMs: number },
): void {
  if (failures >= leastRuns && failures > runs * mostFailures && lastFailure !== null) {
    const text = `It failed on ${percent(failures / runs)} of the pictures: ${lastFailure.message}`;
    throw new ArmFailure('b', new StationError(lastFailure.code, text));
  }
  const offered = runs + missed.dropped;
  const taken = offered === 0 ? 1 : runs / offered;
  const perRunMs = runs === 0 ? 0 : cpuMs / runs;
  const needed = (perRunMs * offered) / lengthMs;
  if (runs > 0 && taken < leastTaken && needed > shadowCoreShare) {
    const rate = ((offered / lengthMs) * 1000).toFixed(1);
    const text = `It is too slow: with ${perRunMs.toFixed(0)} ms for a picture, ${rate} of them in a second take ${percent(needed)} of a core, and it may have ${percent(shadowCoreShare)}. It looked at ${percent(taken)}.`;
    throw new ArmFailure('b', new StationError('INF_002', text));
  }
  if (missed.foreign > 0 && frames === 0) {
    const text = `Another model than A counts on the camera "${cameraId}" now. Put A to use there, or compare on recordings.`;
    throw new StationError('REQ_003', text);
  }
  if (taken < leastTaken) {
    const text = `This PC has no time for it: of the pictures of the camera "${cameraId}" B could look at ${percent(taken)}. It goes on when the cameras leave more.`;
    throw new StationError('RES_003', text);
  }
  if (frames === 0) {
    throw new StationError('CAM_006', `No picture came from the camera "${cameraId}".`);
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
