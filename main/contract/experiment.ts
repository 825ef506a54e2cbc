/**
 * Experiments: two arms (a model with its settings each) on the same frames, what people say where they differ, and the verdict.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Direction, LineId } from './counting.ts';
import { Detection, Label } from './detection.ts';
import { Box } from './geometry.ts';
import { Digest } from './model.ts';
import { procedure } from './procedure.ts';
import { ReportFile, ReportLanguage } from './report.ts';

export const ExperimentId = z.string().min(1).max(64);

/** One side of a comparison: a model, and the settings that differ from those on its card (null: as on the card). */
export const ExperimentArm = z.object({
  digest: Digest,
  /** Name and version of the model */
  title: z.string().min(1).max(140),
  /** Detections below this score are dropped, 0…1 */
  scoreFloor: z.number().min(0).max(1).nullable().default(null),
  /** Overlap above which the weaker of two boxes is dropped, 0…1 */
  nmsIou: z.number().min(0).max(1).nullable().default(null),
  /** Score from which a detection is matched first; a track begins 0.1 above it */
  trackFrom: z.number().min(0.05).max(0.9).nullable().default(null),
});
export type ExperimentArm = z.infer<typeof ExperimentArm>;

export const ArmName = z.enum(['a', 'b']);
export type ArmName = z.infer<typeof ArmName>;

/** One event as both arms counted it; `different` is another direction or label at the same moment. */
export const PairKind = z.enum(['both', 'only-a', 'only-b', 'different']);
export type PairKind = z.infer<typeof PairKind>;

/** Which arm is right about one event. */
export const ExperimentAnswer = z.enum(['a', 'b', 'both', 'neither']);
export type ExperimentAnswer = z.infer<typeof ExperimentAnswer>;

export const ArmCrossing = z.object({
  direction: Direction,
  label: Label,
  /** Unix time in ms; of a clip, ms from its beginning */
  at: z.number().int(),
  /** Normalised */
  box: Box,
});
export type ArmCrossing = z.infer<typeof ArmCrossing>;

export const ExperimentPair = z.object({
  id: z.number().int().positive(),
  /** Id of the camera, or name of the clip */
  place: z.string(),
  lineId: LineId,
  kind: PairKind,
  at: z.number().int(),
  a: ArmCrossing.nullable(),
  b: ArmCrossing.nullable(),
  answer: ExperimentAnswer.nullable(),
  answeredBy: z.string().nullable(),
  answeredAt: z.number().int().nullable(),
});
export type ExperimentPair = z.infer<typeof ExperimentPair>;

/** What one arm did in one minute of the pictures of one place. */
export const ArmMinute = z.object({
  place: z.string(),
  arm: ArmName,
  /** Beginning of the minute, as `at` */
  minute: z.number().int(),
  frames: z.number().int().nonnegative(),
  /** Detections on these frames, and the mean of their scores; null where there are none */
  detections: z.number().int().nonnegative(),
  meanScore: z.number().nullable(),
  crossings: z.number().int().nonnegative(),
  /** Of one run of the network, ms; null before there is one */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** How often a run took how long: class of the histogram and count */
  latency: z.array(z.tuple([z.number().int(), z.number().int()])).default([]),
  /** Frames on which the arm failed */
  failures: z.number().int().nonnegative(),
  /** Frames that were left out because the arm had no time */
  drops: z.number().int().nonnegative().default(0),
  /** Sure boxes of the other arm on these frames, and how many of them this one has too; of B only */
  expected: z.number().int().nonnegative().default(0),
  matched: z.number().int().nonnegative().default(0),
  /** Memory of the process of the arm; null when not known */
  rssBytes: z.number().nullable(),
});
export type ArmMinute = z.infer<typeof ArmMinute>;

export const Interval = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Interval = z.infer<typeof Interval>;

const ArmQuality = z.object({ precision: Interval, recall: Interval, f1: Interval });

/** `differ` is all that can be said without verdicts; `void` is an experiment in which an arm broke down. */
export const ExperimentOutcome = z.enum(['not-yet', 'a', 'b', 'alike', 'differ', 'void']);
export type ExperimentOutcome = z.infer<typeof ExperimentOutcome>;

export const ExperimentReason = z.enum([
  'failed',
  'frames-differ',
  'few-events',
  'few-hours',
  'more-right',
  'counts-differ',
  'within-margin',
  'no-difference',
  'needs-verdicts',
  'few-slots',
  'rates-differ',
]);
export type ExperimentReason = z.infer<typeof ExperimentReason>;

const Counts = z.record(PairKind, z.number().int().nonnegative());
const P = z.number().nullable();

/** What a verdict says, part by part: the page makes its sentence of them. `p` null is not tested. */
export const VerdictPart = z.discriminatedUnion('kind', [
  /** An English sentence about the arm that broke down */
  z.object({ kind: z.literal('failed'), text: z.string() }),
  z.object({ kind: z.literal('frames'), a: z.number(), b: z.number() }),
  z.object({ kind: z.literal('events'), count: z.number(), least: z.number() }),
  z.object({ kind: z.literal('hours'), hours: z.number(), least: z.number() }),
  /** How often only the one is right */
  z.object({ kind: z.literal('wins'), a: z.number(), b: z.number(), p: P }),
  /** F1 of both, and of A less that of B */
  z.object({ kind: z.literal('quality'), a: z.number(), b: z.number(), difference: Interval }),
  z.object({ kind: z.literal('margin'), margin: z.number() }),
  z.object({ kind: z.literal('more'), arm: ArmName }),
  z.object({ kind: z.literal('counts'), counts: Counts, p: P }),
  z.object({ kind: z.literal('chance') }),
  z.object({ kind: z.literal('no-difference') }),
  z.object({ kind: z.literal('needs-verdicts') }),
  /** Time slots in which each arm has counted */
  z.object({ kind: z.literal('slots'), a: z.number(), b: z.number(), least: z.number() }),
  /** Crossings per hour of both in their slots, and of A less those of B, at any look */
  z.object({ kind: z.literal('rates'), a: z.number(), b: z.number(), difference: Interval }),
  z.object({ kind: z.literal('needs-blind-count') }),
]);
export type VerdictPart = z.infer<typeof VerdictPart>;

export const ExperimentVerdict = z.object({
  outcome: ExperimentOutcome,
  reason: ExperimentReason,
  /** One English sentence with its evidence, and what it is made of */
  sentence: z.string(),
  parts: z.array(VerdictPart),
  /** To be compared with 0.05: for clips of one look, for cameras of any; null where nothing was tested */
  p: z.number().nullable(),
  /** Of the events that at least one arm counted; null until each kind of event has an answer */
  quality: z
    .object({
      a: ArmQuality,
      b: ArmQuality,
      /** F1 of A less F1 of B */
      difference: Interval,
      verdicts: z.number().int(),
    })
    .nullable(),
  /** Crossings of A less those of B per five minutes, at any look; cameras only */
  rate: Interval.nullable(),
  counts: Counts,
  /** Disagreements that nobody has answered */
  unjudged: z.number().int().nonnegative(),
});
export type ExperimentVerdict = z.infer<typeof ExperimentVerdict>;

export const ExperimentState = z.enum(['draft', 'running', 'paused', 'decided', 'archived']);
export type ExperimentState = z.infer<typeof ExperimentState>;

/**
 * Where the pictures of an experiment on cameras come from. `shadow`: the challenger looks at the live pictures that the model
 * in use has counted. `recording`: both look at the recording. `split`: A or B counts, by time slots of cameras, and answers
 * clients that ask A.
 */
export const ExperimentMode = z.enum(['shadow', 'recording', 'split']);
export type ExperimentMode = z.infer<typeof ExperimentMode>;

export const ExperimentDecision = z.object({
  /** Who counts from now on; `none` keeps what counts */
  winner: z.enum(['a', 'b', 'none']),
  by: z.string(),
  at: z.number().int(),
  note: z.string(),
  /** What the station knew then; decisions of before there were parts have but the sentence */
  sentence: z.string(),
  outcome: ExperimentOutcome.optional(),
  parts: z.array(VerdictPart).default([]),
});

export const Experiment = z.object({
  id: ExperimentId,
  name: z.string().min(1).max(80),
  /** Files, judged once; or cameras, from their recording, looked at any time */
  kind: z.enum(['offline', 'live']),
  /** Of a live one; those of before there were modes look at recordings */
  mode: ExperimentMode.default('recording'),
  state: ExperimentState,
  a: ExperimentArm,
  b: ExperimentArm,
  /** Cameras of a live one; clips of an offline one are named in `places` */
  cameraIds: z.array(CameraId),
  places: z.array(z.string()),
  /** Share of the time that is looked at, of a live one; of a split the chance of B */
  share: z.number().min(0.01).max(1),
  /** Of a split: length of a time slot, and whether clients that ask A get B in some of their hours */
  slotMinutes: z.number().int().min(10).max(1440).default(60),
  withClients: z.boolean().default(false),
  /** Cameras of a split that count with B now, or are on their way there or back */
  away: z.array(CameraId).default([]),
  /** Largest difference of F1 that does not matter */
  margin: z.number().min(0).max(0.5),
  leastEvents: z.number().int().min(20),
  leastHours: z.number().min(0),
  createdAt: z.number().int(),
  createdBy: z.string(),
  startedAt: z.number().int().nullable(),
  /** When it was started last */
  resumedAt: z.number().int().nullable().default(null),
  /** Since when it is in the archive, from where it goes after the time that the page Privacy says */
  archivedAt: z.number().int().nullable().default(null),
  /** How an arm broke down, a sentence */
  failure: z.string().nullable(),
  /** What it waits for, a sentence; null while all is well */
  hindrance: z.string().nullable(),
  decision: ExperimentDecision.nullable(),
});
export type Experiment = z.infer<typeof Experiment>;

export const ExperimentSummary = z.object({
  experiment: Experiment,
  verdict: ExperimentVerdict,
  /** Frames of each arm, and time that was looked at, h */
  frames: z.object({ a: z.number().int(), b: z.number().int() }),
  hours: z.number(),
});
export type ExperimentSummary = z.infer<typeof ExperimentSummary>;

/** A guardrail or a figure of an arm: `p` is adjusted for there being several (Holm). */
export const ExperimentFigure = z.object({
  name: z.enum(['latency', 'detections', 'score', 'failures']),
  test: z.enum(['mann-whitney', 'welch', 'chi-square']),
  a: z.number().nullable(),
  b: z.number().nullable(),
  /** 95 % intervals of the means over minutes; null for failures, which are summed up, and with less than two minutes */
  intervals: z.object({ a: Interval.nullable(), b: Interval.nullable() }),
  p: z.number().nullable(),
});
export type ExperimentFigure = z.infer<typeof ExperimentFigure>;

/** Crossings per hour of both arms up to one hour, with the interval of the difference so far. */
export const ExperimentRates = z.object({
  a: Interval.nullable(),
  b: Interval.nullable(),
});
export type ExperimentRates = z.infer<typeof ExperimentRates>;

/** All that is known of one experiment. */
export const ExperimentDossier = ExperimentSummary.extend({
  minutes: z.array(ArmMinute),
  figures: z.array(ExperimentFigure),
  rates: ExperimentRates,
});
export type ExperimentDossier = z.infer<typeof ExperimentDossier>;

/** One frame as both arms saw it, with its picture. */
export const ExperimentSight = z.object({
  cameraId: CameraId,
  /** Unix time in ms */
  at: z.number().int(),
  /** In base64, with the masks of the camera */
  jpeg: z.string(),
  a: z.array(Detection),
  b: z.array(Detection),
});
export type ExperimentSight = z.infer<typeof ExperimentSight>;

const ExperimentDraft = z.object({
  name: Experiment.shape.name,
  a: ExperimentArm.omit({ title: true }),
  b: ExperimentArm.omit({ title: true }),
  mode: ExperimentMode.default('shadow'),
  cameraIds: z.array(CameraId).min(1).max(8),
  share: Experiment.shape.share.default(0.2),
  slotMinutes: Experiment.shape.slotMinutes,
  withClients: Experiment.shape.withClients,
  margin: Experiment.shape.margin.default(0.02),
  leastEvents: Experiment.shape.leastEvents.default(1000),
  leastHours: Experiment.shape.leastHours.default(24),
});

/** What was found on one stretch of pictures of one place, both arms. */
export const ExperimentStretch = z.object({
  place: z.string().min(1).max(200),
  from: z.number().int(),
  to: z.number().int(),
  frames: z.object({ a: z.number().int().nonnegative(), b: z.number().int().nonnegative() }),
  pairs: z.array(ExperimentPair.omit({ id: true, place: true })),
  minutes: z.array(ArmMinute),
});
export type ExperimentStretch = z.infer<typeof ExperimentStretch>;

const byId = z.object({ id: ExperimentId });

export const experimentProcedures = {
  'experiment.list': procedure({
    kind: 'query',
    route: 'GET /experiments',
    role: 'viewer',
    summary: 'Lists experiments, newest first, with their verdicts',
    input: z.object({ withArchived: z.boolean().default(false) }),
    output: z.array(ExperimentSummary),
  }),
  'experiment.get': procedure({
    kind: 'query',
    route: 'GET /experiments/{id}',
    role: 'viewer',
    summary:
      'Shows one experiment: its verdict, the figures of both arms by minute, and tests of them',
    input: byId,
    output: ExperimentDossier,
  }),
  'experiment.plan': procedure({
    kind: 'query',
    route: 'GET /experiments/plan',
    role: 'viewer',
    summary: 'Says how many events are needed to find a difference of a given size',
    input: z.object({
      /** Share of the events that only A, and only B, is expected to get right */
      onlyA: z.number().min(0).max(1),
      onlyB: z.number().min(0).max(1),
      power: z.number().min(0.5).max(0.99).default(0.8),
    }),
    /** null: no number is enough */
    output: z.object({ events: z.number().int().nullable() }),
  }),
  'experiment.create': procedure({
    kind: 'command',
    route: 'POST /experiments',
    role: 'ml-engineer',
    summary: 'Drafts an experiment on cameras that are recorded',
    input: ExperimentDraft,
    output: Experiment,
  }),
  'experiment.import': procedure({
    kind: 'command',
    route: 'POST /experiments/import',
    role: 'ml-engineer',
    summary: 'Keeps an experiment on clips that the command line has made',
    input: z.object({
      name: Experiment.shape.name,
      a: ExperimentArm,
      b: ExperimentArm,
      margin: Experiment.shape.margin.default(0.02),
      stretches: z.array(ExperimentStretch).min(1).max(100),
    }),
    output: Experiment,
  }),
  'experiment.setState': procedure({
    kind: 'command',
    route: 'POST /experiments/{id}/state',
    role: 'ml-engineer',
    summary: 'Starts an experiment, pauses it, goes on, or puts it into the archive',
    input: byId.extend({ state: z.enum(['running', 'paused', 'archived']) }),
    output: Experiment,
  }),
  'experiment.pairs': procedure({
    kind: 'query',
    route: 'GET /experiments/{id}/pairs',
    role: 'viewer',
    summary: 'Lists the events of an experiment that are worth an answer, the most telling first',
    input: byId.extend({
      /** Only those that nobody has answered */
      isOpen: z.boolean().default(true),
      limit: z.number().int().min(1).max(500).default(50),
    }),
    output: z.array(ExperimentPair),
  }),
  'experiment.pictures': procedure({
    kind: 'query',
    route: 'GET /experiments/{id}/pairs/{pairId}/pictures',
    role: 'operator',
    summary: 'Shows an event of an experiment in pictures of the recording, where there are some',
    input: byId.extend({ pairId: z.coerce.number().int().positive() }),
    output: z.array(z.object({ at: z.number().int(), jpeg: z.string() })),
  }),
  'experiment.sight': procedure({
    kind: 'query',
    route: 'GET /experiments/{id}/sight',
    role: 'operator',
    summary: 'Shows the last picture at which both arms have looked, with what each saw; or null',
    input: byId,
    output: ExperimentSight.nullable(),
  }),
  'experiment.file': procedure({
    kind: 'query',
    route: 'GET /experiments/{id}/file',
    role: 'viewer',
    summary: 'Makes a PDF of one experiment: verdict, figures, charts, disagreements, decision',
    input: byId.extend({ language: ReportLanguage.default('en') }),
    output: ReportFile,
  }),
  'experiment.answer': procedure({
    kind: 'command',
    route: 'POST /experiments/{id}/pairs/{pairId}/answer',
    role: 'operator',
    summary: 'Says which arm is right about one event; null takes the answer back',
    input: byId.extend({
      pairId: z.coerce.number().int().positive(),
      answer: ExperimentAnswer.nullable(),
    }),
    output: ExperimentVerdict,
  }),
  'experiment.decide': procedure({
    kind: 'command',
    route: 'POST /experiments/{id}/decide',
    role: 'ml-engineer',
    summary:
      'Ends an experiment with a decision; nothing counts with the winner before it is put to use',
    input: byId.extend({
      winner: z.enum(['a', 'b', 'none']),
      note: z.string().max(500).default(''),
    }),
    output: Experiment,
  }),
};
