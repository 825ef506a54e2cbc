/**
 * Runs the line rule over a day of stored paths in a third of a second: the same crossings as the whole recount, from the few looks
 * that decide, life by life.
 *
 *   blocks ─▶ lives ─▶ groups that may have taken over from each other          once for a day, whatever the line
 *          ─▶ parts in which that makes a difference ─▶ those that may pass ─▶ decisive looks ─▶ line counter
 */
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { momentSeconds, startTimeLine, stepTimeLine } from '#engine/base/time-line.ts';
import { boxValue, type PathBlock, type TrackPath } from '#engine/base/trajectory.ts';
import { createLineEye, type LineEye } from './decisive-looks.ts';
import type { DecisiveLook } from './decisive-walk.ts';
import { clockOf, firstFrame, msOf } from './block-times.ts';
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

export interface DayReader {
  /** Takes in the next block in the order of time. */
  add(block: PathBlock): void;
  /** Nothing more was written down. Call it once. */
  finish(): PathDay;
}

/** The lives of some time of one camera, ready for any line. */
export interface PathDay {
  /** The crossings of a line, in the order of time. Times are seconds since 1970, track ids those of `wideTrackId`. */
  crossingsOf(line: Line): LineCrossing[];
  /** How many tracks came near a place, in px of the picture of their time. */
  tracksNear(place: (picture: Size) => PlacePx): number;
}

/** A rectangle, px */
export interface PlacePx {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Pictures of one size in a row, with all who were seen on them. */
interface DayScene {
  readonly picture: Size;
  readonly blocks: BlockFrames[];
  readonly groups: LifeGroup[];
  readonly lives: PathLives;
  /** Nothing more was written down after it */
  isEnd: boolean;
}

/** After the last frame nobody is seen any more. */
const endTickSeconds = [endedSeconds + 0.001, forgetSeconds + 0.001];
const usualFps = 10;

/** Starts to read a day. Pure: the same blocks give the same crossings. */
export function createDayReader(): DayReader {
  const scenes: DayScene[] = [];
  let timeLine = startTimeLine(usualFps);
  let nextSeq = 0;

  return {
    add(block) {
      const { picture } = block;
      let scene = scenes.at(-1);
      if (scene?.picture.width !== picture.width || scene.picture.height !== picture.height) {
        // Another picture begins anew: what was pending is not decided, as when counting live.
        scene?.groups.push(...scene.lives.finish());
        scene = { picture, blocks: [], groups: [], lives: createPathLives(), isEnd: false };
        scenes.push(scene);
      }
      const clock = Float64Array.from(block.frameMs, (ms) => {
        timeLine = stepTimeLine(timeLine, ms / 1000).next;
        return timeLine.clock;
      });
      const frames = { picture, frameMs: block.frameMs, firstSeq: nextSeq, clock };
      scene.blocks.push(frames);
      nextSeq += block.frameMs.length;
      const idOf = (trackId: number): number => wideTrackId(block.epoch, trackId);
      scene.groups.push(...scene.lives.add(block, frames, idOf));
    },
    finish() {
      const last = scenes.at(-1);
      if (last !== undefined) {
        last.groups.push(...last.lives.finish());
        last.isEnd = true;
      }
      return {
        crossingsOf: (line) =>
          scenes.flatMap((scene) => recount(scene, line)).sort((a, b) => a.atSeconds - b.atSeconds),
        tracksNear: (place) =>
          scenes.reduce((sum, scene) => sum + countNear(scene, place(scene.picture)), 0),
      };
    },
  };
}

function recount(scene: DayScene, line: Line): LineCrossing[] {
  const { picture, blocks, groups } = scene;
  const eye = createLineEye(line, picture);
  const found: LineCrossing[] = [];
  for (const group of groups) {
    for (const lives of splitGroup(group, eye)) {
      if (!mayCount(lives, line, eye)) continue;
      const counter = createLineCounter(line, picture);
      for (const { seq, clock, tracks } of framesOf(lives, eye, scene)) {
        for (const crossing of counter.update(tracks, { seconds: clock, frameSeq: seq })) {
          const atSeconds = msOf(blocks, crossing.frameSeq) / 1000;
          found.push({ ...crossing, atSeconds });
        }
      }
    }
  }
  return found;
}

function countNear({ groups }: DayScene, place: PlacePx): number {
  const isNear = ({ boxes }: TrackPath): boolean => {
    for (let at = 0; at < boxes.length; at += 4) {
      const middle = boxes[at + boxValue.x] ?? 0;
      const half = (boxes[at + boxValue.width] ?? 0) / 2;
      const isBeside = middle + half < place.left || middle - half > place.right;
      const isAbove = (boxes[at + boxValue.bottom] ?? 0) < place.top;
      const isBelow = (boxes[at + boxValue.top] ?? 0) > place.bottom;
      if (!isBeside && !isAbove && !isBelow) return true;
    }
    return false;
  };
  const lives = groups.flatMap((group) => group.lives);
  return lives.filter(({ pieces }) => pieces.some(({ path }) => isNear(path))).length;
}

/** Whether anybody of a group may be counted at a line. */
function mayCount(lives: readonly TrackLife[], line: Line, eye: LineEye): boolean {
  const counted = new Set(line.labels);
  const isCounted =
    counted.size === 0 ||
    lives.some(({ pieces }) =>
      pieces.some(({ path }) => path.labels.some(({ label }) => counted.has(label))),
    );
  return isCounted && eye.mayPass(lives);
}

/** A frame by its number, and the seconds on its clock. */
interface Moment {
  readonly seq: number;
  readonly clock: number;
}

interface FrameToShow extends Moment {
  readonly tracks: readonly Track[];
}

/** One life on its way to the rule. */
interface Showing {
  readonly id: number;
  /** When it was there; empty where nobody asks */
  readonly runs: readonly SeenRun[];
  /** Looks in the order of frames, and the first that was not shown yet */
  readonly looks: readonly DecisiveLook[];
  next: number;
  run: number;
}

/** What the rule must be shown of a group, frame by frame. */
function framesOf(
  lives: readonly TrackLife[],
  eye: LineEye,
  { blocks, isEnd }: DayScene,
): FrameToShow[] {
  const births = lives.length > 1 ? new Set(lives.flatMap((life) => life.births)) : null;
  const showing = lives.map((life): Showing => {
    const runs = births === null ? [] : runsOf(life);
    return { id: life.id, runs, looks: eye.decisive(life, births), next: 0, run: 0 };
  });
  const shown = momentsOf(showing, ticksOf(lives, blocks)).map(({ seq, clock }) => ({
    seq,
    clock,
    tracks: tracksAt(showing, seq),
  }));
  const last = blocks.at(-1);
  const end = last?.clock.at(-1) ?? 0;
  const isOver = lives.every(({ lastClock }) => end - lastClock > forgetSeconds + endedSeconds);
  if (!isEnd || isOver || last === undefined) return shown;
  const seq = last.firstSeq + last.clock.length;
  return [...shown, ...endTickSeconds.map((after) => ({ seq, clock: end + after, tracks: [] }))];
}

/** The frames to be shown, each once, in order. */
function momentsOf(showing: readonly Showing[], ticks: readonly Moment[]): Moment[] {
  const all = [...showing.flatMap(({ looks }) => looks), ...ticks].sort((a, b) => a.seq - b.seq);
  return all.filter(({ seq }, index) => seq !== all[index - 1]?.seq);
}

/** Those to be shown at a frame, which comes after the one asked for before. */
function tracksAt(showing: readonly Showing[], seq: number): Track[] {
  const looks: DecisiveLook[] = [];
  const passedOver: Track[] = [];
  for (const life of showing) {
    const look = life.looks[life.next];
    if (look?.seq === seq) {
      looks.push(look);
      life.next += 1;
    } else if (isThere(life, seq)) {
      passedOver.push({ ...absent, trackId: life.id });
    }
  }
  if (looks.length > 1) looks.sort((a, b) => a.order - b.order);
  return [...looks.map(({ track }) => track), ...passedOver];
}

/** Whether somebody whose look decides nothing is there: he is not lost. */
function isThere(life: Showing, seq: number): boolean {
  for (;;) {
    const run = life.runs[life.run];
    if (run === undefined || seq < run.from) return false;
    if (seq <= run.to) return true;
    life.run += 1;
  }
}

const absent = {
  box: { x: 0, y: 0, width: 0, height: 0 },
  label: 'other',
  score: 0,
  isConfirmed: true,
  unseenSeconds: 1,
} as const;

/** First and last frame of a time that somebody was seen without a hole. */
interface SeenRun {
  readonly from: number;
  readonly to: number;
}

function runsOf({ pieces }: TrackLife): SeenRun[] {
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
function ticksOf(lives: readonly TrackLife[], blocks: readonly BlockFrames[]): Moment[] {
  const ticks: Moment[] = [];
  for (const { clock, backSeq } of lives.flatMap(({ rests }) => rests)) {
    const ended = firstFrame(blocks, clock + endedSeconds - momentSeconds);
    const forgotten = firstFrame(blocks, clock + forgetSeconds + momentSeconds);
    for (const seq of [ended, forgotten]) {
      if (seq !== null && seq < backSeq) ticks.push({ seq, clock: clockOf(blocks, seq) });
    }
  }
  return ticks;
}
