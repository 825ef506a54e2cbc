/**
 * Tracks of stored paths from their first look to their last, over the edges of blocks, and who may have taken over from whom.
 *
 *   block   |── frames ──|── frames ──|── frames ──|
 *   life        ●────────|────●  ●────|──●                   three pieces, two runs and a hole
 *   links                                  ╌╌▶ ●────         a newborn near the end: one may be the other
 */
import { assert } from '#engine/base/assert.ts';
import type { PathBlock, TrackPath } from '#engine/base/trajectory.ts';
import { momentSeconds } from '#engine/base/time-line.ts';
import { boxOfFrame } from './path-frames.ts';
import {
  findPredecessor,
  handOverSeconds,
  type Trail,
  type TrailPoint,
  trailSeconds,
} from './hand-over.ts';

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
  /** Of the run before, or of the one that goes on */
  lastEnd: RunMark | null;
  lastSeq: number;
  lastClock: number;
  group: LifeGroup;
}

/** Lives of which one may have taken over from another, whoever it was. */
export interface LifeGroup {
  lives: TrackLife[];
  /** Who may have taken over from whom */
  links: RunLink[];
  /** Who came back */
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

interface RunEnd {
  readonly life: TrackLife;
  readonly clock: number;
  readonly seq: number;
  readonly trails: readonly Trail[];
  readonly mark: RunMark;
}

export function createPathLives(): PathLives {
  const open = new Map<number, TrackLife>();
  const groups = new Set<LifeGroup>();
  let ends: RunEnd[] = [];

  const lifeOf = (id: number): TrackLife => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const group: LifeGroup = { lives: [], links: [], returns: [] };
    const life: TrackLife = { id, pieces: [], lastEnd: null, lastSeq: -2, lastClock: 0, group };
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

  return {
    add(block, frames, idOf) {
      const births: { begin: RunMark; point: TrailPoint }[] = [];
      block.paths.forEach((path, order) => {
        const life = lifeOf(idOf(path.trackId));
        const firstSeq = frames.firstSeq + (path.frame[0] ?? 0);
        const piece = { path, block: frames, order, isJoined: life.lastSeq === firstSeq - 1 };
        life.pieces.push(piece);
        if (piece.isJoined)
          ends = ends.filter((end) => end.life !== life || end.seq < firstSeq - 1);
        let start = 0;
        path.runEnds.forEach((end, run) => {
          if (run > 0 || !piece.isJoined) {
            const begin = { life, piece, corner: start };
            births.push({ begin, point: pointOf(piece, start) });
            if (life.lastEnd !== null) life.group.returns.push({ end: life.lastEnd, begin });
          }
          const last = endOf(life, end - 1);
          ends.push(last);
          life.lastEnd = last.mark;
          start = end;
        });
        const lastFrame = path.frame.at(-1) ?? 0;
        life.lastSeq = frames.firstSeq + lastFrame;
        life.lastClock = frames.clock[lastFrame] ?? 0;
      });
      for (const { begin, point } of births) {
        const { life } = begin;
        for (const end of ends) {
          if (end.life === life) continue;
          const since = point.clock - end.clock;
          if (since <= 0 || since > handOverSeconds + momentSeconds) continue;
          if (
            findPredecessor(
              point,
              end.trails.map((trail) => [end, trail]),
            ) !== null
          ) {
            join(end.life.group, life.group);
            life.group.links.push({ end: end.mark, begin });
          }
        }
      }
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

function pointOf(piece: LifePiece, corner: number): TrailPoint {
  const { path, block } = piece;
  return pointAt(path, block, { corner, frame: path.frame[corner] ?? 0 });
}

function pointAt(
  path: LifePiece['path'],
  block: BlockFrames,
  { corner, frame }: { readonly corner: number; readonly frame: number },
): TrailPoint {
  const box = { x: 0, top: 0, bottom: 0, width: 0 };
  boxOfFrame(path, { corner, frame, frameMs: block.frameMs }, box);
  return {
    clock: block.clock[frame] ?? 0,
    x: box.x,
    y: (box.top + box.bottom) / 2,
    width: box.width,
    height: box.bottom - box.top,
  };
}

/**
 * The end of a run with all ways of which its velocity may have been taken: since each beginning of a run within the time of a
 * trail, for the trail begins anew when another track took over in between.
 */
function endOf(life: TrackLife, corner: number): RunEnd {
  const piece = life.pieces.at(-1);
  assert(piece !== undefined, 'a life has a piece');
  const last = pointOf(piece, corner);
  const trails: Trail[] = [];
  let oldest = last;
  walk: for (let at = life.pieces.length - 1; at >= 0; at -= 1) {
    const { path, block } = life.pieces[at] ?? piece;
    let index = at === life.pieces.length - 1 ? corner : path.frame.length - 1;
    for (; index >= 0; index -= 1) {
      const isRunStart = index === 0 || path.runEnds.includes(index);
      const from = path.frame[index] ?? 0;
      const isRunEnd = path.runEnds.includes(index + 1);
      const to = isRunEnd ? from : (path.frame[index + 1] ?? from) - 1;
      for (let frame = to; frame >= from; frame -= 1) {
        if (last.clock - (block.clock[frame] ?? 0) > trailSeconds + momentSeconds) break walk;
        oldest = pointAt(path, block, { corner: index, frame });
      }
      if (isRunStart) trails.push([oldest, last]);
    }
  }
  trails.push([oldest, last]);
  return {
    life,
    clock: last.clock,
    seq: piece.block.firstSeq + (piece.path.frame[corner] ?? 0),
    trails,
    mark: { life, piece, corner },
  };
}
