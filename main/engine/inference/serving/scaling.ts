/**
 * How many instances of a model there should be, by the share of their time that they are at work.
 */
import type { InstanceLimits } from '#contract/inference.ts';

/** More when they work more than this share of the time, fewer when less than that (S9) */
const upShare = 0.8;
const downShare = 0.3;
/** A look each second: more after three busy ones, fewer after thirty idle ones */
const upLooks = 3;
const downLooks = 30;
/** Instances when the settings leave it open (S9); on one graphics card a second one buys almost nothing */
const mostInstances = 10;

export interface ScaleQuestion {
  readonly limits: Pick<InstanceLimits, 'min' | 'max'>;
  readonly instances: number;
  /** Share of the last second that they were at work, 0…1 */
  readonly busyShare: number;
  /** Something waits that another instance could take */
  readonly isWaiting: boolean;
  /** Live frames come late: requests do not get more of the machine */
  readonly isLiveLate: boolean;
}

export interface Scaler {
  /** One more, one fewer, or as many as now; asked once a second. */
  look(question: ScaleQuestion): 1 | 0 | -1;
}

export function createScaler(): Scaler {
  let busyLooks = 0;
  let idleLooks = 0;
  return {
    look({ limits, instances, busyShare, isWaiting, isLiveLate }) {
      if (instances < limits.min) return 1;
      if (instances > limits.max) return -1;
      busyLooks = busyShare > upShare && isWaiting ? busyLooks + 1 : 0;
      idleLooks = busyShare < downShare ? idleLooks + 1 : 0;
      if (busyLooks >= upLooks && instances < limits.max && !isLiveLate) {
        busyLooks = 0;
        return 1;
      }
      if (idleLooks >= downLooks && instances > limits.min) {
        idleLooks = 0;
        return -1;
      }
      return 0;
    },
  };
}

/** The limits of the settings, where 0 leaves it to the machine. */
export function limitsOn(
  wanted: InstanceLimits,
  { cores, isOnGpu }: { cores: number; isOnGpu: boolean },
): InstanceLimits {
  const usual = isOnGpu ? 1 : Math.min(mostInstances, cores);
  const max = wanted.max === 0 ? Math.max(wanted.min, usual) : wanted.max;
  return { ...wanted, max: Math.max(wanted.min, max) };
}
