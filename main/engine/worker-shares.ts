/**
 * How many workers a station runs, with how many threads, and which cameras go from one to another: pure.
 */
import type { CameraId } from '#contract/camera.ts';

const camerasPerWorker = 8;
const threadSurplus = 1.5;

export interface WorkerWishes {
  /** Worker processes; 0 means one per eight cameras, and two from two cameras on */
  readonly workers: number;
  /** Inference threads of each; 0 means the cores shared among the workers, half as many again */
  readonly threads: number;
  readonly cores: number;
}

/** Two as soon as there are two cameras, so that the cameras of a dead worker find another one running. */
export function workersFor(cameras: number, { workers }: Pick<WorkerWishes, 'workers'>): number {
  if (workers > 0) return workers;
  return Math.max(Math.min(cameras, 2), Math.ceil(cameras / camerasPerWorker));
}

/**
 * The cores shared among the workers, half as many again: frames of one worker must not wait while a core is idle because
 * the other worker has none. The first worker leaves room for the second.
 */
export function threadsFor(cameras: number, wishes: WorkerWishes): number {
  const { workers, threads, cores } = wishes;
  if (threads > 0) return threads;
  const sharers = workers > 0 ? workers : Math.max(2, workersFor(cameras, wishes));
  return Math.min(cores, Math.ceil((threadSurplus * cores) / sharers));
}

/** Cameras of the fullest worker that the emptiest should have. */
export function camerasToMove(workers: readonly (readonly CameraId[])[]): readonly CameraId[] {
  const byLoad = [...workers].sort((a, b) => a.length - b.length);
  const [least = [], most = []] = [byLoad[0], byLoad.at(-1)];
  return most.slice(0, Math.floor((most.length - least.length) / 2));
}
