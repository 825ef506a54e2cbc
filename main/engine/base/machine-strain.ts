/**
 * How many times slower than usual a process must be expected to answer, because more wants to run than there are cores.
 */
import os from 'node:os';

/** A machine is strained when more than so many processes per core want to run, as a mean over the last minute. */
const strainedPerCore = 2;
const maxStrain = 10;

/**
 * 1 on a machine with time to spare, up to 10 on a starved one. A time limit that tells a hung process from a working one
 * is multiplied by it: to end a process only because the machine is slow makes the machine slower. Windows keeps no such
 * mean, there it is always 1.
 */
export function machineStrain(
  loadMean: number = os.loadavg()[0] ?? 0,
  cores: number = os.availableParallelism(),
): number {
  return Math.min(maxStrain, Math.max(1, loadMean / cores / strainedPerCore));
}
