/**
 * Writes down the paths of one camera within its worker and sends them to the station block by block.
 */
import type { Line } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { EncodedBlock } from './base/trajectory.ts';
import { createNearLine } from './counting/near-line.ts';
import { createTrajectoryRecorder } from './trajectories/recorder.ts';
import type { Assignment, FromWorker } from './worker-protocol.ts';

export interface PathLane {
  /** Takes in the tracks of one frame, at Unix ms. */
  see(tracks: readonly Track[], atMs: number): void;
  setLines(lines: readonly Line[]): void;
  /** Sends what is written down so far. */
  flush(): void;
}

export function createPathLane(
  { camera, generation, epoch }: Assignment,
  picture: Size,
  options: { readonly lines: readonly Line[]; readonly send: (message: FromWorker) => void },
): PathLane {
  let isNearLine = createNearLine(options.lines, picture);
  const recorder = createTrajectoryRecorder({ picture, isNearLine: (box) => isNearLine(box) });

  const send = (block: EncodedBlock | null): void => {
    if (block === null) return;
    options.send({ kind: 'paths', cameraId: camera.id, generation, epoch, block });
  };

  return {
    see: (tracks, atMs) => send(recorder.see(tracks, atMs)),
    setLines(lines) {
      isNearLine = createNearLine(lines, picture);
    },
    flush: () => send(recorder.flush()),
  };
}
