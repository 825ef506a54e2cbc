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
import { momentSeconds } from '#engine/base/time-line.ts';
import { bandPx } from './anchor.ts';
import { locate, toPolyline } from './polyline.ts';
import {
  settleCandidate,
  SideState,
  startSide,
  stepSide,
  type Side,
  type SideChange,
  type Sight,
} from './side-rule.ts';
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

/** What one look, or the end of a track, did to the rule: for receipts and near misses, which must not have a rule of their own. */
export interface LineStep {
  readonly trackId: number;
  /** Null when the track ended and its candidate was decided by time */
  readonly look: Look | null;
  /** Signed distance of the anchor and width of the band, px; place along the line as a share of its length */
  readonly sight: Sight | null;
  /** Null at the first look */
  readonly before: SideState | null;
  readonly after: SideState;
  /** The side settled now … */
  readonly settledTo: Side | null;
  /** … on the drawn part of the line, by an object that has moved far enough */
  readonly counts: boolean;
  /** The candidate that was settled now */
  readonly decided: SideState['candidate'];
  readonly crossing: LineCrossing | null;
  /** The lost track whose side this newborn took over, at its first look */
  readonly inheritedFrom: number | null;
}

/** Without a look for so long, a standing candidate counts. */
export const endedSeconds = 1;

/**
 * Makes a counter for one revision of a line. Pure: the same tracks and times give the same crossings.
 * @param watch is told of every step of the rule
 */
export function createLineCounter(
  line: Line,
  picture: Size,
  watch?: (step: LineStep) => void,
): LineCounter {
  const owners = new WeakMap<LineNote, number>();
  const heirs = new WeakMap<LineNote, number>();
  const polyline = toPolyline(line.points, picture);
  const counted = new Set(line.labels);
  const book = createTrackBook<LineNote>({
    anchor: line.anchor,
    picture,
    blank: () => ({ side: null, candidateLook: null, ordinal: 0, label: 'other' }),
    isBlank: (note) => note.side === null,
    handOver(from, to) {
      heirs.set(to, owners.get(from) ?? -1);
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
    const before = note.side;
    if (before === null) {
      note.side = startSide(sight);
      tell({ trackId, note, look, sight, before, change: null, crossings: [] });
      return [];
    }
    const change = stepSide(before, sight);
    note.side = change.next;
    if (change.isNewCandidate) note.candidateLook = look;
    const crossings = settle(trackId, note, change);
    tell({ trackId, note, look, sight, before, change, crossings });
    return crossings;
  };

  const tell = (step: {
    readonly trackId: number;
    readonly note: LineNote;
    readonly look: Look | null;
    readonly sight: Sight | null;
    readonly before: SideState | null;
    readonly change: SideChange | null;
    readonly crossings: readonly LineCrossing[];
  }): void => {
    const { trackId, note, look, sight, before, change } = step;
    if (watch === undefined || note.side === null) return;
    watch({
      trackId,
      look,
      sight,
      before,
      after: note.side,
      settledTo: change?.settledTo ?? null,
      counts: change?.counts ?? false,
      decided: change?.decided ?? null,
      crossing: step.crossings[0] ?? null,
      inheritedFrom: owners.has(note) ? null : (heirs.get(note) ?? null),
    });
    owners.set(note, trackId);
  };

  const settle = (
    trackId: number,
    note: LineNote,
    change: Pick<SideChange, 'settledTo' | 'counts'>,
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
      const crossings: LineCrossing[] = [];
      for (const { trackId, note, looks } of seen) {
        for (const look of looks) crossings.push(...observe(trackId, note, look));
      }
      for (const { trackId, note, unseenSeconds } of absent) {
        if (unseenSeconds < endedSeconds - momentSeconds || note.side === null) continue;
        const before = note.side;
        const change = settleCandidate(before);
        note.side = change.next;
        const settled = settle(trackId, note, change);
        if (change.settledTo !== null) {
          tell({ trackId, note, look: null, sight: null, before, change, crossings: settled });
        }
        crossings.push(...settled);
      }
      return crossings.sort((a, b) => a.trackId - b.trackId || a.ordinal - b.ordinal);
    },
    checkpoint: () => ({ ...book.checkpoint(), lineId: line.id, revision: line.revision }),
    restore(checkpoint) {
      const parsed = LineCounterCheckpoint.parse(checkpoint);
      if (parsed.lineId === line.id && parsed.revision === line.revision) book.restore(parsed);
    },
  };
}
