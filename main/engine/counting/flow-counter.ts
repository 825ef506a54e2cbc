/**
 * Tells which tracks went from one place to another: a zone or line A, then a zone or line B, within a limit of time.
 */
import { z } from 'zod';
import type { LineCrossing } from '#contract/counting.ts';
import type { Label, Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { ZoneChange } from '#contract/zone.ts';
import type { Flow, FlowEnd, TrackPassage } from '#contract/flow.ts';
import { bookOf, createTrackBook, type FrameTime } from './track-book.ts';

const FlowNote = z.object({
  isSeen: z.boolean(),
  /** When it last passed A, seconds of the camera's time line */
  fromSeconds: z.number().nullable(),
  /** Number of the next passage */
  ordinal: z.number().int().nonnegative(),
});
type FlowNote = z.infer<typeof FlowNote>;

export const FlowCounterCheckpoint = bookOf(FlowNote).extend({
  flowId: z.string(),
  revision: z.number().int(),
});
export type FlowCounterCheckpoint = z.infer<typeof FlowCounterCheckpoint>;

/** What one frame brought. */
export interface FlowFrame {
  readonly tracks: readonly Track[];
  readonly crossings: readonly LineCrossing[];
  readonly zoneChanges: readonly ZoneChange[];
}

export interface FlowCounter {
  /** What lines and zones said of one frame → passages that are complete with it, in the order of time. */
  update(frame: FlowFrame, at: FrameTime): TrackPassage[];
  /** All state as plain JSON. */
  checkpoint(): FlowCounterCheckpoint;
  /** Goes on from a checkpoint of the same flow and revision; another one's is ignored. Throws a ZodError when it is none. */
  restore(checkpoint: unknown): void;
}

/** A place that was passed. */
interface Passing {
  readonly trackId: number;
  readonly label: Label;
  readonly atSeconds: number;
  readonly frameSeq: number;
  readonly isFrom: boolean;
  readonly isTo: boolean;
}

/** Makes a counter for one revision of a flow. It follows broken identities as lines and zones do. */
export function createFlowCounter(flow: Flow, picture: Size): FlowCounter {
  const book = createTrackBook<FlowNote>({
    anchor: 'bottom',
    picture,
    blank: () => ({ isSeen: false, fromSeconds: null, ordinal: 0 }),
    isBlank: (note) => !note.isSeen,
    handOver(from, to) {
      to.fromSeconds = from.fromSeconds;
      from.fromSeconds = null;
      from.isSeen = false;
    },
  });

  const pass = (passing: Passing): TrackPassage[] => {
    const note = book.noteOf(passing.trackId);
    if (note === undefined) return [];
    const { fromSeconds } = note;
    const elapsed = fromSeconds === null ? Infinity : passing.atSeconds - fromSeconds;
    const isThrough = passing.isTo && elapsed >= 0 && elapsed <= flow.maxSeconds;
    if (passing.isTo) note.fromSeconds = null;
    if (passing.isFrom) note.fromSeconds = passing.atSeconds;
    if (!isThrough || fromSeconds === null) return [];
    note.ordinal += 1;
    return [
      {
        flowId: flow.id,
        flowRevision: flow.revision,
        trackId: passing.trackId,
        ordinal: note.ordinal - 1,
        label: passing.label,
        fromSeconds,
        toSeconds: passing.atSeconds,
        frameSeq: passing.frameSeq,
      },
    ];
  };

  return {
    update(frame, at) {
      for (const { note } of book.turn(frame.tracks, at).seen) note.isSeen = true;
      return passingsOf(flow, frame).flatMap(pass);
    },
    checkpoint: () => ({ ...book.checkpoint(), flowId: flow.id, revision: flow.revision }),
    restore(checkpoint) {
      const parsed = FlowCounterCheckpoint.parse(checkpoint);
      if (parsed.flowId === flow.id && parsed.revision === flow.revision) book.restore(parsed);
    },
  };
}

/** What happened at either end, oldest first. */
function passingsOf(flow: Flow, frame: FlowFrame): Passing[] {
  const atLines = frame.crossings.map((crossing) => ({
    ...crossing,
    isFrom: isAtLine(flow.from, crossing),
    isTo: isAtLine(flow.to, crossing),
  }));
  const atZones = frame.zoneChanges.map((change) => ({
    ...change,
    isFrom: isAtZone(flow.from, change),
    isTo: isAtZone(flow.to, change),
  }));
  return [...atLines, ...atZones]
    .filter((passing) => passing.isFrom || passing.isTo)
    .sort((a, b) => a.atSeconds - b.atSeconds || a.trackId - b.trackId);
}

function isAtLine(end: FlowEnd, crossing: LineCrossing): boolean {
  if (end.on !== 'line' || end.lineId !== crossing.lineId) return false;
  return end.direction === null || end.direction === crossing.direction;
}

function isAtZone(end: FlowEnd, change: ZoneChange): boolean {
  return end.on === 'zone' && end.zoneId === change.zoneId && end.kind === change.kind;
}
