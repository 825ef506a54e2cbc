/**
 * Counts tracks that change side of a line.
 *
 *        in ↑
 *   a ───────────▶ b        seen from a to b, left is "in"
 *        out ↓
 */
import { z } from 'zod';
import { LineCrossing, type Line } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { startTimeLine, stepTimeLine, TimeLineState } from '#engine/base/time-line.ts';
import { anchorOf, bandPx } from './anchor.ts';
import { extendTrail, findPredecessor, handOverSeconds, Trail } from './hand-over.ts';
import { locate, toPolyline } from './polyline.ts';
import { settleCandidate, SideState, startSide, stepSide, type Side } from './side-rule.ts';

/** A look that is kept until its track is confirmed, or as the first look beyond the band. */
const Look = LineCrossing.pick({
  label: true,
  atSeconds: true,
  frameSeq: true,
  score: true,
  point: true,
  box: true,
}).extend({ clock: z.number() });
type Look = z.infer<typeof Look>;

const TrackMemory = z.object({
  /** Null until the track is confirmed */
  side: SideState.nullable(),
  /** The first look beyond the band of the standing candidate */
  candidateLook: Look.nullable(),
  /** Looks before the track was confirmed */
  waiting: z.array(Look),
  trail: Trail,
  ordinal: z.number().int().nonnegative(),
  /** Clock of the last look */
  seenAt: z.number(),
  /** Last label by vote */
  label: Look.shape.label,
});
type TrackMemory = z.infer<typeof TrackMemory>;

export const LineCounterCheckpoint = z.object({
  lineId: z.string(),
  revision: z.number().int(),
  timeLine: TimeLineState,
  tracks: z.array(z.tuple([z.number().int(), TrackMemory])),
});
export type LineCounterCheckpoint = z.infer<typeof LineCounterCheckpoint>;

/** The frame that the tracks are from. */
export interface FrameTime {
  /** Camera's own time line */
  readonly seconds: number;
  readonly frameSeq: number;
}

export interface LineCounter {
  /**
   * Tracks as of one frame → crossings that are decided by it, in the order of track ids. Call it for every frame, with tracks
   * or without, since a candidate of a track that ended is decided by time.
   */
  update(tracks: readonly Track[], at: FrameTime): LineCrossing[];
  /** All state as plain JSON. */
  checkpoint(): LineCounterCheckpoint;
  /** Goes on from a checkpoint of the same line and revision; another one's is ignored. Throws a ZodError when it is none. */
  restore(checkpoint: unknown): void;
}

/** Without a look for so long, a standing candidate counts. */
const endedSeconds = 1;
/** Memory of a track that the tracker no longer lists is kept for so long. */
const forgetSeconds = Math.max(handOverSeconds, endedSeconds) + 0.5;
/** The usual frames per second until they are learned; only steps back in time need them. */
const startFps = 10;

/** Makes a counter for one revision of a line. Pure: the same tracks and times give the same crossings. */
export function createLineCounter(line: Line, picture: Size): LineCounter {
  const polyline = toPolyline(line.points, picture);
  const counted = new Set(line.labels);
  let timeLine = startTimeLine(startFps);
  let memories = new Map<number, TrackMemory>();

  const look = (track: Track, at: FrameTime): Look => ({
    label: track.label,
    atSeconds: at.seconds,
    frameSeq: at.frameSeq,
    score: track.score,
    point: anchorOf(track.box, line.anchor),
    box: { ...track.box },
    clock: timeLine.clock,
  });

  const toCrossing = (
    trackId: number,
    memory: TrackMemory,
    change: { readonly look: Look; readonly to: Side },
  ): LineCrossing => ({
    lineId: line.id,
    lineRevision: line.revision,
    trackId,
    ordinal: memory.ordinal,
    direction: change.to > 0 ? 'in' : 'out',
    label: memory.label,
    atSeconds: change.look.atSeconds,
    frameSeq: change.look.frameSeq,
    score: change.look.score,
    point: change.look.point,
    box: change.look.box,
  });

  /** Takes in one look of a confirmed track. */
  const observe = (trackId: number, memory: TrackMemory, now: Look): LineCrossing[] => {
    const place = locate(polyline, {
      x: now.point.x * picture.width,
      y: now.point.y * picture.height,
    });
    const sight = { ...place, clock: now.clock, band: bandPx(now.box, picture) };
    if (memory.side === null) {
      memory.side = startSide(sight);
      return [];
    }
    const change = stepSide(memory.side, sight);
    memory.side = change.next;
    if (change.isNewCandidate) memory.candidateLook = now;
    return settle(trackId, memory, change);
  };

  const settle = (
    trackId: number,
    memory: TrackMemory,
    change: { readonly settledTo: Side | null; readonly counts: boolean },
  ): LineCrossing[] => {
    const first = memory.candidateLook;
    if (memory.side?.candidate === null) memory.candidateLook = null;
    if (change.settledTo === null || first === null || !change.counts) return [];
    if (counted.size > 0 && !counted.has(memory.label)) return [];
    const crossing = toCrossing(trackId, memory, { look: first, to: change.settledTo });
    memory.ordinal += 1;
    return [crossing];
  };

  /** Gives a newborn the history of the lost track that it continues. */
  const inherit = (memory: TrackMemory, birth: Look): void => {
    const lost = [...memories].filter(
      ([, other]) => other.side !== null && other.seenAt < birth.clock && other !== memory,
    );
    const newborn = trailPoint(birth, picture);
    const from = findPredecessor(
      newborn,
      lost.map(([id, other]) => [id, other.trail] as const),
    );
    const predecessor = from === null ? undefined : memories.get(from);
    if (predecessor === undefined) return;
    memory.side = predecessor.side;
    memory.candidateLook = predecessor.candidateLook;
    // Should the lost track come back, its object is another one: it starts anew.
    predecessor.side = null;
    predecessor.candidateLook = null;
    predecessor.trail = [];
  };

  const see = (track: Track, at: FrameTime): LineCrossing[] => {
    const now = look(track, at);
    const memory = memories.get(track.trackId) ?? newMemory(now);
    memories.set(track.trackId, memory);
    memory.seenAt = now.clock;
    memory.label = track.label;
    memory.trail = extendTrail(memory.trail, trailPoint(now, picture));
    if (!track.isConfirmed) {
      memory.waiting.push(now);
      return [];
    }
    const looks = [...memory.waiting, now];
    memory.waiting = [];
    const birth = looks[0];
    if (memory.side === null && birth !== undefined) inherit(memory, birth);
    return looks.flatMap((each) => observe(track.trackId, memory, each));
  };

  /** Decides what is left of tracks that are not seen any more, and forgets them in the end. */
  const endUnseen = (listed: ReadonlySet<number>): LineCrossing[] => {
    const crossings: LineCrossing[] = [];
    for (const [trackId, memory] of memories) {
      const unseen = timeLine.clock - memory.seenAt;
      if (unseen >= endedSeconds && memory.side !== null && memory.side.candidate !== null) {
        const change = settleCandidate(memory.side);
        memory.side = change.next;
        crossings.push(...settle(trackId, memory, change));
      }
      if (unseen > forgetSeconds && !listed.has(trackId)) memories.delete(trackId);
    }
    return crossings;
  };

  return {
    update(tracks, at) {
      timeLine = stepTimeLine(timeLine, at.seconds).next;
      const seen = tracks.filter((track) => track.unseenSeconds === 0);
      // First the looks of tracks that are known, so that a newborn can only follow one that is truly lost.
      const known = seen.filter((track) => (memories.get(track.trackId)?.side ?? null) !== null);
      const others = seen.filter((track) => !known.includes(track));
      const crossings = [...known, ...others].flatMap((track) => see(track, at));
      const ended = endUnseen(new Set(tracks.map((track) => track.trackId)));
      return [...crossings, ...ended].sort(
        (a, b) => a.trackId - b.trackId || a.ordinal - b.ordinal,
      );
    },
    checkpoint: () =>
      structuredClone({
        lineId: line.id,
        revision: line.revision,
        timeLine,
        tracks: [...memories],
      }),
    restore(checkpoint) {
      const parsed = LineCounterCheckpoint.parse(checkpoint);
      if (parsed.lineId !== line.id || parsed.revision !== line.revision) return;
      timeLine = parsed.timeLine;
      memories = new Map(parsed.tracks);
    },
  };
}

function newMemory(birth: Look): TrackMemory {
  return {
    side: null,
    candidateLook: null,
    waiting: [],
    trail: [],
    ordinal: 0,
    seenAt: birth.clock,
    label: birth.label,
  };
}

function trailPoint(look: Look, picture: Size): Trail[number] {
  return {
    clock: look.clock,
    x: (look.box.x + look.box.width / 2) * picture.width,
    y: (look.box.y + look.box.height / 2) * picture.height,
    width: look.box.width * picture.width,
    height: look.box.height * picture.height,
  };
}
