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

export interface TrackLife {
  readonly id: number;
  readonly pieces: LifePiece[];
  lastSeq: number;
  lastClock: number;
  group: LifeGroup;
}

/** Lives of which one may have taken over from another, whoever it was. */
export interface LifeGroup {
  lives: TrackLife[];
}

export interface PathLives {
  /** Takes in a block; gives the groups of which nothing more can come. */
  add(block: PathBlock, frames: BlockFrames, idOf: (trackId: number) => number): LifeGroup[];
  /** All that is left. */
  finish(): LifeGroup[];
  /** The first frame that is still needed; null when none is */
  oldestSeq(): number | null;
}

/** After so long nobody takes over any more, and what stood is decided. */
const overSeconds = 3;

interface RunEnd {
  readonly life: TrackLife;
  readonly clock: number;
  readonly seq: number;
  readonly trails: readonly Trail[];
}

export function createPathLives(): PathLives {
  const open = new Map<number, TrackLife>();
  const groups = new Set<LifeGroup>();
  let ends: RunEnd[] = [];

  const lifeOf = (id: number): TrackLife => {
    const known = open.get(id);
    if (known !== undefined) return known;
    const group: LifeGroup = { lives: [] };
    const life: TrackLife = { id, pieces: [], lastSeq: -2, lastClock: 0, group };
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
      const births: { life: TrackLife; point: TrailPoint }[] = [];
      block.paths.forEach((path, order) => {
        const life = lifeOf(idOf(path.trackId));
        const firstSeq = frames.firstSeq + (path.frame[0] ?? 0);
        const piece = { path, block: frames, order, isJoined: life.lastSeq === firstSeq - 1 };
        life.pieces.push(piece);
        if (piece.isJoined)
          ends = ends.filter((end) => end.life !== life || end.seq < firstSeq - 1);
        let start = 0;
        path.runEnds.forEach((end, run) => {
          if (run > 0 || !piece.isJoined) births.push({ life, point: pointOf(piece, start) });
          ends.push(endOf(life, end - 1));
          start = end;
        });
        const lastFrame = path.frame.at(-1) ?? 0;
        life.lastSeq = frames.firstSeq + lastFrame;
        life.lastClock = frames.clock[lastFrame] ?? 0;
      });
      for (const { life, point } of births) {
        for (const end of ends) {
          if (end.life === life || end.life.group === life.group) continue;
          const since = point.clock - end.clock;
          if (since <= 0 || since > handOverSeconds + momentSeconds) continue;
          if (
            findPredecessor(
              point,
              end.trails.map((trail) => [end, trail]),
            ) !== null
          ) {
            join(end.life.group, life.group);
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
    oldestSeq() {
      let oldest: number | null = null;
      for (const { pieces } of open.values()) {
        const seq = pieces[0]?.block.firstSeq ?? 0;
        if (oldest === null || seq < oldest) oldest = seq;
      }
      return oldest;
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
  };
}
