/**
 * Tracks of stored paths from their first look to their last, over the edges of blocks, and who may have taken over from whom.
 *
 *   block   |── frames ──|── frames ──|── frames ──|
 *   life        ●────────|────●  ●────|──●                   three pieces, two runs and a hole
 *   links                                  ╌╌▶ ●────         a newborn near the end: one may be the other
 */
import type { PathBlock, TrackPath } from '#engine/base/trajectory.ts';
import { momentSeconds } from '#engine/base/time-line.ts';
import { findPredecessor, handOverSeconds } from './hand-over.ts';
import { endedSeconds } from './line-counter.ts';
import { pointOf, trailsTo } from './run-trails.ts';
import { forgetSeconds } from './track-book.ts';

/** A block with the clock of its frames; frames are numbered through all blocks. */
export interface BlockFrames extends Pick<PathBlock, 'frameMs' | 'picture'> {
  readonly firstSeq: number;
  /** Seconds on a clock that never goes back */
  readonly clock: Float64Array;
}

/** What one life did within one block. */
export interface LifePiece {
  readonly path: TrackPath;
  readonly block: BlockFrames;
  /** Place among the tracks of the block */
  readonly order: number;
  /** Its first look follows the last one of the piece before without a hole */
  isJoined: boolean;
}

/** A look with which a run begins or ends. */
export interface RunMark {
  readonly life: TrackLife;
  readonly piece: LifePiece;
  readonly corner: number;
}

/** The end of a run, and a beginning after it. */
export interface RunLink {
  readonly end: RunMark;
  readonly begin: RunMark;
}

export interface TrackLife {
  readonly id: number;
  readonly pieces: LifePiece[];
  /** Frames at which the rule may know nothing of it, so that it may take over from somebody who is lost then */
  readonly births: number[];
  /** The ends of runs after which it was gone for a while or for good */
  readonly rests: RunEnd[];
  lastSeq: number;
  lastClock: number;
  group: LifeGroup;
}

/** Lives of which one may have taken over from another, whoever it was. */
export interface LifeGroup {
  lives: TrackLife[];
  /** Who may have taken over from whom */
  links: RunLink[];
  /** Who came back after somebody may have taken over from him */
  returns: RunLink[];
}

export interface PathLives {
  /** Takes in a block; gives the groups of which nothing more can come. */
  add(block: PathBlock, frames: BlockFrames, idOf: (trackId: number) => number): LifeGroup[];
  /** All that is left. */
  finish(): LifeGroup[];
}

/** After so long nobody takes over any more, and what stood is decided. */
const overSeconds = 3;
/** Who is gone for less is neither forgotten, nor is anything decided because of that. */
export const restSeconds = endedSeconds - 0.1;

/** The end of a run. */
export interface RunEnd extends RunMark {
  readonly seq: number;
  /** Seconds on the clock of the frames */
  readonly clock: number;
  /** The frame at which it came back; infinite while it did not */
  backSeq: number;
  /** Somebody may have taken over from it */
  hasHeir: boolean;
}

interface RunBegin extends RunMark {
  readonly seq: number;
  readonly clock: number;
  /** The end of the run before, when it is one that comes back */
  readonly before: RunEnd | null;
}

export function createPathLives(): PathLives {
  const open = new Map<number, TrackLife>();
  const groups = new Set<LifeGroup>();
  let ends: RunEnd[] = [];

  const lifeOf = (id: number): TrackLife => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const group: LifeGroup = { lives: [], links: [], returns: [] };
    const life: TrackLife = {
      id,
      pieces: [],
      births: [],
      rests: [],
      lastSeq: -2,
      lastClock: 0,
      group,
    };
    group.lives.push(life);
    groups.add(group);
    open.set(id, life);
    return life;
  };

  const join = (a: LifeGroup, b: LifeGroup): void => {
    if (a === b) return;
    const [large, small] = a.lives.length >= b.lives.length ? [a, b] : [b, a];
    for (const life of small.lives) {
      life.group = large;
      large.lives.push(life);
    }
    large.links.push(...small.links);
    large.returns.push(...small.returns);
    groups.delete(small);
  };

  /** Closes the groups of which every life ended before this clock. */
  const close = (beforeClock: number): LifeGroup[] => {
    const over = [...groups].filter(({ lives }) =>
      lives.every(({ lastClock }) => lastClock < beforeClock),
    );
    for (const group of over) {
      groups.delete(group);
      for (const life of group.lives) open.delete(life.id);
    }
    return over;
  };

  /** Takes in the runs of a piece, and puts their beginnings into a list. */
  const addRuns = (life: TrackLife, piece: LifePiece, begins: RunBegin[]): void => {
    const { path, block } = piece;
    let corner = 0;
    let end: RunEnd | null = null;
    for (const next of path.runEnds) {
      const before = life.rests.at(-1) ?? null;
      const from = path.frame[corner] ?? 0;
      const begin = {
        life,
        piece,
        corner,
        seq: block.firstSeq + from,
        clock: block.clock[from] ?? 0,
        before,
      };
      if (before !== null) {
        // One that goes on over the edge of a block is back at once: nobody can have taken over in between.
        before.backSeq = begin.seq;
        if (begin.clock - before.clock < restSeconds) life.rests.pop();
      }
      if (corner > 0 || !piece.isJoined) begins.push(begin);
      const to = path.frame[next - 1] ?? 0;
      end = {
        life,
        piece,
        corner: next - 1,
        seq: block.firstSeq + to,
        clock: block.clock[to] ?? 0,
        backSeq: Infinity,
        hasHeir: false,
      };
      life.rests.push(end);
      ends.push(end);
      corner = next;
    }
    life.lastSeq = end?.seq ?? life.lastSeq;
    life.lastClock = end?.clock ?? life.lastClock;
  };

  /** Links a beginning to all ends of which it may go on. */
  const link = (begin: RunBegin): void => {
    const { life, clock, before } = begin;
    if (before !== null && !mayBeBlank(begin, before)) return;
    life.births.push(begin.seq);
    if (before !== null) life.group.returns.push({ end: before, begin });
    const decidedSeq = confirmedSeq(begin);
    const point = pointOf(begin);
    for (const end of ends) {
      const since = clock - end.clock;
      if (since <= 0 || since > handOverSeconds + momentSeconds) continue;
      // Who is back by then was not lost.
      if (end.life === life || end.backSeq <= decidedSeq) continue;
      const ways = trailsTo(end).map((trail) => [end, trail] as const);
      if (findPredecessor(point, ways) === null) continue;
      end.hasHeir = true;
      join(end.life.group, life.group);
      life.group.links.push({ end, begin });
    }
  };

  return {
    add(block, frames, idOf) {
      const begins: RunBegin[] = [];
      block.paths.forEach((path, order) => {
        const life = lifeOf(idOf(path.trackId));
        const firstSeq = frames.firstSeq + (path.frame[0] ?? 0);
        const piece = { path, block: frames, order, isJoined: life.lastSeq === firstSeq - 1 };
        life.pieces.push(piece);
        addRuns(life, piece, begins);
      });
      // Whether one that comes back may have lost its history hangs on who was born before.
      for (const begin of begins.sort((a, b) => a.seq - b.seq)) link(begin);
      const now = frames.clock.at(-1) ?? 0;
      ends = ends.filter(({ clock }) => now - clock <= overSeconds);
      return close(now - overSeconds);
    },
    finish() {
      ends = [];
      return close(Infinity);
    },
  };
}

/**
 * Whether the rule may know nothing of one that comes back: somebody may have taken over from it, it may have been forgotten, or
 * it waits to be confirmed once more.
 */
function mayBeBlank({ life, piece, clock }: RunBegin, before: RunEnd): boolean {
  const isForgotten = clock - before.clock >= forgetSeconds - momentSeconds;
  const waitsAgain = piece.path.unconfirmedLooks > 0 && life.pieces[0] !== piece;
  return before.hasHeir || isForgotten || waitsAgain;
}

/** The frame at which one that begins is confirmed; that of its beginning when this piece does not tell. */
function confirmedSeq({ piece: { path, block }, corner }: RunMark): number {
  let looks = 0;
  let start = 0;
  for (const end of path.runEnds) {
    const first = path.frame[start] ?? 0;
    const length = (path.frame[end - 1] ?? 0) - first + 1;
    if (start >= corner && path.unconfirmedLooks < looks + length) {
      return block.firstSeq + first + Math.max(0, path.unconfirmedLooks - looks);
    }
    looks += length;
    start = end;
  }
  return block.firstSeq + (path.frame[corner] ?? 0);
}
