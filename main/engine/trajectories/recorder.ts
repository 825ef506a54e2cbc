/**
 * Writes down the tracks of one camera: takes them frame by frame and gives a block of bytes every half minute.
 */
import type { Label, Track } from '#contract/detection.ts';
import type { Box, Size } from '#contract/geometry.ts';
import type { EncodedBlock, EncodedPart, Reach } from '#engine/base/trajectory.ts';
import { encodePart, encodeTimes, maxStepBits } from './path-codec.ts';
import { createRunSimplifier, type PathLook, type RunSimplifier } from './simplify.ts';

/** A crash loses what was not sent yet, so a block is never longer than this. */
export const blockMs = 30_000;
/** How far a look that is left out may lie from the path, as a share of the smaller side of its box … */
const toleranceShare = 0.075;
/** … but never less than this: half the band of the line rule in both cases. */
const minTolerancePx = 1;
/** Values are rounded to at most this share of the tolerance. */
const stepShare = 0.25;
/** An identity that breaks goes on in a newborn as far away as this many boxes. */
const reachBoxes = 2;

export interface TrajectoryRecorder {
  /** All tracks of one frame, at Unix ms. The block that this frame completes, else null. */
  see(tracks: readonly Track[], atMs: number): EncodedBlock | null;
  /** What is written down so far; null when there is nothing. */
  flush(): EncodedBlock | null;
}

export interface RecorderOptions {
  readonly picture: Size;
  /** Whether a box (normalised) is so near a line that each look at it is kept as it is */
  readonly isNearLine: (box: Box) => boolean;
}

/** Makes a recorder for one camera. Pure: the same tracks and times give the same bytes. */
export function createTrajectoryRecorder(options: RecorderOptions): TrajectoryRecorder {
  let times: number[] = [];
  let drafts = new Map<number, PartDraft>();

  const flush = (): EncodedBlock | null => {
    const [fromMs] = times;
    const toMs = times.at(-1);
    if (fromMs === undefined || toMs === undefined) return null;
    const parts = [...drafts].flatMap(([trackId, draft]) => {
      const isWorthKeeping =
        draft.isConfirmed || draft.isNearLine || draft.lastFrame === times.length - 1;
      return isWorthKeeping ? [encode(trackId, draft, times)] : [];
    });
    const block = { picture: options.picture, fromMs, toMs, frames: encodeTimes(times), parts };
    times = [];
    drafts = new Map();
    return block;
  };

  return {
    see(tracks, atMs) {
      const first = times[0] ?? atMs;
      const isComplete = atMs - first >= blockMs || atMs < (times.at(-1) ?? atMs);
      const block = isComplete ? flush() : null;
      const frame = times.push(atMs) - 1;
      for (const track of tracks) {
        if (track.unseenSeconds > 0) continue;
        const draft = drafts.get(track.trackId) ?? startDraft();
        drafts.set(track.trackId, draft);
        addLook(draft, { track, frame, atMs }, options);
      }
      return block;
    },
    flush,
  };
}

interface PartDraft {
  readonly runs: RunSimplifier[];
  readonly labels: { frame: number; label: Label }[];
  unconfirmedLooks: number;
  isConfirmed: boolean;
  isNearLine: boolean;
  firstFrame: number;
  lastFrame: number;
  leastTolerancePx: number;
  reach: Reach;
}

function startDraft(): PartDraft {
  return {
    runs: [],
    labels: [],
    unconfirmedLooks: 0,
    isConfirmed: false,
    isNearLine: false,
    firstFrame: -1,
    lastFrame: -1,
    leastTolerancePx: Infinity,
    reach: { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity },
  };
}

function addLook(
  draft: PartDraft,
  { track, frame, atMs }: { readonly track: Track; readonly frame: number; readonly atMs: number },
  { picture, isNearLine }: RecorderOptions,
): void {
  const { box } = track;
  const look: PathLook = {
    frame,
    atMs,
    x: (box.x + box.width / 2) * picture.width,
    top: box.y * picture.height,
    bottom: (box.y + box.height) * picture.height,
    width: box.width * picture.width,
  };
  const isNear = isNearLine(box);
  const tolerancePx = Math.max(
    minTolerancePx,
    toleranceShare * Math.min(look.width, look.bottom - look.top),
  );
  if (draft.lastFrame !== frame - 1 || draft.runs.length === 0)
    draft.runs.push(createRunSimplifier());
  // Every look before the confirmation is kept: they are few, and their number says when it came.
  draft.runs.at(-1)?.add(look, isNear || !track.isConfirmed ? 0 : tolerancePx);
  if (draft.labels.at(-1)?.label !== track.label) draft.labels.push({ frame, label: track.label });
  if (!track.isConfirmed) draft.unconfirmedLooks += 1;
  draft.isConfirmed ||= track.isConfirmed;
  draft.isNearLine ||= isNear;
  if (draft.firstFrame < 0) draft.firstFrame = frame;
  draft.lastFrame = frame;
  draft.leastTolerancePx = Math.min(draft.leastTolerancePx, tolerancePx);
  draft.reach = widen(draft.reach, box);
}

function widen(reach: Reach, box: Box): Reach {
  const [dx, dy] = [box.width * reachBoxes, box.height * reachBoxes];
  return {
    minX: Math.min(reach.minX, Math.floor(1000 * (box.x - dx))),
    minY: Math.min(reach.minY, Math.floor(1000 * (box.y - dy))),
    maxX: Math.max(reach.maxX, Math.ceil(1000 * (box.x + box.width + dx))),
    maxY: Math.max(reach.maxY, Math.ceil(1000 * (box.y + box.height + dy))),
  };
}

function encode(trackId: number, draft: PartDraft, times: readonly number[]): EncodedPart {
  const { labels, unconfirmedLooks, runs, reach } = draft;
  const stepBits = Math.ceil(-Math.log2(draft.leastTolerancePx * stepShare));
  const part = { labels, unconfirmedLooks, runs: runs.map((run) => run.corners()) };
  return {
    trackId,
    label: labels.at(-1)?.label ?? 'other',
    firstMs: times[draft.firstFrame] ?? 0,
    lastMs: times[draft.lastFrame] ?? 0,
    reach,
    path: encodePart(part, Math.min(maxStepBits, Math.max(0, stepBits))),
  };
}
