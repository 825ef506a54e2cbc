/**
 * What goes into the store and comes out of it, where the contract has no word for it.
 */
import { z } from 'zod';
import type { Alert, AlertMetric, AlertSeverity, AlertState } from '#contract/alert.ts';
import type { ExperimentAnswer, ExperimentStretch } from '#contract/experiment-event.ts';
import type { ChannelDefinition, Notification } from '#contract/notification.ts';
import type { BlindMark, ClipVerdicts } from '#contract/blind-count.ts';
import { CameraId, type CameraSettings } from '#contract/camera.ts';
import { CountingSetup } from '#contract/certificate.ts';
import {
  type Bucket,
  Checkpoint,
  Crossing,
  type Direction,
  Line,
  type Tally,
} from '#contract/counting.ts';
import { GapCause, TimeSpan } from '#contract/coverage.ts';
import type { ErrorBody } from '#contract/error.ts';
import { type Flow, FlowPassage } from '#contract/flow.ts';
import type { Model, ModelFile, ModelLineage } from '#contract/model.ts';
import type { Label } from '#contract/detection.ts';
import type { AliasCause } from '#contract/registry.ts';
import type { LabelSums, ReportSubject } from '#contract/report.ts';
import type { DataKind } from '#contract/retention.ts';
import type { SecretPlace } from '#contract/secrets.ts';
import type { LoggedCorrection } from '#contract/site-occupancy.ts';
import { type Zone, ZoneEvent } from '#contract/zone.ts';

/** A line to be saved; the store gives the revision. */
export const LineDefinition = Line.omit({ revision: true });
export type LineDefinition = z.infer<typeof LineDefinition>;

/** A zone to be saved; the store gives the revision. */
export type ZoneDefinition = Omit<Zone, 'revision'>;

/** A flow to be saved; the store gives the revision. */
export type FlowDefinition = Omit<Flow, 'revision'>;

/** One stored revision of a line. Times are Unix times in ms. */
export interface LineRevision {
  readonly line: Line;
  readonly createdAt: number;
  /** Set on the newest revision when the line was removed */
  readonly removedAt: number | null;
}

/** A crossing on its way into the ledger. Camera and epoch are those of its frame. */
export const NewCrossing = Crossing.omit({ id: true, cameraId: true, trackUid: true }).extend({
  /** Number of the track within the epoch */
  trackId: z.number().int().nonnegative(),
});
export type NewCrossing = z.infer<typeof NewCrossing>;

/** A zone event on its way into the ledger. */
export const NewZoneEvent = ZoneEvent.omit({ id: true, cameraId: true, trackUid: true }).extend({
  trackId: z.number().int().nonnegative(),
});
export type NewZoneEvent = z.infer<typeof NewZoneEvent>;

/** A passage on its way into the ledger. */
export const NewFlowPassage = FlowPassage.omit({
  id: true,
  cameraId: true,
  trackUid: true,
}).extend({ trackId: z.number().int().nonnegative() });
export type NewFlowPassage = z.infer<typeof NewFlowPassage>;

/** What was added to the ledger. */
export interface LedgerRows {
  readonly crossings: readonly Crossing[];
  readonly zoneEvents: readonly ZoneEvent[];
  readonly passages: readonly FlowPassage[];
}

/**
 * What one camera has to write: its crossings, zone events and passages, and the state of tracker and counters after the frame that made them.
 * Without crossings it is a checkpoint alone (one each second).
 */
export const FrameRecord = z
  .object({
    cameraId: CameraId,
    crossings: z.array(NewCrossing),
    zoneEvents: z.array(NewZoneEvent).optional(),
    passages: z.array(NewFlowPassage).optional(),
    checkpoint: Checkpoint,
    /**
     * Time analysed since the last record of this camera, null when none. Spans that touch are joined, spans that do
     * not leave a gap between them: pass the end of the last span as `from` as long as no frame was missed.
     */
    observed: TimeSpan.nullable(),
    /** The model that saw the frame; left out where none did */
    modelDigest: z.string().optional(),
  })
  .refine((record) => record.checkpoint.cameraId === record.cameraId, {
    path: ['checkpoint', 'cameraId'],
    message: 'must be the camera of the frame',
  })
  .refine((record) => record.observed === null || record.observed.from <= record.observed.to, {
    path: ['observed'],
    message: 'must not end before it starts',
  });
export type FrameRecord = z.infer<typeof FrameRecord>;

/** A crossing that waits in the spool until the database can be written again: durable, without a row id yet. */
export type PendingCrossing = Omit<Crossing, 'id'>;

/** What became of one frame record. It is durable in every case but `fenced`. */
export type Recorded =
  /** In the ledger. `doubles` rows were there before and are not among `rows`, the crossings, nor among the others. */
  | {
      readonly state: 'written';
      readonly rows: readonly Crossing[];
      readonly zoneEvents: readonly ZoneEvent[];
      readonly passages: readonly FlowPassage[];
      readonly doubles: number;
    }
  /** In the spool; the event `replayed` follows with the rows. `rows` are the crossings. */
  | { readonly state: 'pending'; readonly rows: readonly PendingCrossing[] }
  /** Nothing was written: a newer epoch of this camera has begun, so the sender is out of date */
  | { readonly state: 'fenced'; readonly epoch: number };

export interface CrossingQuery {
  readonly cameraId?: CameraId | undefined;
  readonly lineId?: string | undefined;
  /** Unix time in ms, inclusive */
  readonly from?: number | undefined;
  /** Unix time in ms, exclusive */
  readonly to?: number | undefined;
  /** Only rows older than this one, to page backwards */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Which zone events are wanted; times as in `CrossingQuery`. */
export interface ZoneEventQuery extends Omit<CrossingQuery, 'lineId'> {
  readonly zoneId?: string | undefined;
  readonly kind?: ZoneEvent['kind'] | undefined;
}

/** Which passages are wanted; times as in `CrossingQuery`. */
export interface FlowPassageQuery extends Omit<CrossingQuery, 'lineId'> {
  readonly flowId?: string | undefined;
}

export type FlowTallyQuery = Omit<TallyQuery, 'lineId'> & { readonly flowId?: string | undefined };

/** How many are on the site, as of a crossing. `state` is what the counter of the site gave. */
export interface SiteState {
  readonly lastCrossingId: number;
  readonly state: unknown;
}

export type NewCorrection = Omit<LoggedCorrection, 'id'>;

/** The next state of the site with the corrections that led to it: written together, or not at all. */
export interface SiteChange extends SiteState {
  readonly corrections: readonly NewCorrection[];
}

export interface CorrectionQuery {
  /** Only rows older than this one, to page backwards */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Crossings of some lines in the order in which they were written. */
export interface DoorQuery {
  readonly lineIds: readonly string[];
  readonly afterId: number;
  readonly limit: number;
}

export interface TallyQuery {
  /** Unix time in ms, inclusive */
  readonly from: number;
  /** Unix time in ms, exclusive */
  readonly to: number;
  readonly bucket: Bucket;
  /** IANA name of the time zone in which hours and days begin, for example `Asia/Kathmandu` */
  readonly timeZone: string;
  readonly cameraId?: CameraId | undefined;
  readonly lineId?: string | undefined;
}

/** A tally as the ledger has it; the interval is added by who knows the certificates. */
export type LedgerTally = Omit<Tally, 'low' | 'high' | 'basis' | 'auditedAt' | 'certificateId'>;

/** Which counts a report is made of. */
export interface ReportCountsQuery extends Omit<TallyQuery, 'lineId' | 'cameraId'> {
  readonly subject: ReportSubject;
  readonly dayStartHour: number;
  /** Cameras and ids that are wanted; undefined for all */
  readonly cameraIds?: readonly CameraId[] | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly labels?: readonly Label[] | undefined;
  readonly direction?: Direction | undefined;
  /** Whether the sums of each hour are wanted as well */
  readonly withHours: boolean;
  /** Most buckets, and most buckets of all lines together */
  readonly maxBuckets: number;
  readonly maxCells: number;
}

/** A number for each bucket. */
export interface PlaceSeries {
  readonly in: readonly number[];
  readonly out: readonly number[];
  readonly observedSeconds: readonly number[];
  readonly expectedSeconds: readonly number[];
}

/** One line or zone with a number for each bucket. */
export interface PlaceCounts extends PlaceSeries {
  readonly cameraId: CameraId;
  readonly id: string;
  readonly name: string;
  readonly isDrawn: boolean;
  readonly labels: readonly LabelSums[];
}

/** Counts by bucket: bucket i is from `edges[i]` to `edges[i + 1]`, Unix times in ms. */
export interface ReportCounts {
  readonly edges: readonly number[];
  /** By camera and id */
  readonly places: readonly PlaceCounts[];
  /** All places together by the hours of the clock; null unless asked for */
  readonly hours: (PlaceSeries & { readonly edges: readonly number[] }) | null;
}

/** Which rows of the ledger are wanted, oldest first; times as in `TallyQuery`. */
export interface RowsQuery {
  readonly from: number;
  readonly to: number;
  readonly cameraIds?: readonly CameraId[] | undefined;
  /** The last row that was read */
  readonly after: { readonly at: number; readonly id: number } | null;
  readonly limit: number;
}

/** A crossing as a report lists it. */
export interface LedgerRow {
  readonly id: number;
  readonly at: number;
  readonly cameraId: CameraId;
  readonly lineId: string;
  readonly lineRevision: number;
  readonly direction: string;
  readonly label: string;
  readonly score: number;
  readonly epoch: number;
  readonly trackId: number;
  readonly modelDigest: string;
  readonly configDigest: string;
}

/** With what a line was counted; the times are those of its first and last crossing, Unix times in ms. */
export interface LedgerSetup extends CountingSetup {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What a blind count was drawn from. */
export const BlindCountPlan = z.object({
  setup: CountingSetup,
  /** The line as it was then */
  line: Line,
  seed: z.number().int(),
  clipSeconds: z.number(),
  from: z.number().int(),
  to: z.number().int(),
  strata: z.array(
    z.object({
      hour: z.number().int(),
      density: z.enum(['none', 'few', 'many']),
      size: z.number().int(),
      drawn: z.number().int(),
    }),
  ),
});
export type BlindCountPlan = z.infer<typeof BlindCountPlan>;

/** A clip on its way into a blind count. Times are Unix times in ms. */
export interface NewClip {
  readonly from: number;
  readonly to: number;
  /** Place in the strata of the plan */
  readonly stratum: number;
  readonly inclusion: number;
}

export interface StoredClip extends NewClip {
  readonly position: number;
  /** null while open, or skipped */
  readonly marks: readonly BlindMark[] | null;
  readonly skipped: string | null;
  readonly doneAt: number | null;
  readonly doneBy: string | null;
  readonly verdicts: ClipVerdicts | null;
}

export interface NewBlindCount {
  readonly plan: BlindCountPlan;
  readonly drawnAt: number;
  readonly drawnBy: string;
  readonly clips: readonly NewClip[];
}

export interface StoredBlindCount extends NewBlindCount {
  readonly id: number;
  readonly clips: readonly StoredClip[];
  readonly certificateId: number | null;
}

/** A clip that was counted, or skipped with a reason. */
export interface ClipDone {
  readonly id: number;
  readonly position: number;
  readonly marks: readonly BlindMark[] | null;
  readonly skipped: string | null;
  readonly at: number;
  readonly by: string;
}

/** Of one camera, one line, or all. */
export interface LineQuery {
  readonly cameraId?: CameraId | undefined;
  readonly lineId?: string | undefined;
}

/** An alert that fired, and whether anybody was told that it does. */
export interface StoredAlert {
  readonly alert: Alert;
  readonly isTold: boolean;
}

export interface AlertQuery {
  readonly id?: string | undefined;
  readonly state?: AlertState | 'open' | undefined;
  readonly severity?: AlertSeverity | undefined;
  readonly metric?: AlertMetric | undefined;
  readonly ruleId?: string | undefined;
  readonly cameraId?: CameraId | undefined;
  /** Bad since then, Unix time in ms, inclusive */
  readonly from?: number | undefined;
  /** Exclusive */
  readonly to?: number | undefined;
  /** Only those that were resolved then or later, Unix time in ms */
  readonly endedSince?: number | undefined;
  readonly limit: number;
}

export interface CoverageQuery {
  /** Unix time in ms, inclusive */
  readonly from: number;
  /** Unix time in ms, exclusive */
  readonly to: number;
  readonly cameraId?: CameraId | undefined;
}

/** From `from` (Unix time in ms) on, nothing is observed. */
export const GapStart = z.object({
  cameraId: CameraId,
  cause: GapCause,
  from: z.number().int(),
});
export type GapStart = z.infer<typeof GapStart>;

/** Which segments of the recording ring are wanted; those that touch the range. */
export interface SegmentQuery {
  readonly cameraId?: CameraId | undefined;
  /** Unix time in ms, inclusive */
  readonly from?: number | undefined;
  /** Unix time in ms, exclusive */
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
  /** Whether somebody was counted then; null: not looked at yet. Left out, all are wanted */
  readonly hasEvent?: boolean | null | undefined;
}

/** Which segments are to be looked at for events; times are Unix times in ms. */
export interface SegmentReview {
  readonly cameraId: CameraId;
  /** Only files that end before this time: what happened then is written by now */
  readonly until: number;
  /** So much before and after an event belongs to it, ms */
  readonly preMs: number;
  readonly postMs: number;
}

/** What the ring holds of one camera; times are Unix times in ms. */
export interface SegmentUse {
  readonly cameraId: CameraId;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

/** A model version with the place of its file. */
export interface StoredModel extends Model {
  /** Absolute path of the ONNX file */
  readonly path: string;
}

/** A version on its way into the registry; without files it is the one file at `path`, without lineage of unknown origin. */
export type NewModel = Omit<
  StoredModel,
  'isChampion' | 'aliases' | 'tags' | 'files' | 'lineage'
> & {
  readonly files?: readonly ModelFile[];
  readonly lineage?: ModelLineage;
};

/** An alias on its way to another version. */
export interface AliasChange {
  readonly alias: 'champion' | 'challenger';
  /** null for the site */
  readonly cameraId: CameraId | null;
  /** null takes the alias away: the camera follows the site again, or nobody is challenger */
  readonly digest: string | null;
  readonly by: string;
  readonly cause: AliasCause;
  readonly reason: string;
  /** The rehearsal before it, or why there was none */
  readonly rehearsalId?: number | undefined;
  readonly skipReason?: string | undefined;
  /** Of the request that asked for it; none when the station did it by itself */
  readonly requestId?: string | undefined;
}

/** What the history tells of an alias; `at` is a Unix time in ms. */
export type AliasEvent = AliasChange & { readonly at: number };

/** When which model became the champion of the site. */
export interface Activation {
  readonly digest: string;
  /** Unix time in ms */
  readonly at: number;
}

export interface NewTag {
  readonly tag: string;
  readonly digest: string;
  readonly by: string;
}

/** Why a version must stay. */
export interface ModelUse {
  readonly digest: string;
  /** Crossings in the ledger name it */
  readonly isInLedger: boolean;
  /** It had an alias at some time */
  readonly isInHistory: boolean;
  /** Versions that were made of it */
  readonly children: readonly string[];
}

/** Whether the ledger can be written. `since` is a Unix time in ms. */
export type LedgerState =
  | { readonly state: 'writable' }
  | {
      /** Rows wait in the spool */
      readonly state: 'spooling';
      readonly since: number;
      readonly reason: ErrorBody;
      readonly waitingCrossings: number;
      /** Used share of the spool, 0…1; at 1 records are refused with RES_004 */
      readonly fill: number;
    };

/** What the store announces. */
export interface StoreEvents {
  /** What waited in the spool is now in the ledger */
  replayed: LedgerRows;
  /** The ledger became writable, stopped being so, or is not so for another reason */
  ledger: LedgerState;
}

/** A channel of notifications as it is kept; `secret` is sealed text. */
export interface StoredChannel {
  readonly definition: ChannelDefinition;
  readonly secret: string | null;
  /** How many were dropped because too many waited */
  readonly dropped: number;
}

export interface NewNotification extends Pick<
  Notification,
  'channelId' | 'alertId' | 'phase' | 'severity' | 'metric' | 'cameraId' | 'key' | 'createdAt'
> {
  /** The whole notice as JSON */
  readonly notice: string;
}

export interface WaitingNotification extends Notification {
  /** The whole notice as JSON */
  readonly notice: string;
}

/** What came of a try, or of none (`isTried` false) where its time was over. */
export interface NotificationTry extends Pick<
  Notification,
  'id' | 'key' | 'state' | 'nextTryAt' | 'doneAt' | 'error'
> {
  readonly isTried: boolean;
}

/** Settings of a camera as they are kept: where `sealedSource` has the whole address, `source` shows no password. */
export interface StoredCamera extends CameraSettings {
  readonly sealedSource?: string;
}

/** A secret as it lies in the database. */
export interface StoredSecret {
  readonly place: SecretPlace;
  readonly id: string;
  readonly text: string;
}

export interface SecretChange extends Omit<StoredSecret, 'text'> {
  /** Left alone when it is no longer this */
  readonly before: string;
  readonly sealed: string;
  /** New address of a camera, without its passwords; null leaves it */
  readonly shown: string | null;
}

/** Kinds of data that lie in the database, or have their index there. */
export type StoredKind = Exclude<DataKind, 'clips' | 'answers' | 'logs' | 'downloads' | 'backups'>;

export interface AmountQuery {
  readonly kind: StoredKind;
  /** Only what ended before this Unix time in ms; for kinds that are kept for some days */
  readonly beforeMs?: number;
}

export interface StoredAmount {
  readonly rows: number;
  /** null where it is not measured */
  readonly bytes: number | null;
  readonly oldestAt: number | null;
}

/** Removes up to `limit` of the oldest that ended before a time. */
export interface PruneStep {
  readonly beforeMs: number;
  readonly limit: number;
}

/** What both arms of an experiment did on one stretch of pictures. */
export interface NewStretch {
  readonly experimentId: string;
  readonly stretch: ExperimentStretch;
}

/** A stretch that both arms have seen, Unix ms; of a clip ms from its beginning. */
export interface SeenStretch {
  readonly place: string;
  readonly from: number;
  readonly to: number;
  readonly framesA: number;
  readonly framesB: number;
}

/** What a person says about one event; null takes it back. */
export interface PairAnswer {
  readonly experimentId: string;
  readonly pairId: number;
  readonly answer: ExperimentAnswer | null;
  readonly by: string;
  readonly at: number;
}
