/**
 * Counts tracks that change side of a line.
 *
 *        in ↑
 *   a ───────────▶ b        seen from a to b, left is "in"
 *        out ↓
 */
import { z } from 'zod';
import type { Line, LineCrossing } from '#contract/counting.ts';
import { Label, type Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { bandPx } from './anchor.ts';
import { locate, toPolyline } from './polyline.ts';
import { settleCandidate, SideState, startSide, stepSide, type Side } from './side-rule.ts';
import { bookOf, createTrackBook, Look, type FrameTime } from './track-book.ts';

export type { FrameTime } from './track-book.ts';

const LineNote = z.object({
  /** Null until the track is confirmed */
  side: SideState.nullable(),
  /** The first look beyond the band of the standing candidate */
  candidateLook: Look.nullable(),
  /** Number of the next crossing */
  ordinal: z.number().int().nonnegative(),
  /** Last label by vote */
  label: Label,
});
type LineNote = z.infer<typeof LineNote>;

export const LineCounterCheckpoint = bookOf(LineNote).extend({
  lineId: z.string(),
  revision: z.number().int(),
});
export type LineCounterCheckpoint = z.infer<typeof LineCounterCheckpoint>;

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

/** Makes a counter for one revision of a line. Pure: the same tracks and times give the same crossings. */
export function createLineCounter(line: Line, picture: Size): LineCounter {
  const polyline = toPolyline(line.points, picture);
  const counted = new Set(line.labels);
  const book = createTrackBook<LineNote>({
    anchor: line.anchor,
    picture,
    blank: () => ({ side: null, candidateLook: null, ordinal: 0, label: 'other' }),
    isBlank: (note) => note.side === null,
    handOver(from, to) {
      to.side = from.side;
      to.candidateLook = from.candidateLook;
      from.side = null;
      from.candidateLook = null;
    },
  });

  /** Takes in one look of a confirmed track. */
  const observe = (trackId: number, note: LineNote, look: Look): LineCrossing[] => {
    note.label = look.label;
    const place = locate(polyline, {
      x: look.point.x * picture.width,
      y: look.point.y * picture.height,
    });
    const band = bandPx(look.box, picture, place.level);
    const sight = { ...place, clock: look.clock, band };
    if (note.side === null) {
      note.side = startSide(sight);
      return [];
    }
    const change = stepSide(note.side, sight);
    note.side = change.next;
    if (change.isNewCandidate) note.candidateLook = look;
    return settle(trackId, note, change);
  };

  const settle = (
    trackId: number,
    note: LineNote,
    change: { readonly settledTo: Side | null; readonly counts: boolean },
  ): LineCrossing[] => {
    const first = note.candidateLook;
    if (note.side?.candidate === null) note.candidateLook = null;
    if (change.settledTo === null || first === null || !change.counts) return [];
    if (counted.size > 0 && !counted.has(note.label)) return [];
    if (first.box.height < (line.minHeight ?? 0)) return [];
    const crossing: LineCrossing = {
      lineId: line.id,
      lineRevision: line.revision,
      trackId,
      ordinal: note.ordinal,
      direction: change.settledTo > 0 ? 'in' : 'out',
      label: note.label,
      atSeconds: first.atSeconds,
      frameSeq: first.frameSeq,
      score: first.score,
      point: first.point,
      box: first.box,
    };
    note.ordinal += 1;
    return [crossing];
  };

  return {
    update(tracks, at) {
      const { seen, absent } = book.turn(tracks, at);
      const crossed = seen.flatMap(({ trackId, note, looks }) =>
        looks.flatMap((look) => observe(trackId, note, look)),
      );
      const ended = absent.flatMap(({ trackId, note, unseenSeconds }) => {
        if (unseenSeconds < endedSeconds || note.side === null) return [];
        const change = settleCandidate(note.side);
        note.side = change.next;
        return settle(trackId, note, change);
      });
      return [...crossed, ...ended].sort((a, b) => a.trackId - b.trackId || a.ordinal - b.ordinal);
    },
    checkpoint: () => ({ ...book.checkpoint(), lineId: line.id, revision: line.revision }),
    restore(checkpoint) {
      const parsed = LineCounterCheckpoint.parse(checkpoint);
      if (parsed.lineId === line.id && parsed.revision === line.revision) book.restore(parsed);
    },
  };
}
