/**
 * Joins the parts of tracks over blocks into whole tracks, as far as the line doctor needs them.
 */
import type { Label } from '#contract/detection.ts';
import type { PathPoint, TrackPart, TrajectoryBlock } from '#engine/base/trajectory.ts';
import { wideTrackId } from './recount.ts';

/** A corner of a path with its time; px, Unix ms. */
export interface SampleLook extends Omit<PathPoint, 'frame'> {
  readonly atMs: number;
}

export interface TrackSample {
  readonly label: Label;
  readonly looks: readonly SampleLook[];
  /** Whether it began, and ended, while frames were looked at before and after */
  readonly isBirthSeen: boolean;
  readonly isEndSeen: boolean;
  /** Root mean square of how far looks lie off the even way, px */
  readonly jitterPx: number;
  /** Seconds between two looks */
  readonly stepSeconds: number;
}

/** A track that begins so shortly after the first frame, or ends before the last, was cut off, ms. */
const cutMs = 1_500;
/** Three corners farther apart than this say nothing about trembling, ms. */
const jitterSpanMs = 1_200;
/** The trembling of the middle of three looks shows with that of its neighbours in it: 1 + 1/4 + 1/4. */
const neighbourNoise = 1.5;

/** Confirmed tracks in the order in which they began. Blocks in the order of time. */
export function sampleTracks(blocks: readonly TrajectoryBlock[]): TrackSample[] {
  const parts = new Map<number, { part: TrackPart; block: TrajectoryBlock }[]>();
  for (const block of blocks) {
    for (const part of block.parts) {
      const id = wideTrackId(block.epoch, part.trackId);
      parts.set(id, [...(parts.get(id) ?? []), { part, block }]);
    }
  }
  const startMs = blocks[0]?.frameMs[0] ?? 0;
  const endMs = blocks.at(-1)?.frameMs.at(-1) ?? 0;
  return [...parts.values()].flatMap((pieces) => toSample(pieces, { startMs, endMs }) ?? []);
}

function toSample(
  pieces: readonly { readonly part: TrackPart; readonly block: TrajectoryBlock }[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): TrackSample | null {
  const runs = pieces.flatMap(({ part, block }) =>
    part.runs.map((run) =>
      run.map(({ frame, ...point }): SampleLook => ({ ...point, atMs: block.frameMs[frame] ?? 0 })),
    ),
  );
  const frames = pieces.reduce((sum, { part }) => sum + framesOf(part), 0);
  const unconfirmed = pieces.reduce((sum, { part }) => sum + part.unconfirmedLooks, 0);
  const looks = runs.flat();
  const first = looks[0];
  const last = looks.at(-1);
  if (first === undefined || last === undefined || frames <= unconfirmed || frames < 3) return null;
  const { block } = pieces[0] ?? {};
  const blockMs = (block?.frameMs.at(-1) ?? 0) - (block?.frameMs[0] ?? 0);
  return {
    label: pieces.at(-1)?.part.labels.at(-1)?.label ?? 'other',
    looks,
    isBirthSeen: first.atMs - startMs > cutMs,
    isEndSeen: endMs - last.atMs > cutMs,
    jitterPx: Math.sqrt(runs.reduce((sum, run) => sum + tremble(run), 0) / neighbourNoise / frames),
    stepSeconds: blockMs / 1000 / Math.max(1, (block?.frameMs.length ?? 1) - 1),
  };
}

function framesOf({ runs }: TrackPart): number {
  return runs.reduce((sum, run) => sum + (run.at(-1)?.frame ?? 0) - (run[0]?.frame ?? 0) + 1, 0);
}

/** Sum of squares of how far each corner lies off the way between its neighbours, px². */
function tremble(run: readonly SampleLook[]): number {
  let sum = 0;
  for (let index = 1; index < run.length - 1; index += 1) {
    const [a, b, c] = [run[index - 1], run[index], run[index + 1]];
    if (a === undefined || b === undefined || c === undefined) continue;
    if (c.atMs - a.atMs > jitterSpanMs || c.atMs <= a.atMs) continue;
    const share = (b.atMs - a.atMs) / (c.atMs - a.atMs);
    const dx = b.x - (a.x + (c.x - a.x) * share);
    const dy = b.bottom - (a.bottom + (c.bottom - a.bottom) * share);
    sum += dx * dx + dy * dy;
  }
  return sum;
}
