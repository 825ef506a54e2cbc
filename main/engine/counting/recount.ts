/**
 * Runs the line rule over stored paths: the same counter as live, fed with the looks that the blocks hold.
 *
 *   every look     all frames of all tracks, for receipts and near misses
 *   what decides   far from the line only some looks: the side cannot change between them, so the crossings are the same
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Label, Track } from '#contract/detection.ts';
import type { PathPoint, TrackPart, TrajectoryBlock } from '#engine/base/trajectory.ts';
import { anchorOf, bandPx } from './anchor.ts';
import { createLineCounter, type LineStep } from './line-counter.ts';
import { locate, toPolyline } from './polyline.ts';

export interface RecountOptions {
  readonly line: Line;
  /** Takes every look instead of those that decide */
  readonly isWhole?: boolean;
  /** Track ids are those of `wideTrackId` */
  readonly watch?: (step: LineStep) => void;
}

export interface Recount {
  /** Crossings that this block decides; blocks come in the order of time. Times are seconds since 1970. */
  add(block: TrajectoryBlock): LineCrossing[];
  /** What the end of the paths decides: candidates of tracks that were not seen again. */
  finish(): LineCrossing[];
}

/** An epoch that begins anew may issue the same numbers again. */
const epochWidth = 2 ** 32;
/** A look at least so often, so that a track is not taken for lost. */
const everyMs = 400;
/** The hand-over takes the velocity from looks this near the end of a run. */
const tailMs = 700;
/** After the last look: a candidate counts, and the track is forgotten. */
const endTicksMs = [1_001, 2_101];
/** No look between two that are farther from the line than this can be decisive. */
const farBands = 4.5;

/** Number of a track that is unique over the epochs of a camera. */
export function wideTrackId(epoch: number, trackId: number): number {
  return epoch * epochWidth + trackId;
}

/** Epoch and number of a track. */
export function splitTrackId(wide: number): { readonly epoch: number; readonly trackId: number } {
  const epoch = Math.floor(wide / epochWidth);
  return { epoch, trackId: wide - epoch * epochWidth };
}

/** Starts a recount of one line. Pure: the same blocks give the same crossings. */
export function createRecount({ line, isWhole = false, watch }: RecountOptions): Recount {
  let counter: ReturnType<typeof createLineCounter> | null = null;
  let size = { width: 0, height: 0 };
  let seen = new Set<number>();
  let ticks: number[] = [];
  let frameSeq = 0;
  let lastMs = 0;

  const tick = (beforeMs: number): LineCrossing[] => {
    const due = ticks.filter((at) => at < beforeMs).sort((a, b) => a - b);
    ticks = ticks.filter((at) => at >= beforeMs);
    return due.flatMap((at) => counter?.update([], { seconds: at / 1000, frameSeq }) ?? []);
  };

  return {
    add(block) {
      const { picture, frameMs } = block;
      if (picture.width !== size.width || picture.height !== size.height) counter = null;
      counter ??= createLineCounter(line, picture, watch);
      size = picture;
      const plan = planLooks(block, { line, seen, isWhole });
      if (!isWhole)
        ticks.push(...plan.endsMs.flatMap((end) => endTicksMs.map((after) => end + after)));
      const found: LineCrossing[] = [];
      plan.looks.forEach((tracks, frame) => {
        const at = frameMs[frame];
        if (at === undefined || (tracks === undefined && !isWhole)) return;
        found.push(...tick(at));
        found.push(
          ...(counter?.update(tracks ?? [], { seconds: at / 1000, frameSeq: frameSeq + frame }) ??
            []),
        );
      });
      seen = new Set(block.parts.map(({ trackId }) => wideTrackId(block.epoch, trackId)));
      frameSeq += frameMs.length;
      lastMs = frameMs.at(-1) ?? lastMs;
      return found;
    },
    finish() {
      ticks.push(...endTicksMs.map((after) => lastMs + after));
      return tick(Infinity);
    },
  };
}

interface LookPlan {
  /** Tracks to look at by frame; a frame without is a hole */
  readonly looks: readonly (Track[] | undefined)[];
  /** When each run ended */
  readonly endsMs: readonly number[];
}

interface PlanOptions {
  readonly line: Line;
  /** Tracks of the block before */
  readonly seen: ReadonlySet<number>;
  readonly isWhole: boolean;
}

function planLooks(block: TrajectoryBlock, options: PlanOptions): LookPlan {
  const { frameMs, parts } = block;
  const looks = new Array<Track[] | undefined>(frameMs.length).fill(undefined);
  const births = birthFrames(block, options.seen);
  const isFar = options.isWhole ? () => false : farTest(block, options.line);
  const endsMs: number[] = [];
  for (const part of parts) {
    for (const look of looksOf(part, block, { births, isFar })) {
      (looks[look.frame] ??= []).push(look.track);
    }
    for (const run of part.runs) endsMs.push(frameMs[run.at(-1)?.frame ?? 0] ?? 0);
  }
  return { looks, endsMs };
}

/** Frames at which a track is confirmed: a newborn may follow only one that is truly lost, so all others must be there. */
function birthFrames({ frameMs, epoch, parts }: TrajectoryBlock, seen: ReadonlySet<number>) {
  const births = new Uint8Array(frameMs.length);
  for (const part of parts) {
    const isNew = !seen.has(wideTrackId(epoch, part.trackId));
    if (!isNew && part.unconfirmedLooks === 0) continue;
    const birth = frameOfLook(part, part.unconfirmedLooks);
    if (birth !== null) births[birth] = 1;
  }
  return births;
}

interface Need {
  readonly births: Uint8Array;
  readonly isFar: (from: PathPoint, to: PathPoint) => boolean;
}

function looksOf(
  part: TrackPart,
  block: TrajectoryBlock,
  { births, isFar }: Need,
): { readonly frame: number; readonly track: Track }[] {
  const { frameMs, epoch } = block;
  const trackId = wideTrackId(epoch, part.trackId);
  const found: { frame: number; track: Track }[] = [];
  let before = 0;
  for (const run of part.runs) {
    const firstFrame = run[0]?.frame ?? 0;
    const endMs = frameMs[run.at(-1)?.frame ?? 0] ?? 0;
    let takenMs = -Infinity;
    run.forEach((corner, index) => {
      const next = run[index + 1];
      const isSpanFar = isFar(corner, next ?? corner);
      const endFrame = next?.frame ?? corner.frame + 1;
      for (let frame = corner.frame; frame < endFrame; frame += 1) {
        const at = frameMs[frame] ?? 0;
        const order = before + frame - firstFrame;
        const isNeeded =
          !isSpanFar ||
          births[frame] === 1 ||
          order <= part.unconfirmedLooks ||
          at - takenMs >= everyMs ||
          at >= endMs - tailMs;
        if (!isNeeded) continue;
        takenMs = at;
        const point = next === undefined ? corner : boxAt({ corner, next, frame }, block);
        const track = {
          trackId,
          box: toBox(point, block),
          label: labelAt(part, frame),
          // The score is not kept; it decides nothing.
          score: 1,
          isConfirmed: order >= part.unconfirmedLooks,
          unseenSeconds: 0,
        };
        found.push({ frame, track });
      }
    });
    before += (run.at(-1)?.frame ?? firstFrame) - firstFrame + 1;
  }
  return found;
}

/** Number of the frame of the n-th look at a part; null when it has not so many. */
function frameOfLook(part: TrackPart, n: number): number | null {
  let left = n;
  for (const run of part.runs) {
    const first = run[0]?.frame ?? 0;
    const length = (run.at(-1)?.frame ?? 0) - first + 1;
    if (left < length) return first + left;
    left -= length;
  }
  return null;
}

/** Whether everything between two corners lies so far from the line that nothing there can be decisive. */
function farTest(block: TrajectoryBlock, line: Line): (from: PathPoint, to: PathPoint) => boolean {
  const polyline = toPolyline(line.points, block.picture);
  const distanceOf = new Map<PathPoint, { distance: number; band: number }>();
  const of = (point: PathPoint) => {
    const known = distanceOf.get(point);
    if (known !== undefined) return known;
    const box = toBox(point, block);
    const { x, y } = anchorOf(box, line.anchor);
    const place = locate(polyline, { x: x * block.picture.width, y: y * block.picture.height });
    const entry = { distance: place.distance, band: bandPx(box, block.picture, place.level) };
    distanceOf.set(point, entry);
    return entry;
  };
  return (from, to) => {
    const [a, b] = [of(from), of(to)];
    if (a.distance * b.distance <= 0) return false;
    const way = Math.hypot(
      to.x - from.x,
      Math.max(Math.abs(to.top - from.top), Math.abs(to.bottom - from.bottom)),
    );
    // The distance from a line changes at most as fast as the point moves.
    const least = (Math.abs(a.distance) + Math.abs(b.distance) - way) / 2;
    return least > farBands * Math.max(a.band, b.band);
  };
}

interface Span {
  readonly corner: PathPoint;
  readonly next: PathPoint;
  readonly frame: number;
}

/** The point of a path at a frame between two corners, by the time of the frames. */
export function boxAt(
  { corner, next, frame }: Span,
  { frameMs }: Pick<TrajectoryBlock, 'frameMs'>,
): PathPoint {
  if (frame === corner.frame) return corner;
  const [from, to, at] = [frameMs[corner.frame], frameMs[next.frame], frameMs[frame]];
  if (from === undefined || to === undefined || at === undefined || to <= from) return corner;
  const share = (at - from) / (to - from);
  const between = (a: number, b: number): number => a + (b - a) * share;
  return {
    frame,
    x: between(corner.x, next.x),
    top: between(corner.top, next.top),
    bottom: between(corner.bottom, next.bottom),
    width: between(corner.width, next.width),
  };
}

function toBox(point: PathPoint, { picture }: Pick<TrajectoryBlock, 'picture'>) {
  return {
    x: (point.x - point.width / 2) / picture.width,
    y: point.top / picture.height,
    width: point.width / picture.width,
    height: (point.bottom - point.top) / picture.height,
  };
}

/** The label of a part at a frame. */
function labelAt({ labels }: TrackPart, frame: number): Label {
  let label: Label = labels[0]?.label ?? 'other';
  for (const change of labels) if (change.frame <= frame) ({ label } = change);
  return label;
}
