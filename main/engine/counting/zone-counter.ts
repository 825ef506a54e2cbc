/**
 * Tells who enters and leaves a zone, who is inside, and for how long.
 *
 *   occupancy = tracks that have settled inside; a lost one stays until nobody can take it over any more
 */
import { z } from 'zod';
import { Label, type Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { Zone, ZoneChange, ZoneOccupancy } from '#contract/zone.ts';
import { bandPx } from './anchor.ts';
import { depthOf, toPolygon } from './polygon.ts';
import { endStay, StayState, stepStay, type StayEvent } from './stay-rule.ts';
import { bookOf, createTrackBook, type FrameTime, type Look } from './track-book.ts';

const ZoneNote = z.object({
  /** Null until the track is confirmed */
  state: StayState.nullable(),
  /** Number of the next event */
  ordinal: z.number().int().nonnegative(),
  /** Last label by vote */
  label: Label,
});
type ZoneNote = z.infer<typeof ZoneNote>;

export const ZoneCounterCheckpoint = bookOf(ZoneNote).extend({
  zoneId: z.string(),
  revision: z.number().int(),
});
export type ZoneCounterCheckpoint = z.infer<typeof ZoneCounterCheckpoint>;

export interface ZoneCounter {
  /** Tracks as of one frame → what it decided, in the order of track ids. Call it for every frame, with tracks or without. */
  update(tracks: readonly Track[], at: FrameTime): ZoneChange[];
  /** Who is inside as of the last frame */
  occupancy(): ZoneOccupancy;
  /** All state as plain JSON. */
  checkpoint(): ZoneCounterCheckpoint;
  /** Goes on from a checkpoint of the same zone and revision; another one's is ignored. Throws a ZodError when it is none. */
  restore(checkpoint: unknown): void;
}

/** Without a look for so long, somebody who was last seen outside has left. */
const endedSeconds = 1;

/** Makes a counter for one revision of a zone. Pure: the same tracks and times give the same events. */
export function createZoneCounter(zone: Zone, picture: Size): ZoneCounter {
  const polygon = toPolygon(zone.points, picture);
  const counted = new Set(zone.labels);
  const isCounted = (note: ZoneNote): boolean => counted.size === 0 || counted.has(note.label);
  const book = createTrackBook<ZoneNote>({
    anchor: zone.anchor,
    picture,
    blank: () => ({ state: null, ordinal: 0, label: 'other' }),
    isBlank: (note) => note.state === null,
    handOver(from, to) {
      to.state = from.state;
      from.state = null;
    },
  });

  const observe = (trackId: number, note: ZoneNote, look: Look): ZoneChange[] => {
    note.label = look.label;
    const point = { x: look.point.x * picture.width, y: look.point.y * picture.height };
    const sight = { look, depth: depthOf(polygon, point), band: bandPx(look.box, picture, 0) };
    const step = stepStay(note.state, sight, zone);
    note.state = step.next;
    return tell(trackId, note, step.events);
  };

  const tell = (trackId: number, note: ZoneNote, events: readonly StayEvent[]): ZoneChange[] =>
    events.flatMap(({ kind, look, isSeenPassing, dwellSeconds }) => {
      if (!isCounted(note)) return [];
      const change: ZoneChange = {
        zoneId: zone.id,
        zoneRevision: zone.revision,
        trackId,
        ordinal: note.ordinal,
        kind,
        isSeenPassing,
        label: note.label,
        atSeconds: look.atSeconds,
        frameSeq: look.frameSeq,
        dwellSeconds,
        score: look.score,
        point: look.point,
        box: look.box,
      };
      note.ordinal += 1;
      return [change];
    });

  return {
    update(tracks, at) {
      const { seen, absent } = book.turn(tracks, at);
      const changes = seen.flatMap(({ trackId, note, looks }) =>
        looks.flatMap((look) => observe(trackId, note, look)),
      );
      const ended = absent.flatMap(({ trackId, note, unseenSeconds, isOver }) => {
        const isOutside = note.state?.candidate != null && unseenSeconds >= endedSeconds;
        if (note.state === null || (!isOver && !isOutside)) return [];
        const end = endStay(note.state);
        note.state = end.next;
        return tell(trackId, note, end.events);
      });
      return [...changes, ...ended].sort((a, b) => a.trackId - b.trackId || a.ordinal - b.ordinal);
    },
    occupancy() {
      const inside = book.notes().filter((note) => note.state?.stay != null && isCounted(note));
      const byLabel: ZoneOccupancy['byLabel'] = {};
      for (const note of inside) byLabel[note.label] = (byLabel[note.label] ?? 0) + 1;
      const dwells = inside.map((note) => note.state?.stay?.dwellSeconds ?? 0);
      return {
        zoneId: zone.id,
        count: inside.length,
        byLabel,
        longestDwellSeconds: Math.max(0, ...dwells),
      };
    },
    checkpoint: () => ({ ...book.checkpoint(), zoneId: zone.id, revision: zone.revision }),
    restore(checkpoint) {
      const parsed = ZoneCounterCheckpoint.parse(checkpoint);
      if (parsed.zoneId === zone.id && parsed.revision === zone.revision) book.restore(parsed);
    },
  };
}
