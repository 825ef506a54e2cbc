/**
 * Experiments: two arms (a model with its settings each) on the same frames, what people say where they differ, and the verdict.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Detection } from './detection.ts';
import { ExperimentArm } from './experiment-arm.ts';
import {
  ArmMinute,
  ExperimentAnswer,
  ExperimentPair,
  ExperimentStretch,
} from './experiment-event.ts';
import {
  ExperimentOutcome,
  ExperimentVerdict,
  Interval,
  VerdictPart,
} from './experiment-verdict.ts';
import { procedure } from './procedure.ts';
import { ReportFile, ReportLanguage } from './report.ts';

export const ExperimentId = z.string().min(1).max(64);

export const ExperimentState = z.enum(['draft', 'running', 'paused', 'decided', 'archived']);
export type ExperimentState = z.infer<typeof ExperimentState>;

/**
 * Where the pictures of an experiment on cameras come from. `shadow`: the challenger looks at the live pictures that the model
 * in use has counted. `recording`: both look at the recording. `split`: A or B counts, by time slots of cameras, and answers
 * clients that ask A.
 */
export const ExperimentMode = z.enum(['shadow', 'recording', 'split']);
export type ExperimentMode = z.infer<typeof ExperimentMode>;

/** What both arms saw on one frame. */
const SeenByArms = z.object({
  /** As `at` of an event */
  at: z.number().int(),
  a: z.array(Detection),
  b: z.array(Detection),
});

/** A clip of an offline experiment. */
export const ExperimentClip = z.object({
  /** Its name */
  place: ExperimentStretch.shape.place,
  /** Where it lies on the PC of the station; its pictures are shown as long as it is there */
  path: z.string().min(1).max(2000),
  /** The frame on which both differ most */
  sight: SeenByArms.nullable(),
});
export type ExperimentClip = z.infer<typeof ExperimentClip>;

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
  clips: z.array(ExperimentClip).default([]),
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
export const ExperimentSight = SeenByArms.extend({
  /** Id of the camera, or name of the clip */
  place: z.string(),
  /** In base64, with the masks of the camera */
  jpeg: z.string(),
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
      clips: z.array(ExperimentClip).max(100).default([]),
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
    summary:
      'Shows an event of an experiment in pictures of the recording or clip, where there are some',
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
