/**
 * What the store's threads are asked and what they answer: one table of operations, from which the messages are derived.
 */
import type { ModelCrossingQuery, ModelCrossings } from './model-crossings.ts';
import type { Session } from '#contract/account.ts';
import type { AlertRule } from '#contract/alert.ts';
import type { ArchivePart, ArchiveState } from '#contract/archive.ts';
import type { AuditFact, AuditRow, AuditVerdict } from '#contract/audit.ts';
import type { ClipVerdicts } from '#contract/blind-count.ts';
import type { CameraId } from '#contract/camera.ts';
import type { Checkpoint, Crossing, Line, LineId, ModelBoundary } from '#contract/counting.ts';
import type { Rehearsal, RehearsalReport } from '#contract/rehearsal.ts';
import type { IssuedCertificate } from '#contract/certificate.ts';
import type { Coverage } from '#contract/coverage.ts';
import type { ErrorBody } from '#contract/error.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { ArmMinute, ExperimentPair } from '#contract/experiment-event.ts';
import type { Job, JobCrossing, JobProgress, JobRun, JobTally } from '#contract/job.ts';
import type { Flow, FlowId, FlowPassage, FlowTally } from '#contract/flow.ts';
import type { LoggedCorrection } from '#contract/site-occupancy.ts';
import type { Zone, ZoneEvent, ZoneId } from '#contract/zone.ts';
import type { MaskId, PrivacyMask } from '#contract/mask.ts';
import type { Notification, NotificationQuery } from '#contract/notification.ts';
import type { Segment } from '#contract/recording.ts';
import type { ArchiveRow } from '#engine/base/archive-row.ts';
import type { Fields, Logger } from '#engine/base/log.ts';
import type { OutboxEnds } from '#engine/base/outbox.ts';
import type { StoredAccounts, StoredKey, StoredUser } from './accounts.ts';
import type { ArchiveDay, ArchiveDayQuery, ArchiveRowQuery, PartName } from './archive.ts';
import type { AuditHead, AuditQuery } from './audit.ts';
import type { DrillReport } from '#contract/drill.ts';
import type { IncidentQuery, StoredIncident } from './incidents.ts';
import type {
  CountedFile,
  JobCheckpoint,
  JobCrossingQuery,
  JobItemChange,
  JobRecord,
  StoredJobItem,
} from './job-records.ts';
import type {
  MetricRow,
  MetricRowQuery,
  ModelTime,
  NewMetrics,
  ServingRow,
  ServingRowQuery,
} from './metrics.ts';
import type { AnyOutboxRow, OutboxQuery } from './outbox.ts';
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
  LedgerRows,
  LedgerSetup,
  LedgerRow,
  LedgerTally,
  ReportCounts,
  ReportCountsQuery,
  RowsQuery,
  LedgerState,
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
  StoredAlert,
  SegmentQuery,
  SegmentReview,
  SegmentUse,
  StoredAmount,
  StoredBlindCount,
  StoredCamera,
  StoredChannel,
  StoredModel,
  StoredSecret,
  TallyQuery,
  WaitingNotification,
  ZoneDefinition,
  ZoneEventQuery,
} from './records.ts';
import type { Revision } from './revision-table.ts';
import type { DoorCrossing } from './site-state.ts';
import type { NewBlock } from './trajectories.ts';
import type { MeasuredHour, TrustHourQuery } from './trust-hours.ts';

/** Which rehearsals are wanted, newest first. */
export interface RehearsalQuery {
  readonly digest?: string | undefined;
  readonly limit: number;
}

interface Operation<I, O> {
  readonly input: I;
  readonly output: O;
}

/** Done by the one thread that writes. */
export interface WriterOperations {
  'cameras.add': Operation<StoredCamera, null>;
  'cameras.update': Operation<StoredCamera, null>;
  'cameras.remove': Operation<CameraId, Line[]>;
  'lines.save': Operation<LineDefinition, Line>;
  'lines.remove': Operation<LineId, Line>;
  'zones.save': Operation<ZoneDefinition, Zone>;
  'zones.remove': Operation<ZoneId, Zone>;
  'flows.save': Operation<FlowDefinition, Flow>;
  'flows.remove': Operation<FlowId, Flow>;
  'site.change': Operation<SiteChange, LoggedCorrection[]>;
  'crossings.record': Operation<readonly FrameRecord[], Recorded[]>;
  'checkpoints.beginEpoch': Operation<CameraId, number>;
  'checkpoints.load': Operation<CameraId, Checkpoint | null>;
  'coverage.openGap': Operation<GapStart, null>;
  'trajectories.add': Operation<readonly NewBlock[], null>;
  /** Output: how many blocks were removed */
  'trajectories.prune': Operation<PruneStep, number>;
  'models.add': Operation<NewModel, StoredModel>;
  'models.remove': Operation<string, StoredModel>;
  'models.assign': Operation<AliasChange, null>;
  'models.addRehearsal': Operation<RehearsalReport, Rehearsal>;
  'models.tag': Operation<NewTag, StoredModel>;
  'models.untag': Operation<string, null>;
  'alerts.saveRule': Operation<AlertRule, null>;
  'alerts.removeRule': Operation<string, null>;
  'alerts.save': Operation<readonly StoredAlert[], null>;
  'alerts.prune': Operation<PruneStep, number>;
  'experiments.save': Operation<Experiment, null>;
  'experiments.addStretch': Operation<NewStretch, null>;
  /** Output: whether there is such an event */
  'experiments.answer': Operation<PairAnswer, boolean>;
  'jobs.save': Operation<Job, null>;
  /** Output: whether there was one */
  'jobs.remove': Operation<string, boolean>;
  'jobs.addRun': Operation<Omit<JobRun, 'id'>, JobRun>;
  'jobs.saveRun': Operation<JobRun, null>;
  /** Output: whether it is still wanted */
  'jobs.beginRun': Operation<
    { readonly run: JobRun; readonly items: readonly StoredJobItem[] },
    boolean
  >;
  'jobs.saveItem': Operation<JobItemChange, null>;
  'jobs.record': Operation<JobRecord, null>;
  'experiments.prune': Operation<PruneStep, number>;
  'incidents.save': Operation<readonly StoredIncident[], null>;
  'incidents.prune': Operation<PruneStep, number>;
  'drills.save': Operation<DrillReport, null>;
  /** Whether the database may grow no more: in a drill only */
  'drills.fill': Operation<boolean, null>;
  'metrics.add': Operation<NewMetrics, null>;
  'metrics.prune': Operation<PruneStep, number>;
  'trust.add': Operation<readonly MeasuredHour[], null>;
  'trust.prune': Operation<PruneStep, number>;
  'masks.save': Operation<PrivacyMask, null>;
  'masks.remove': Operation<MaskId, PrivacyMask>;
  'segments.add': Operation<readonly Segment[], null>;
  'segments.findEvents': Operation<SegmentReview, null>;
  'segments.remove': Operation<readonly string[], null>;
  'blindCounts.add': Operation<NewBlindCount, StoredBlindCount>;
  'blindCounts.finishClip': Operation<ClipDone, null>;
  'blindCounts.judge': Operation<
    { readonly id: number; readonly position: number; readonly verdicts: ClipVerdicts },
    null
  >;
  'certificates.add': Operation<Omit<IssuedCertificate, 'id'>, IssuedCertificate>;
  'channels.save': Operation<Omit<StoredChannel, 'dropped'>, null>;
  'channels.remove': Operation<string, null>;
  'notifications.add': Operation<readonly NewNotification[], null>;
  'notifications.recordTry': Operation<NotificationTry, null>;
  'notifications.hasten': Operation<string, null>;
  'notifications.prune': Operation<PruneStep, number>;
  'secrets.replace': Operation<readonly SecretChange[], number>;
  /** Whether the whole file was written anew */
  'secrets.scrub': Operation<{ readonly isWhole: boolean }, boolean>;
  'settings.set': Operation<{ readonly key: string; readonly value: unknown }, null>;
  'settings.remove': Operation<string, null>;
  'accounts.saveUser': Operation<StoredUser, null>;
  'accounts.removeUser': Operation<string, null>;
  'accounts.saveSession': Operation<Session, null>;
  'accounts.removeSessions': Operation<readonly string[], null>;
  'accounts.saveKey': Operation<StoredKey, null>;
  'accounts.removeKey': Operation<string, null>;
  'audit.append': Operation<AuditFact, AuditHead>;
  'archive.add': Operation<Omit<ArchivePart, 'state'>, null>;
  'archive.become': Operation<{ readonly part: PartName; readonly state: ArchiveState }, null>;
  /** Output: how many rows were removed */
  'archive.remove': Operation<{ readonly part: PartName; readonly limit: number }, number>;
  /** Output: how many rows came back */
  'archive.restore': Operation<
    { readonly part: PartName; readonly rows: readonly ArchiveRow[] },
    number
  >;
  /** Writes the address of the station into the data folder */
  announce: Operation<string, null>;
  /** Notes that the station still runs */
  alive: Operation<null, null>;
}

/** Done by the thread that only reads. */
export interface ReaderOperations {
  'cameras.list': Operation<null, StoredCamera[]>;
  'cameras.get': Operation<CameraId, StoredCamera | null>;
  'lines.list': Operation<CameraId | null, Line[]>;
  'lines.get': Operation<LineId, Line | null>;
  'lines.revisions': Operation<LineId, LineRevision[]>;
  'zones.list': Operation<CameraId | null, Zone[]>;
  'zones.revisions': Operation<ZoneId, Revision<Zone>[]>;
  'zones.events': Operation<ZoneEventQuery, ZoneEvent[]>;
  'flows.list': Operation<CameraId | null, Flow[]>;
  'flows.revisions': Operation<FlowId, Revision<Flow>[]>;
  'flows.passages': Operation<FlowPassageQuery, FlowPassage[]>;
  'flows.tallies': Operation<FlowTallyQuery, FlowTally[]>;
  'site.state': Operation<null, SiteState | null>;
  'site.newestCrossingId': Operation<null, number>;
  'site.doorCrossings': Operation<DoorQuery, DoorCrossing[]>;
  'site.corrections': Operation<CorrectionQuery, LoggedCorrection[]>;
  'crossings.list': Operation<CrossingQuery, Crossing[]>;
  'crossings.get': Operation<number, Crossing | null>;
  'coverage.query': Operation<CoverageQuery, Coverage[]>;
  'tallies.query': Operation<TallyQuery, LedgerTally[]>;
  'reports.counts': Operation<ReportCountsQuery, ReportCounts>;
  'reports.rows': Operation<RowsQuery, LedgerRow[]>;
  'setups.list': Operation<LineQuery, LedgerSetup[]>;
  'certificates.list': Operation<LineQuery, IssuedCertificate[]>;
  'certificates.get': Operation<number, IssuedCertificate | null>;
  'blindCounts.list': Operation<LineQuery, StoredBlindCount[]>;
  'blindCounts.get': Operation<number, StoredBlindCount | null>;
  'tallies.boundaries': Operation<BoundaryQuery, ModelBoundary[]>;
  'models.list': Operation<null, StoredModel[]>;
  'models.get': Operation<string, StoredModel | null>;
  'models.champion': Operation<null, StoredModel | null>;
  'models.activations': Operation<null, Activation[]>;
  'models.history': Operation<null, AliasEvent[]>;
  'models.uses': Operation<null, ModelUse[]>;
  'models.rehearsals': Operation<RehearsalQuery, Rehearsal[]>;
  'alerts.rules': Operation<null, AlertRule[]>;
  'alerts.list': Operation<AlertQuery, StoredAlert[]>;
  'experiments.list': Operation<null, Experiment[]>;
  'experiments.stretches': Operation<string, SeenStretch[]>;
  'experiments.pairs': Operation<string, ExperimentPair[]>;
  'experiments.minutes': Operation<string, ArmMinute[]>;
  'experiments.crossings': Operation<ModelCrossingQuery, ModelCrossings[]>;
  'jobs.list': Operation<null, Job[]>;
  'jobs.runs': Operation<string | null, (JobRun & { readonly progress: JobProgress })[]>;
  'jobs.items': Operation<number, StoredJobItem[]>;
  'jobs.checkpoint': Operation<
    { readonly runId: number; readonly position: number },
    JobCheckpoint | null
  >;
  'jobs.crossings': Operation<JobCrossingQuery, JobCrossing[]>;
  'jobs.tallies': Operation<number, JobTally[]>;
  'jobs.countedFiles': Operation<string, CountedFile[]>;
  'incidents.list': Operation<IncidentQuery, StoredIncident[]>;
  'drills.list': Operation<number, DrillReport[]>;
  'metrics.list': Operation<MetricRowQuery, MetricRow[]>;
  'metrics.serving': Operation<ServingRowQuery, ServingRow[]>;
  'metrics.modelTimes': Operation<{ readonly from: number; readonly to: number }, ModelTime[]>;
  /** Starts of hours, Unix ms */
  'trust.unmeasured': Operation<TrustHourQuery, number[]>;
  'masks.list': Operation<CameraId | null, PrivacyMask[]>;
  'segments.list': Operation<SegmentQuery, Segment[]>;
  'segments.use': Operation<null, SegmentUse[]>;
  'channels.list': Operation<null, StoredChannel[]>;
  'notifications.list': Operation<NotificationQuery, Notification[]>;
  'notifications.waiting': Operation<string, WaitingNotification[]>;
  'notifications.counts': Operation<null, { channelId: string; waiting: number }[]>;
  'outbox.ends': Operation<null, OutboxEnds>;
  'outbox.page': Operation<OutboxQuery, AnyOutboxRow[]>;
  'archive.parts': Operation<null, ArchivePart[]>;
  'archive.nextDay': Operation<ArchiveDayQuery, ArchiveDay | null>;
  'archive.rows': Operation<ArchiveRowQuery, ArchiveRow[]>;
  amounts: Operation<AmountQuery, StoredAmount>;
  'secrets.list': Operation<null, StoredSecret[]>;
  'settings.get': Operation<string, string | null>;
  'accounts.load': Operation<null, StoredAccounts>;
  'audit.list': Operation<AuditQuery, AuditRow[]>;
  'audit.verify': Operation<AuditHead | null, AuditVerdict>;
}

export type AnyOperations = WriterOperations | ReaderOperations;
type InputOf<Ops, Name extends keyof Ops> =
  Ops[Name] extends Operation<infer I, unknown> ? I : never;
type OutputOf<Ops, Name extends keyof Ops> =
  Ops[Name] extends Operation<unknown, infer O> ? O : never;
export type { InputOf, OutputOf };

/** One function per operation; `now` is Unix time in ms. */
export type Handlers<Ops> = {
  readonly [Name in keyof Ops]: (input: InputOf<Ops, Name>, now: number) => OutputOf<Ops, Name>;
};

/** One operation asked of a thread. `now` is Unix time in ms: threads have no clock of their own. */
export type StoreRequest<Ops> = {
  [Name in keyof Ops]: {
    readonly kind: 'request';
    readonly id: number;
    readonly name: Name;
    readonly input: InputOf<Ops, Name>;
    readonly now: number;
  };
}[keyof Ops];

export type ToThread<Ops> = StoreRequest<Ops> | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: ErrorBody }
  | { readonly kind: 'answer'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorBody }
  | { readonly kind: 'replayed'; readonly rows: LedgerRows }
  | { readonly kind: 'ledger'; readonly state: LedgerState }
  | {
      readonly kind: 'log';
      readonly level: keyof Logger;
      readonly fact: string;
      readonly fields: Fields;
    };

/** What a thread is started with. */
export interface ThreadSettings {
  readonly role: 'writer' | 'reader';
  /** The data folder */
  readonly folder: string;
  /** Unix time in ms */
  readonly now: number;
  readonly spoolBytes: number;
}
