/**
 * Says how well tracks are seen by groups: small and large ones, by day and by night, here and there. Without labels nobody
 * can tell who was never found; but who is found once and lost again and again is found less than others.
 *
 *   track   ●●●●●○○●●●●○●●●│             ○ frames in its life in which the network did not find it
 *   group   small ────── medium          each frame counts for the groups that it was in then
 */
import type { Size } from '#contract/geometry.ts';
import type { SeenBy, SeenGroup } from '#contract/trust.ts';
import type { Zone } from '#contract/zone.ts';
import type { PathPoint, TrackPart, TrajectoryBlock } from '#engine/base/trajectory.ts';
import type { BrokenTrack } from './broken-tracks.ts';
import { depthOf, type Polygon, toPolygon } from './polygon.ts';
import { wideTrackId } from './recount.ts';

export type Light = 'bright' | 'dusk' | 'dark';

export interface GroupContext {
  /** The light at a Unix time in ms; null where the picture was not measured */
  readonly lightAt: (atMs: number) => Light | null;
  readonly zones: readonly Pick<Zone, 'id' | 'revision' | 'points'>[];
}

/** Height as a share of the picture: below the first it is small, from the second on large. */
const sizeShares = { medium: 0.1, large: 0.25 };
/** Brightness from which it is dusk, and bright. */
const lightLevels = { dusk: 0.16, bright: 0.3 };
/** A track is looked up anew so often. */
const stretchMs = 500;
/** Fewer frames say nothing about a track, as for the line doctor. */
const leastFrames = 3;

export function lightOf(brightness: number): Light {
  if (brightness >= lightLevels.bright) return 'bright';
  return brightness >= lightLevels.dusk ? 'dusk' : 'dark';
}

/** Groups of the confirmed tracks of blocks in the order of time, all of one size of picture. Pure. */
export function measureGroups(
  blocks: readonly TrajectoryBlock[],
  broken: readonly BrokenTrack[],
  context: GroupContext,
): SeenGroup[] {
  const picture = blocks[0]?.picture ?? { width: 1, height: 1 };
  const keysOf = grouper(picture, context);
  const sums = new Map<string, Sum>();
  for (const { frames, unconfirmed, groups } of walk(blocks, keysOf).values()) {
    if (frames < leastFrames || frames <= unconfirmed) continue;
    for (const [key, seen] of groups) {
      const sum = sumOf(sums, key);
      sum.tracks += 1;
      sum.frames += seen.frames;
      sum.seenFrames += seen.seenFrames;
    }
  }
  for (const { end } of broken) {
    const last = end.looks.at(-1);
    for (const key of last === undefined ? [] : keysOf(last, last.atMs))
      sumOf(sums, key).broken += 1;
  }
  return [...sums]
    .map(([key, sum]) => ({ ...partsOf(key), ...sum }))
    .sort((a, b) => a.by.localeCompare(b.by) || a.name.localeCompare(b.name));
}

type Sum = { -readonly [K in Exclude<keyof SeenGroup, 'by' | 'name'>]: number };

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? { tracks: 0, frames: 0, seenFrames: 0, broken: 0 };
  sums.set(key, sum);
  return sum;
}

function partsOf(key: string): Pick<SeenGroup, 'by' | 'name'> {
  const colon = key.indexOf(':');
  return { by: key.slice(0, colon) as SeenBy, name: key.slice(colon + 1) };
}

type KeysOf = (box: Omit<PathPoint, 'frame'>, atMs: number) => string[];

function grouper(picture: Size, { lightAt, zones }: GroupContext): KeysOf {
  const polygons = zones.map(({ id, revision, points }): [string, Polygon] => [
    `zone:${id}:${String(revision)}`,
    toPolygon(points, picture),
  ]);
  return ({ x, top, bottom }, atMs) => {
    const light = lightAt(atMs);
    const inside = polygons.filter(([, polygon]) => depthOf(polygon, { x, y: bottom }) >= 0);
    return [
      `size:${sizeOf((bottom - top) / picture.height)}`,
      `place:${placeOf(x / picture.width)}`,
      ...(light === null ? [] : [`light:${light}`]),
      ...inside.map(([key]) => key),
    ];
  };
}

function sizeOf(share: number): string {
  if (share >= sizeShares.large) return 'large';
  return share >= sizeShares.medium ? 'medium' : 'small';
}

function placeOf(share: number): string {
  if (share < 1 / 3) return 'left';
  return share < 2 / 3 ? 'middle' : 'right';
}

interface Life {
  frames: number;
  unconfirmed: number;
  readonly groups: Map<string, { frames: number; seenFrames: number }>;
  /** Number of the last frame that saw it, counted over all blocks, and its groups there */
  last: { readonly frame: number; readonly keys: readonly string[] } | null;
}

/** What became of each track, frame by frame. */
function walk(blocks: readonly TrajectoryBlock[], keysOf: KeysOf): Map<number, Life> {
  const lives = new Map<number, Life>();
  let base = 0;
  for (const block of blocks) {
    for (const part of block.parts) {
      const id = wideTrackId(block.epoch, part.trackId);
      const life = lives.get(id) ?? { frames: 0, unconfirmed: 0, groups: new Map(), last: null };
      lives.set(id, life);
      walkPart(life, part, { base, frameMs: block.frameMs, keysOf });
    }
    base += block.frameMs.length;
  }
  return lives;
}

function walkPart(
  life: Life,
  part: TrackPart,
  at: { readonly base: number; readonly frameMs: readonly number[]; readonly keysOf: KeysOf },
): void {
  life.unconfirmed += part.unconfirmedLooks;
  for (const run of part.runs) {
    const [first] = run;
    if (first === undefined) continue;
    const missed = life.last === null ? 0 : at.base + first.frame - life.last.frame - 1;
    if (life.last !== null && missed > 0) {
      add(life, life.last.keys, { frames: missed, isSeen: false });
    }
    for (const { box, frames } of stretchesOf(run, at.frameMs)) {
      const keys = at.keysOf(box, at.frameMs[box.frame] ?? 0);
      add(life, keys, { frames, isSeen: true });
      life.frames += frames;
      life.last = { frame: at.base + box.frame + frames - 1, keys };
    }
  }
}

/** A run in stretches that are short enough to lie in one group; between two corners a box moves evenly. */
function* stretchesOf(
  run: readonly PathPoint[],
  frameMs: readonly number[],
): Generator<{ readonly box: PathPoint; readonly frames: number }> {
  for (const [index, corner] of run.entries()) {
    const next = run[index + 1];
    if (next === undefined) {
      yield { box: corner, frames: 1 };
      return;
    }
    let frame = corner.frame;
    while (frame < next.frame) {
      const beganMs = frameMs[frame] ?? 0;
      let end = frame + 1;
      while (end < next.frame && (frameMs[end] ?? 0) - beganMs < stretchMs) end += 1;
      yield { box: between(corner, next, frame), frames: end - frame };
      frame = end;
    }
  }
}

function between(a: PathPoint, b: PathPoint, frame: number): PathPoint {
  const share = (frame - a.frame) / (b.frame - a.frame);
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return {
    frame,
    x: mix(a.x, b.x),
    top: mix(a.top, b.top),
    bottom: mix(a.bottom, b.bottom),
    width: mix(a.width, b.width),
  };
}

function add(
  { groups }: Life,
  keys: readonly string[],
  { frames, isSeen }: { readonly frames: number; readonly isSeen: boolean },
): void {
  for (const key of keys) {
    const group = groups.get(key) ?? { frames: 0, seenFrames: 0 };
    groups.set(key, group);
    group.frames += frames;
    if (isSeen) group.seenFrames += frames;
  }
}
