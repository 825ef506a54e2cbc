/**
 * The rules that are compared: ours, and three in use elsewhere, written anew from their descriptions.
 */
import type { Line } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Box, Point, Size } from '#contract/geometry.ts';
import { createLineCounter } from '#engine/counting/line-counter.ts';

export interface RuleCrossing {
  readonly direction: 'in' | 'out';
  readonly seconds: number;
  readonly box: Box;
}

export interface RuleTime {
  readonly seconds: number;
  readonly frameSeq: number;
}

export interface RuleCounter {
  update(tracks: readonly Track[], at: RuleTime): RuleCrossing[];
}

export type RuleName = 'tallywatch' | 'two-frame' | 'once-per-identity' | 'four-corner';

/** Makes a counter of a rule for one line. */
export function createRule(name: RuleName, line: Line, picture: Size): RuleCounter {
  switch (name) {
    case 'tallywatch':
      return tallywatch(line, picture);
    case 'two-frame':
      return twoFrame(line, picture);
    case 'once-per-identity':
      return oncePerIdentity(line, picture);
    case 'four-corner':
      return fourCorner(line, picture);
  }
}

export const ruleNames: readonly RuleName[] = [
  'tallywatch',
  'two-frame',
  'once-per-identity',
  'four-corner',
];

function tallywatch(line: Line, picture: Size): RuleCounter {
  const counter = createLineCounter(line, picture);
  return {
    update: (tracks, at) =>
      counter.update(tracks, at).map(({ direction, atSeconds, box }) => ({
        direction,
        seconds: atSeconds,
        box,
      })),
  };
}

/** Strict two-frame rule: feet on one side in the frame just before, on the other now, and the step cuts the segment. */
function twoFrame(line: Line, picture: Size): RuleCounter {
  let before = new Map<number, Point>();
  return {
    update(tracks, at) {
      const now = new Map(seen(tracks).map((track) => [track.trackId, feetOf(track.box)]));
      const crossings = seen(tracks).flatMap((track) => {
        const from = before.get(track.trackId);
        const direction = from && passage(line, picture, { from, to: feetOf(track.box) });
        return direction ? [{ direction, seconds: at.seconds, box: track.box }] : [];
      });
      before = now;
      return crossings;
    },
  };
}

/** Once-per-identity rule: the step from where the track was last seen cuts the segment; no track counts twice. */
function oncePerIdentity(line: Line, picture: Size): RuleCounter {
  const before = new Map<number, Point>();
  const counted = new Set<number>();
  return {
    update: (tracks, at) =>
      seen(tracks).flatMap((track) => {
        const to = feetOf(track.box);
        const from = before.get(track.trackId);
        before.set(track.trackId, to);
        if (from === undefined || counted.has(track.trackId)) return [];
        const direction = passage(line, picture, { from, to });
        if (direction === null) return [];
        counted.add(track.trackId);
        return [{ direction, seconds: at.seconds, box: track.box }];
      }),
  };
}

/** Four-corner rule: all corners of the box on one side, and on the other when they were last all on one side. */
function fourCorner(line: Line, picture: Size): RuleCounter {
  const before = new Map<number, number>();
  return {
    update: (tracks, at) =>
      seen(tracks).flatMap((track) => {
        const { x, y, width, height } = track.box;
        const corners = [
          { x, y },
          { x: x + width, y },
          { x, y: y + height },
          { x: x + width, y: y + height },
        ];
        const sides = new Set(corners.map((corner) => Math.sign(sideOf(line, picture, corner))));
        const [side] = sides;
        if (sides.size !== 1 || side === undefined || side === 0) return [];
        const last = before.get(track.trackId);
        before.set(track.trackId, side);
        if (last === undefined || last === side) return [];
        return [{ direction: nameOf(side), seconds: at.seconds, box: track.box }];
      }),
  };
}

function seen(tracks: readonly Track[]): Track[] {
  return tracks.filter((track) => track.isConfirmed && track.unseenSeconds === 0);
}

function feetOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height };
}

/** Direction in which a step cuts the first segment of a line; null when it does not. */
function passage(
  line: Line,
  picture: Size,
  step: { readonly from: Point; readonly to: Point },
): 'in' | 'out' | null {
  const before = sideOf(line, picture, step.from);
  const now = sideOf(line, picture, step.to);
  if (before < 0 === now < 0) return null;
  const share = before / (before - now);
  const x = step.from.x + (step.to.x - step.from.x) * share;
  const y = step.from.y + (step.to.y - step.from.y) * share;
  const [a, b] = line.points;
  if (a === undefined || b === undefined) return null;
  const along = (x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y);
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  return along < 0 || along > length ? null : nameOf(now);
}

/** Positive on the left of the line ("in"). */
function sideOf(line: Line, picture: Size, point: Point): number {
  const [a, b] = line.points;
  if (a === undefined || b === undefined) return 0;
  const { width, height } = picture;
  return (
    (point.x - a.x) * width * (b.y - a.y) * height - (point.y - a.y) * height * (b.x - a.x) * width
  );
}

function nameOf(side: number): 'in' | 'out' {
  return side < 0 ? 'out' : 'in';
}
