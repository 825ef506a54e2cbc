/**
 * What a counter keeps of each track, from its first look to its end: looks wait until the track is confirmed, and a newborn takes
 * over what is known of the lost track that it continues.
 */
import { z } from 'zod';
import { LineCrossing, type Anchor } from '#contract/counting.ts';
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import {
  momentSeconds,
  startTimeLine,
  stepTimeLine,
  TimeLineState,
} from '#engine/base/time-line.ts';
import { anchorOf } from './anchor.ts';
import {
  extendTrail,
  findPredecessor,
  handOverSeconds,
  Trail,
  type TrailPoint,
} from './hand-over.ts';

/** The frame that the tracks are from. */
export interface FrameTime {
  /** Camera's own time line */
  readonly seconds: number;
  readonly frameSeq: number;
}

/** One look at a track. */
export const Look = LineCrossing.pick({
  label: true,
  atSeconds: true,
  frameSeq: true,
  score: true,
  point: true,
  box: true,
}).extend({ clock: z.number() });
export type Look = z.infer<typeof Look>;

/** Schema of what is kept of one track, with the note of the counter. */
export const pageOf = <T extends z.ZodType>(note: T) =>
  z.object({
    /** Looks before the track was confirmed */
    waiting: z.array(Look),
    trail: Trail,
    /** Clock of the last look */
    seenAt: z.number(),
    /** What the counter itself knows */
    note,
  });

/** Schema of the checkpoint of a book. */
export const bookOf = <T extends z.ZodType>(note: T) =>
  z.object({ timeLine: TimeLineState, tracks: z.array(z.tuple([z.int(), pageOf(note)])) });

export interface Page<N> {
  waiting: Look[];
  trail: Trail;
  seenAt: number;
  note: N;
}

/** What a counter writes down of a track. */
export interface NoteRule<N> {
  readonly anchor: Anchor;
  readonly picture: Size;
  /** Of a track that was not looked at yet */
  blank(): N;
  isBlank(note: N): boolean;
  /** Gives a newborn what is known of the lost track that it continues; the lost one begins anew. */
  handOver(from: N, to: N): void;
}

/** Looks to decide on, oldest first: one, or at confirmation all since birth. */
export interface Sighting<N> {
  readonly trackId: number;
  readonly note: N;
  readonly looks: readonly Look[];
}

export interface Absence<N> {
  readonly trackId: number;
  readonly note: N;
  readonly unseenSeconds: number;
  /** The tracker has given it up and nobody can take it over any more: this is the last that is heard of it */
  readonly isOver: boolean;
}

export interface TrackBook<N> {
  /** Turns to the next frame. */
  turn(
    tracks: readonly Track[],
    at: FrameTime,
  ): { readonly seen: readonly Sighting<N>[]; readonly absent: readonly Absence<N>[] };
  /** Notes of all tracks that are remembered */
  notes(): N[];
  noteOf(trackId: number): N | undefined;
  checkpoint(): BookState<N>;
  restore(state: BookState<N>): void;
}

export interface BookState<N> {
  timeLine: TimeLineState;
  tracks: [number, Page<N>][];
}

/** Memory of a track that the tracker no longer lists is kept for so long. */
export const forgetSeconds = handOverSeconds + 0.5;
/** The usual frames per second until they are learned; only steps back in time need them. */
const startFps = 10;

/** An empty book. */
export function createTrackBook<N>(rule: NoteRule<N>): TrackBook<N> {
  let timeLine = startTimeLine(startFps);
  let pages = new Map<number, Page<N>>();

  const lookAt = (track: Track, at: FrameTime): Look => ({
    label: track.label,
    atSeconds: at.seconds,
    frameSeq: at.frameSeq,
    score: track.score,
    point: anchorOf(track.box, rule.anchor),
    box: { ...track.box },
    clock: timeLine.clock,
  });

  const inherit = (page: Page<N>, birth: Look): void => {
    const lost: (readonly [Page<N>, Trail])[] = [];
    for (const other of pages.values()) {
      if (!rule.isBlank(other.note) && other.seenAt < birth.clock) lost.push([other, other.trail]);
    }
    if (lost.length === 0) return;
    const from = findPredecessor(trailPoint(birth, rule.picture), lost);
    if (from === null) return;
    rule.handOver(from.note, page.note);
    // Should the lost track come back, its object is another one.
    from.trail = [];
  };

  const see = (track: Track, at: FrameTime): Sighting<N> | null => {
    const look = lookAt(track, at);
    let page = pages.get(track.trackId);
    if (page === undefined) {
      page = { waiting: [], trail: [], seenAt: look.clock, note: rule.blank() };
      pages.set(track.trackId, page);
    }
    page.seenAt = look.clock;
    page.trail = extendTrail(page.trail, trailPoint(look, rule.picture));
    page.waiting.push(look);
    const [birth] = page.waiting;
    if (!track.isConfirmed || birth === undefined) return null;
    const looks = page.waiting;
    page.waiting = [];
    if (rule.isBlank(page.note)) inherit(page, birth);
    return { trackId: track.trackId, note: page.note, looks };
  };

  const absentNow = (tracks: readonly Track[]): Absence<N>[] => {
    const absent: Absence<N>[] = [];
    for (const [trackId, page] of pages) {
      const unseenSeconds = timeLine.clock - page.seenAt;
      if (unseenSeconds === 0) continue;
      const isOver =
        unseenSeconds > forgetSeconds + momentSeconds &&
        !tracks.some((track) => track.trackId === trackId);
      if (isOver) pages.delete(trackId);
      absent.push({ trackId, note: page.note, unseenSeconds, isOver });
    }
    return absent;
  };

  const isKnown = ({ trackId }: Track): boolean => {
    const page = pages.get(trackId);
    return page !== undefined && !rule.isBlank(page.note);
  };

  return {
    turn(tracks, at) {
      timeLine = stepTimeLine(timeLine, at.seconds).next;
      const known: Track[] = [];
      const others: Track[] = [];
      for (const track of tracks) {
        if (track.unseenSeconds === 0) (isKnown(track) ? known : others).push(track);
      }
      // First those who are known, so that a newborn can only follow one that is truly lost.
      const seen: Sighting<N>[] = [];
      for (const track of [...known, ...others]) {
        const sighting = see(track, at);
        if (sighting !== null) seen.push(sighting);
      }
      return { seen, absent: absentNow(tracks) };
    },
    notes: () => [...pages.values()].map((page) => page.note),
    noteOf: (trackId) => pages.get(trackId)?.note,
    checkpoint: () => structuredClone({ timeLine, tracks: [...pages] }),
    restore(state) {
      timeLine = state.timeLine;
      pages = new Map(state.tracks);
    },
  };
}

function trailPoint(look: Look, picture: Size): TrailPoint {
  return {
    clock: look.clock,
    x: (look.box.x + look.box.width / 2) * picture.width,
    y: (look.box.y + look.box.height / 2) * picture.height,
    width: look.box.width * picture.width,
    height: look.box.height * picture.height,
  };
}
