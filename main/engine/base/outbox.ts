/**
 * What a station tells the central database of many stations: rows with a sequence that only grows. `sequence` is the id of a
 * row of the ledger, or the number of the last change of what can change.
 */
import type { Alert } from '#contract/alert.ts';
import type { CameraId } from '#contract/camera.ts';
import type { Direction, LineId } from '#contract/counting.ts';
import type { ZoneId } from '#contract/zone.ts';

export const outboxKinds = ['crossings', 'zoneEvents', 'coverage', 'alerts'] as const;
export type OutboxKind = (typeof outboxKinds)[number];

/** What crossings and zone events have in common. `at` is Unix time in ms. */
interface LedgerFact {
  readonly sequence: number;
  readonly cameraId: CameraId;
  readonly revision: number;
  readonly cameraEpoch: number;
  readonly trackId: number;
  readonly ordinal: number;
  readonly label: string;
  readonly at: number;
  readonly score: number;
  readonly modelDigest: string;
  readonly configDigest: string;
}

export interface OutboxCrossing extends LedgerFact {
  readonly lineId: LineId;
  readonly direction: Direction;
}

export interface OutboxZoneEvent extends LedgerFact {
  readonly zoneId: ZoneId;
  readonly kind: 'enter' | 'leave' | 'loiter';
  readonly dwellSeconds: number;
}

/** Observed time of a camera, Unix ms. */
export interface OutboxSpan {
  readonly sequence: number;
  readonly cameraId: CameraId;
  readonly from: number;
  /** null when nothing was observed from there on after all, or another span has it now */
  readonly to: number | null;
}

export interface OutboxAlert {
  readonly sequence: number;
  readonly alert: Alert;
}

export interface OutboxRows {
  readonly crossings: OutboxCrossing;
  readonly zoneEvents: OutboxZoneEvent;
  readonly coverage: OutboxSpan;
  readonly alerts: OutboxAlert;
}

/** The sequence of the newest row of each kind; 0 when there is none. */
export type OutboxEnds = Readonly<Record<OutboxKind, number>>;

/** Reads what comes after a sequence, in its order, at most `limit`. */
export interface OutboxReader {
  ends(): Promise<OutboxEnds>;
  page<K extends OutboxKind>(
    kind: K,
    range: { readonly after: number; readonly limit: number },
  ): Promise<OutboxRows[K][]>;
}
