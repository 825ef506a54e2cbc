/**
 * Runs the line rule over a day of stored paths in about a second: the same crossings as the whole recount, from the few looks
 * that decide, life by life.
 *
 *   blocks ─▶ lives ─▶ groups that may have taken over from each other ─▶ parts in which that makes a difference ─▶ those that
 *   may pass ─▶ decisive looks ─▶ line counter
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { momentSeconds, startTimeLine, stepTimeLine } from '#engine/base/time-line.ts';
import type { PathBlock } from '#engine/base/trajectory.ts';
import { createLineEye, type DecisiveLook, type LineEye } from './decisive-looks.ts';
import { createLineCounter, endedSeconds } from './line-counter.ts';
import {
  type BlockFrames,
  createPathLives,
  type LifeGroup,
  type PathLives,
  type TrackLife,
} from './path-life.ts';
import { wideTrackId } from './recount.ts';
import { splitGroup } from './split-group.ts';
import { forgetSeconds } from './track-book.ts';

export interface QuickRecount {
  /** Takes in the next block in the order of time. */
  add(block: PathBlock): void;
  /** The crossings of each line, in the order of time. Times are seconds since 1970, track ids those of `wideTrackId`. */
  finish(): LineCrossing[][];
}

/** After the last frame nobody is seen any more. */
const endTickSeconds = [endedSeconds + 0.001, forgetSeconds + 0.001];
const usualFps = 10;

/** Starts a recount of some lines at once. Pure: the same blocks give the same crossings. */
export function createQuickRecount(lines: readonly Line[]): QuickRecount {
  const found: LineCrossing[][] = lines.map(() => []);
  let timeLine = startTimeLine(usualFps);
  let scene: {
    readonly picture: Size;
    readonly eyes: LineEye[];
    readonly lives: PathLives;
  } | null = null;
  let blocks: BlockFrames[] = [];
  let nextSeq = 0;

  const decide = (groups: readonly LifeGroup[], isEnd: boolean): void => {
    if (scene === null) return;
    const { eyes, picture } = scene;
    for (const group of groups) {
      lines.forEach((line, index) => {
        const eye = eyes[index];
        if (eye === undefined) return;
        for (const lives of splitGroup(group, eye)) {
          if (!mayCount(lives, line, eye)) continue;
          const counter = createLineCounter(line, picture);
          for (const { seq, clock, tracks } of framesOf(lives, { eye, blocks, isEnd, nextSeq })) {
            for (const crossing of counter.update(tracks, { seconds: clock, frameSeq: seq })) {
              const atSeconds = msOf(blocks, crossing.frameSeq) / 1000;
              found[index]?.push({ ...crossing, atSeconds });
            }
          }
        }
      });
    }
  };

  return {
    add(block) {
      const { picture } = block;
      if (scene?.picture.width !== picture.width || scene.picture.height !== picture.height) {
        // Another picture begins anew: what was pending is not decided, as when counting live.
        decide(scene?.lives.finish() ?? [], false);
        const eyes = lines.map((line) => createLineEye(line, picture));
        scene = { picture, eyes, lives: createPathLives() };
      }
      const clock = Float64Array.from(block.frameMs, (ms) => {
        timeLine = stepTimeLine(timeLine, ms / 1000).next;
        return timeLine.clock;
      });
      const frames = { picture, frameMs: block.frameMs, firstSeq: nextSeq, clock };
      blocks.push(frames);
      nextSeq += block.frameMs.length;
      const idOf = (trackId: number): number => wideTrackId(block.epoch, trackId);
      decide(scene.lives.add(block, frames, idOf), false);
      const oldest = scene.lives.oldestSeq() ?? nextSeq;
      blocks = blocks.filter((known) => known === frames || known.firstSeq >= oldest);
    },
    finish() {
      decide(scene?.lives.finish() ?? [], true);
      return found.map((crossings) => crossings.sort((a, b) => a.atSeconds - b.atSeconds));
    },
  };
}

/** Whether anybody of a group may be counted at a line. */
function mayCount(lives: readonly TrackLife[], line: Line, eye: LineEye): boolean {
  const [only] = lives;
  if (only === undefined) return false;
  const counted = new Set(line.labels);
  const isCounted =
    counted.size === 0 ||
    lives.some(({ pieces }) =>
      pieces.some(({ path }) => path.labels.some(({ label }) => counted.has(label))),
    );
  return isCounted && (lives.length > 1 || eye.mayPass(only));
}

interface FrameToShow {
  readonly seq: number;
  readonly clock: number;
  readonly tracks: readonly Track[];
}

interface Showing {
  readonly eye: LineEye;
  readonly blocks: readonly BlockFrames[];
  /** Nothing more was written down after these blocks */
  readonly isEnd: boolean;
  readonly nextSeq: number;
}

/** What the rule must be shown of a group, frame by frame. */
function framesOf(
  lives: readonly TrackLife[],
  { eye, blocks, isEnd, nextSeq }: Showing,
): FrameToShow[] {
  const births = lives.length > 1 ? birthsOf(lives) : null;
  const runs = lives.map((life) => ({ id: life.id, runs: runsOf(life) }));
  const frames = new Map<number, DecisiveLook[]>();
  for (const life of lives) {
    for (const look of eye.decisive(life, births)) {
      const track = { ...look.track, trackId: life.id };
      const known = frames.get(look.seq);
      const shown = { ...look, track };
      if (known === undefined) frames.set(look.seq, [shown]);
      else known.push(shown);
    }
  }
  for (const tick of ticksOf(runs, blocks)) if (!frames.has(tick)) frames.set(tick, []);
  const shown = [...frames]
    .sort(([a], [b]) => a - b)
    .map(([seq, looks]) => ({
      seq,
      clock: clockOf(blocks, seq),
      tracks: [
        ...looks.sort((a, b) => a.order - b.order).map(({ track }) => track),
        ...(births === null ? [] : passedOver(runs, seq, looks)),
      ],
    }));
  const end = blocks.at(-1)?.clock.at(-1) ?? 0;
  const ticks = isEnd ? endTickSeconds : [];
  return [...shown, ...ticks.map((after) => ({ seq: nextSeq, clock: end + after, tracks: [] }))];
}

/** Frames at which somebody of a group begins, comes back or is confirmed. */
function birthsOf(lives: readonly TrackLife[]): Set<number> {
  const births = new Set<number>();
  for (const { path, block } of lives.flatMap(({ pieces }) => pieces)) {
    let before = 0;
    let start = 0;
    for (const end of path.runEnds) {
      const first = path.frame[start] ?? 0;
      const length = (path.frame[end - 1] ?? 0) - first + 1;
      births.add(block.firstSeq + first);
      const confirmed = path.unconfirmedLooks - before;
      if (confirmed >= 0 && confirmed < length) births.add(block.firstSeq + first + confirmed);
      before += length;
      start = end;
    }
  }
  return births;
}

/** Those of a group who are there at a frame and whose look decides nothing: they are not lost. */
function passedOver(
  lives: readonly LifeRuns[],
  seq: number,
  looks: readonly DecisiveLook[],
): readonly Track[] {
  return lives
    .filter(
      ({ id, runs }) =>
        runs.some(({ from, to }) => seq >= from && seq <= to) &&
        !looks.some(({ track }) => track.trackId === id),
    )
    .map(({ id }) => ({ ...absent, trackId: id }));
}

const absent = {
  box: { x: 0, y: 0, width: 0, height: 0 },
  label: 'other',
  score: 0,
  isConfirmed: true,
  unseenSeconds: 1,
} as const;

/** When somebody was there: first and last frame of each time that was seen without a hole. */
interface LifeRuns {
  readonly id: number;
  readonly runs: readonly { readonly from: number; readonly to: number }[];
}

function runsOf({ pieces }: TrackLife): LifeRuns['runs'] {
  const runs: { from: number; to: number }[] = [];
  for (const { path, block, isJoined } of pieces) {
    let start = 0;
    path.runEnds.forEach((end, run) => {
      const from = block.firstSeq + (path.frame[start] ?? 0);
      const to = block.firstSeq + (path.frame[end - 1] ?? 0);
      const last = runs.at(-1);
      if (run === 0 && isJoined && last !== undefined) last.to = to;
      else runs.push({ from, to });
      start = end;
    });
  }
  return runs;
}

/** The frames at which a candidate of somebody who is gone counts, and at which he is forgotten. */
function ticksOf(lives: readonly LifeRuns[], blocks: readonly BlockFrames[]): number[] {
  return lives.flatMap(({ runs }) => {
    return runs.flatMap(({ to }, index) => {
      const end = clockOf(blocks, to);
      const back = runs[index + 1]?.from ?? Infinity;
      const ended = firstFrame(blocks, end + endedSeconds - momentSeconds);
      const forgotten = firstFrame(blocks, end + forgetSeconds + momentSeconds);
      return [ended, forgotten].flatMap((seq) => (seq !== null && seq < back ? [seq] : []));
    });
  });
}

function blockOf(blocks: readonly BlockFrames[], seq: number): BlockFrames | undefined {
  return blocks.findLast(({ firstSeq }) => firstSeq <= seq);
}

function clockOf(blocks: readonly BlockFrames[], seq: number): number {
  const block = blockOf(blocks, seq);
  return block?.clock[seq - block.firstSeq] ?? 0;
}

function msOf(blocks: readonly BlockFrames[], seq: number): number {
  const block = blockOf(blocks, seq);
  return block?.frameMs[seq - block.firstSeq] ?? 0;
}

/** The first frame at this clock or later; null when there is none yet. */
function firstFrame(blocks: readonly BlockFrames[], clock: number): number | null {
  const block = blocks.find((known) => (known.clock.at(-1) ?? 0) >= clock);
  if (block === undefined) return null;
  let [low, high] = [0, block.clock.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((block.clock[middle] ?? 0) >= clock) high = middle;
    else low = middle + 1;
  }
  return block.firstSeq + low;
}
