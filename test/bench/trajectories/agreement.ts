/**
 * Compares what the line rule counted on the tracks themselves with what it counts over their stored paths.
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import type { EncodedBlock } from '#engine/base/trajectory.ts';
import { createLineCounter } from '#engine/counting/line-counter.ts';
import { createNearLine } from '#engine/counting/near-line.ts';
import { createRecount, splitTrackId } from '#engine/counting/recount.ts';
import { decodeBlock } from '#engine/trajectories/path-codec.ts';
import { createTrajectoryRecorder } from '#engine/trajectories/recorder.ts';
import type { Followed } from './frames.ts';

export interface Agreement {
  /** Crossings live and over the paths */
  readonly live: number;
  readonly stored: number;
  /** Same line, track, direction and number … */
  readonly same: number;
  /** … of which at the same frame */
  readonly sameFrame: number;
}

/** An empty picture at the end, so that what is pending is decided. */
const tailSeconds = 3;
/** Paths are kept in Unix ms; a clip begins here. */
export const startMs = Date.UTC(2026, 2, 2, 10);

/** Blocks of a scene, written down while these lines were drawn. */
export function recordPaths({ size, frames }: Followed, drawn: readonly Line[]): EncodedBlock[] {
  const recorder = createTrajectoryRecorder({
    picture: size,
    isNearLine: createNearLine(drawn, size),
  });
  const blocks = frames.map(({ seconds, tracks }) =>
    recorder.see(tracks, startMs + Math.round(seconds * 1000)),
  );
  return [...blocks, recorder.flush()].filter((block) => block !== null);
}

/** How far the counts over paths agree with those of the tracks, over these lines. */
export function measureAgreement(
  followed: Followed,
  blocks: readonly EncodedBlock[],
  lines: readonly Line[],
): Agreement {
  const decoded = blocks.map((block) => decodeBlock({ ...block, epoch: 1 }));
  const sum = { live: 0, stored: 0, same: 0, sameFrame: 0 };
  for (const line of lines) {
    const live = countLive(followed, line, followed.size);
    const recount = createRecount({ line });
    const stored = [...decoded.flatMap((block) => recount.add(block)), ...recount.finish()];
    const known = new Map(live.map((crossing) => [keyOf(crossing), crossing]));
    sum.live += live.length;
    sum.stored += stored.length;
    for (const crossing of stored) {
      const { trackId } = splitTrackId(crossing.trackId);
      const twin = known.get(keyOf({ ...crossing, trackId }));
      if (twin === undefined) continue;
      sum.same += 1;
      if (Math.abs(crossing.atSeconds - startMs / 1000 - twin.atSeconds) < 0.002)
        sum.sameFrame += 1;
    }
  }
  return sum;
}

function countLive({ frames }: Followed, line: Line, size: Size): LineCrossing[] {
  const counter = createLineCounter(line, size);
  const end = frames.at(-1)?.seconds ?? 0;
  const step = end / Math.max(1, frames.length - 1);
  const tail = Array.from({ length: Math.ceil(tailSeconds / step) }, (_, index) => ({
    seconds: end + (index + 1) * step,
    tracks: [],
  }));
  return [...frames, ...tail].flatMap(({ seconds, tracks }, frameSeq) =>
    counter.update(tracks, { seconds, frameSeq }),
  );
}

const keyOf = ({ trackId, direction, ordinal }: LineCrossing): string =>
  `${String(trackId)}:${String(ordinal)}:${direction}`;
