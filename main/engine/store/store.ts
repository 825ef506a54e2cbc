/**
 * The store as the rest of the engine sees it: plain async functions by noun, behind them SQLite in threads of its own.
 *
 * Every function rejects with a StationError: SYS_002 when the database cannot be used, RES_004 when the disk is full,
 * SYS_001 when the store is closed, and what is named beside the function.
 */
import type { z } from 'zod';
import type { Session } from '#contract/account.ts';
import type { AlertRule } from '#contract/alert.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { ArmMinute, ExperimentPair } from '#contract/experiment-event.ts';
import type { ClipVerdicts } from '#contract/blind-count.ts';
import type { CameraId } from '#contract/camera.ts';
import type { Checkpoint, Crossing, Line, LineId, ModelBoundary } from '#contract/counting.ts';
import type { Rehearsal, RehearsalReport } from '#contract/rehearsal.ts';
import type { IssuedCertificate } from '#contract/certificate.ts';
import type { DrillReport } from '#contract/drill.ts';
import type { Coverage } from '#contract/coverage.ts';
import type { Flow, FlowId, FlowPassage, FlowTally } from '#contract/flow.ts';
import type { LoggedCorrection } from '#contract/site-occupancy.ts';
import type { Zone, ZoneEvent, ZoneId } from '#contract/zone.ts';
import type { MaskId, PrivacyMask } from '#contract/mask.ts';
import type { Notification, NotificationQuery } from '#contract/notification.ts';
import type { Segment } from '#contract/recording.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import type { OutboxReader } from '#engine/base/outbox.ts';
import type { StoredAccounts, StoredKey, StoredUser } from './accounts.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { AuditLog } from './audit-log.ts';
import type { ModelCrossingQuery, ModelCrossings } from './model-crossings.ts';
import type { RehearsalQuery } from './messages.ts';
import type { JobStore } from './job-records.ts';
import type { IncidentQuery, StoredIncident } from './incidents.ts';
import type {
  MetricRow,
  MetricRowQuery,
  ModelTime,
  NewMetrics,
  ServingRow,
  ServingRowQuery,
} from './metrics.ts';
import type { MeasuredHour, TrustHourQuery } from './trust-hours.ts';
import type { BoundaryQuery } from './model-boundaries.ts';
import type {
  Activation,
  AlertQuery,
  NewStretch,
  PairAnswer,
  SeenStretch,
  AmountQuery,
  CorrectionQuery,
  AliasChange,
  AliasEvent,
  CoverageQuery,
  CrossingQuery,
  DoorQuery,
  FlowDefinition,
  FlowPassageQuery,
  FlowTallyQuery,
  FrameRecord,
  GapStart,
  ClipDone,
  LedgerSetup,
  LedgerState,
  LedgerRow,
  LedgerTally,
  ReportCounts,
  ReportCountsQuery,
  RowsQuery,
  LineDefinition,
  LineQuery,
  LineRevision,
  ModelUse,
  NewBlindCount,
  NewModel,
  NewNotification,
  NewTag,
  NotificationTry,
  PruneStep,
  Recorded,
  SecretChange,
  SiteChange,
  SiteState,
  SegmentQuery,
  SegmentReview,
  SegmentUse,
  StoredAmount,
  StoredBlindCount,
  StoredCamera,
  StoredChannel,
  StoredModel,
  StoredSecret,
  StoredAlert,
  StoreEvents,
  TallyQuery,
  WaitingNotification,
  ZoneDefinition,
  ZoneEventQuery,
} from './records.ts';
import type { Revision } from './revision-table.ts';
import type { DoorCrossing } from './site-state.ts';
import type { NewBlock } from './trajectories.ts';

/** What `createStore` (create-store.ts) takes. */
export interface StoreOptions {
  /** The data folder; made where it is missing */
  readonly folder: string;
  /** Path of the thread entry: `workers/store.ts` from source, `workers/store.js` built */
  readonly entry: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Size of the spool on disk, bytes; 32 MiB when left out */
  readonly spoolBytes?: number;
}

export interface Store {
  /** Settings of the cameras. `source` carries its password: mask it before it leaves the engine. */
  readonly cameras: {
    /** In the order in which they were added. */
    list(): Promise<StoredCamera[]>;
    get(id: CameraId): Promise<StoredCamera | null>;
    /** Adds a camera. Rejects with REQ_003 when the id is taken. */
    add(settings: StoredCamera): Promise<void>;
    /** Changes a camera. Rejects with REQ_002 when there is none. */
    update(settings: StoredCamera): Promise<void>;
    /** Removes a camera with its lines, zones and flows; rows and revisions stay. Resolves to the lines that went with it. Rejects with REQ_002. */
    remove(id: CameraId): Promise<Line[]>;
  };
  /** Lines; every revision is kept. */
  readonly lines: {
    /** The newest revision of every line that is not removed. */
    list(cameraId?: CameraId): Promise<Line[]>;
    get(id: LineId): Promise<Line | null>;
    /** Makes the next revision. Rejects with REQ_002 without such a camera, REQ_003 when the line is on another camera. */
    save(definition: LineDefinition): Promise<Line>;
    /** Resolves to the line as it was. Rejects with REQ_002, REQ_003 when a flow begins or ends at it. */
    remove(id: LineId): Promise<Line>;
    /** All revisions, oldest first. */
    revisions(id: LineId): Promise<LineRevision[]>;
  };
  /** Zones, with every revision, and what happened in them. */
  readonly zones: {
    /** The newest revision of every zone that is not removed. */
    list(cameraId?: CameraId): Promise<Zone[]>;
    /** Makes the next revision. Rejects with REQ_002 without such a camera, REQ_003 when the zone is on another camera. */
    save(definition: ZoneDefinition): Promise<Zone>;
    /** Resolves to the zone as it was. Rejects with REQ_002, REQ_003 when a flow begins or ends at it. */
    remove(id: ZoneId): Promise<Zone>;
    /** All revisions, oldest first. */
    revisions(id: ZoneId): Promise<Revision<Zone>[]>;
    /** Newest first: by time, then by id. */
    events(query: ZoneEventQuery): Promise<ZoneEvent[]>;
  };
  /** Flows, with every revision, and who took them. */
  readonly flows: {
    list(cameraId?: CameraId): Promise<Flow[]>;
    /** Makes the next revision. Rejects with REQ_001 for equal ends, REQ_002 without such a camera or end. */
    save(definition: FlowDefinition): Promise<Flow>;
    remove(id: FlowId): Promise<Flow>;
    revisions(id: FlowId): Promise<Revision<Flow>[]>;
    /** Newest first: by time, then by id. */
    passages(query: FlowPassageQuery): Promise<FlowPassage[]>;
    /** As `tallies.query`, for flows. */
    tallies(query: FlowTallyQuery): Promise<FlowTally[]>;
  };
  /** How many are on the site. */
  readonly site: {
    /** null before anything was counted. */
    state(): Promise<SiteState | null>;
    /** 0 when nothing has crossed yet. */
    newestCrossingId(): Promise<number>;
    /** In the order in which they were written. */
    doorCrossings(query: DoorQuery): Promise<DoorCrossing[]>;
    /** Writes state and corrections in one transaction; resolves to the corrections as logged. */
    change(change: SiteChange): Promise<LoggedCorrection[]>;
    /** Newest first. */
    corrections(query: CorrectionQuery): Promise<LoggedCorrection[]>;
  };
  /** The ledger of crossings. */
  readonly crossings: {
    /**
     * Writes one frame: its crossings, checkpoint and observed time in one transaction, durable when it resolves.
     * Calls made while another write is under way share the next transaction, so many cameras cost one fsync.
     * Rejects with RES_004 when the spool is full too, REQ_001 when the record is malformed.
     */
    recordFrame(record: FrameRecord): Promise<Recorded>;
    /** As `recordFrame` for many, up to 256 in one transaction; the answers are in the same order. */
    recordBatch(records: readonly FrameRecord[]): Promise<Recorded[]>;
    /** Newest first: by time, then by id. */
    list(query: CrossingQuery): Promise<Crossing[]>;
    /** null when there is no row of this id. */
    get(id: number): Promise<Crossing | null>;
    /** Whether rows are written or wait in the spool. */
    state(): LedgerState;
  };
  /** Where each camera goes on after a crash. */
  readonly checkpoints: {
    /** The next epoch of a camera, from 1; durable when it resolves. Records of older epochs are fenced off from here on. */
    beginEpoch(cameraId: CameraId): Promise<number>;
    /** The newest checkpoint, also one that waits in the spool. */
    load(cameraId: CameraId): Promise<Checkpoint | null>;
  };
  /** Paths of tracks. They are read by a thread of their own (review.ts). */
  readonly trajectories: {
    /** Writes a block when no crossing waits; what cannot be written is dropped and logged. */
    add(block: NewBlock): void;
    /** Removes up to `limit` of the oldest blocks that ended before `beforeMs`. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
  };
  /** What was observed, and why the rest was not. */
  readonly coverage: {
    /** Names the cause of a gap that begins; a record with observed time ends it, another cause replaces it. */
    openGap(gap: GapStart): Promise<void>;
    /** One entry for each camera that was ever known. */
    query(query: CoverageQuery): Promise<Coverage[]>;
  };
  /** With what lines were counted, by camera, line and first crossing. */
  readonly setups: { list(query: LineQuery): Promise<LedgerSetup[]> };
  /** What persons counted blind. */
  readonly blindCounts: {
    /** Newest first. */
    list(query: LineQuery): Promise<StoredBlindCount[]>;
    get(id: number): Promise<StoredBlindCount | null>;
    add(count: NewBlindCount): Promise<StoredBlindCount>;
    /** Rejects with REQ_003 when the clip is counted or skipped already. */
    finishClip(done: ClipDone): Promise<void>;
    /** A later word replaces an earlier one. */
    judge(said: {
      readonly id: number;
      readonly position: number;
      readonly verdicts: ClipVerdicts;
    }): Promise<void>;
  };
  /** Certificates of lines; they stay for good. */
  readonly certificates: {
    /** Newest first. */
    list(query: LineQuery): Promise<IssuedCertificate[]>;
    get(id: number): Promise<IssuedCertificate | null>;
    /** Rejects with REQ_003 when the blind count has its certificate already. */
    add(certificate: Omit<IssuedCertificate, 'id'>): Promise<IssuedCertificate>;
  };
  /** Sums over time; empty buckets are there with zeros. */
  readonly tallies: {
    /**
     * One tally for each line and bucket, clipped to the range asked for, ordered by camera, line, time.
     * Rejects with REQ_001 for an unknown time zone, a range that ends before it starts, or more than 100 000 tallies.
     */
    query(query: TallyQuery): Promise<LedgerTally[]>;
    /** Where another model began to count, in the order of time. */
    boundaries(query: BoundaryQuery): Promise<ModelBoundary[]>;
  };
  /** What reports are made of. */
  readonly reports: {
    /** Rejects with REQ_001 for an unknown time zone, a range that ends before it starts, or too many buckets. */
    counts(query: ReportCountsQuery): Promise<ReportCounts>;
    /** A page of crossings, oldest first: by time, then by id. */
    rows(query: RowsQuery): Promise<LedgerRow[]>;
  };
  /** Model versions and which of them counts. */
  readonly models: {
    list(): Promise<StoredModel[]>;
    get(digest: string): Promise<StoredModel | null>;
    /** Adds a version, or brings back a removed one. Rejects with REQ_003 when the digest or name and version are taken. */
    add(model: NewModel): Promise<StoredModel>;
    /** Rejects with MODEL_001 when there is none, MODEL_004 when an alias, the history, the ledger or a child names it. */
    remove(digest: string): Promise<StoredModel>;
    champion(): Promise<StoredModel | null>;
    /** Makes it the champion of the site. Rejects with MODEL_001. */
    activate(
      digest: string,
      why?: Pick<AliasChange, 'by' | 'cause' | 'reason'>,
    ): Promise<StoredModel>;
    /** Moves an alias of the site or of one camera. Rejects with MODEL_001. */
    assign(change: AliasChange): Promise<void>;
    /** Rejects with MODEL_001 when there is no such version, REQ_003 when another version has the tag. */
    tag(tag: NewTag): Promise<StoredModel>;
    /** Rejects with REQ_002. */
    untag(tag: string): Promise<void>;
    /** When which model became champion of the site, newest first. */
    activations(): Promise<Activation[]>;
    /** Every move of an alias, newest first. */
    history(): Promise<AliasEvent[]>;
    /** What names each version. */
    uses(): Promise<ModelUse[]>;
    /** Keeps what a rehearsal has found. Rejects with MODEL_001. */
    addRehearsal(report: RehearsalReport): Promise<Rehearsal>;
    /** Newest first. */
    rehearsals(query: RehearsalQuery): Promise<Rehearsal[]>;
  };
  /** Rules of alerts, and the alerts that fired. */
  readonly alerts: {
    /** In the order in which they were made. */
    rules(): Promise<AlertRule[]>;
    saveRule(rule: AlertRule): Promise<void>;
    removeRule(id: string): Promise<void>;
    /** Newest first. */
    list(query: AlertQuery): Promise<StoredAlert[]>;
    /** Adds alerts or changes them, in one transaction. */
    save(alerts: readonly StoredAlert[]): Promise<void>;
    /** Removes up to `limit` of those that were resolved before a time, Unix ms. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
  };
  /** Batch jobs, their runs, and what was counted in them; never part of the ledger. */
  readonly jobs: JobStore;
  /** Experiments, and what their arms counted; never part of the ledger. */
  readonly experiments: {
    /** Newest first. */
    list(): Promise<Experiment[]>;
    /** Adds an experiment or changes one. */
    save(experiment: Experiment): Promise<void>;
    /** Keeps what both arms did on one stretch, in one transaction; one that is there already changes nothing. */
    addStretch(stretch: NewStretch): Promise<void>;
    /** Resolves to whether there is such an event. */
    answer(given: PairAnswer): Promise<boolean>;
    /** Removes up to `limit` of those that came into the archive before a time, with all that is theirs. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
    stretches(id: string): Promise<SeenStretch[]>;
    /** In the order of time. */
    pairs(id: string): Promise<ExperimentPair[]>;
    minutes(id: string): Promise<ArmMinute[]>;
    /** Which model has counted how much on a camera, minute by minute, from the ledger; in the order of time. */
    crossings(query: ModelCrossingQuery): Promise<ModelCrossings[]>;
  };
  /** What failed, with the steps that the station took. */
  readonly incidents: {
    /** Newest first. */
    list(query: IncidentQuery): Promise<StoredIncident[]>;
    /** Adds incidents or changes them, in one transaction. */
    save(incidents: readonly StoredIncident[]): Promise<void>;
    /** Removes up to `limit` of those that ended before a time, Unix ms. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
  };
  /** Reports of drills. */
  readonly drills: {
    /** Newest first. */
    list(limit: number): Promise<DrillReport[]>;
    save(report: DrillReport): Promise<void>;
    /** Lets this database grow no more, or again: in the throw-away station of a drill only. */
    fill(isFull: boolean): Promise<void>;
  };
  /** Figures by the minute, and the time in which models counted. */
  readonly metrics: {
    /** Need not outlive a power cut. A minute that is there already is added to, as are times. */
    add(minute: NewMetrics): Promise<void>;
    /** By kind and subject, oldest first. */
    list(query: MetricRowQuery): Promise<MetricRow[]>;
    /** How a model answered requests, oldest first. */
    serving(query: ServingRowQuery): Promise<ServingRow[]>;
    /** Days (UTC) that begin within [from, to), Unix ms. */
    modelTimes(range: { readonly from: number; readonly to: number }): Promise<ModelTime[]>;
    /** Removes up to `limit` minutes that began before a time, Unix ms. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
  };
  /** What was measured of lines and cameras by the hour. */
  readonly trust: {
    /** Need not outlive a power cut. An hour that is there already is replaced. */
    add(hours: readonly MeasuredHour[]): Promise<void>;
    /** Starts of the hours that are still to be measured for one of the lines, Unix ms, oldest first. */
    unmeasured(query: TrustHourQuery): Promise<number[]>;
    /** Removes up to `limit` hours of lines, and of cameras, that began before a time, Unix ms. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
  };
  /** Privacy masks. */
  readonly masks: {
    list(cameraId?: CameraId): Promise<PrivacyMask[]>;
    /** Adds a mask or changes it. Rejects with REQ_002 without such a camera, REQ_003 when the mask is on another one. */
    save(mask: PrivacyMask): Promise<void>;
    /** Resolves to the mask as it was. Rejects with REQ_002. */
    remove(id: MaskId): Promise<PrivacyMask>;
  };
  /** Index of the recording ring. */
  readonly segments: {
    /** Oldest first. */
    list(query: SegmentQuery): Promise<Segment[]>;
    /** What each camera has in the ring. */
    use(): Promise<SegmentUse[]>;
    /** A file that is known already is left as it is. */
    add(segments: readonly Segment[]): Promise<void>;
    /** Notes for files that were not looked at yet whether a crossing or a zone event was written near them. */
    findEvents(review: SegmentReview): Promise<void>;
    /** Forgets files, by their path. */
    remove(files: readonly string[]): Promise<void>;
  };
  /** Channels of notifications; their secrets are sealed text. */
  readonly channels: {
    list(): Promise<StoredChannel[]>;
    /** Adds a channel or replaces one. */
    save(channel: Omit<StoredChannel, 'dropped'>): Promise<void>;
    /** Gives up what waits in it. Rejects with REQ_002. */
    remove(id: string): Promise<void>;
  };
  /** The outbox of notifications. */
  readonly notifications: {
    /** Newest first. */
    list(query: NotificationQuery): Promise<Notification[]>;
    /** The first of each alert that waits in a channel, those with the fewest tries first. */
    waiting(channelId: string): Promise<WaitingNotification[]>;
    /** How many wait in each channel. */
    counts(): Promise<{ channelId: string; waiting: number }[]>;
    /** Durable when it resolves; what is too much for a channel is dropped and counted there. */
    add(rows: readonly NewNotification[]): Promise<void>;
    recordTry(outcome: NotificationTry): Promise<void>;
    /** Makes everything that waits in a channel due. */
    hasten(channelId: string): Promise<void>;
    /** Forgets up to `limit` that were done before a time, Unix ms. Resolves to their number. */
    prune(step: PruneStep): Promise<number>;
  };
  /** What the central database of many stations has not seen yet. */
  readonly outbox: OutboxReader;
  /** Rows that leave the ledger for files, and come back. */
  readonly archive: ArchiveStore;
  /** How much there is of a kind of data. */
  amounts(query: AmountQuery): Promise<StoredAmount>;
  /** Everything in the database that is a secret, sealed or from before it was. */
  readonly secrets: {
    list(): Promise<StoredSecret[]>;
    /** In one transaction; resolves to how many were still as they were read. */
    replace(changes: readonly SecretChange[]): Promise<number>;
    /**
     * Removes what was replaced from the log of the database and, when `isWhole`, by writing the file anew. Resolves to
     * whether it was: a file above 10⁹ bytes is not.
     */
    scrub(isWhole: boolean): Promise<boolean>;
  };
  /** Small values of the station by key. */
  readonly settings: {
    /** null when it was never set. Rejects with SYS_002 when the stored value does not fit the schema. */
    get<T>(key: string, schema: z.ZodType<T>): Promise<T | null>;
    set(key: string, value: unknown): Promise<void>;
    remove(key: string): Promise<void>;
  };
  /** Users, sessions and keys; what is saved is durable when it resolves. */
  readonly accounts: {
    load(): Promise<StoredAccounts>;
    saveUser(user: StoredUser): Promise<void>;
    /** Removes a user with its sessions. */
    removeUser(id: string): Promise<void>;
    saveSession(session: Session): Promise<void>;
    removeSessions(ids: readonly string[]): Promise<void>;
    saveKey(key: StoredKey): Promise<void>;
    removeKey(id: string): Promise<void>;
  };
  /** The chain of what was done. */
  readonly audit: AuditLog;
  /** Puts the address of this station into the data folder, where the command line finds it. */
  announce(url: string): Promise<void>;
  listen<K extends keyof StoreEvents>(
    topic: K,
    listener: (event: StoreEvents[K]) => void,
  ): () => void;
  /** Finishes what is under way, then closes the database and frees the data folder. */
  close(): Promise<void>;
}
