/**
 * Execution: by which provider and with which options a model computes on this machine, measured instead of guessed.
 */
import { z } from 'zod';
import { ErrorBody } from './error.ts';
import { Digest } from './model.ts';
import { procedure } from './procedure.ts';

/** How a session computes. What it does not name, the binding cannot pass (docs/serving.md). */
export const Execution = z.object({
  /** Execution provider as ONNX Runtime names it */
  provider: z.string().regex(/^[a-z]+$/),
  /** Threads within one run on the processor */
  intraOpThreads: z.number().int().min(1).max(64),
  /** How far ONNX Runtime rewrites the graph before it runs */
  graphLevel: z.enum(['basic', 'extended', 'all']),
  /** Whether memory that a run has taken is kept for the next */
  hasArena: z.boolean(),
  /** Pictures in one run, where the network takes any number */
  batch: z.number().int().min(1).max(16),
});
export type Execution = z.infer<typeof Execution>;

/** What a model computes with before it was tuned, and what every other way must agree with. */
export const plainExecution: Execution = {
  provider: 'cpu',
  intraOpThreads: 1,
  graphLevel: 'all',
  hasArena: true,
  batch: 1,
};

/** Whether a graphics card computes; it gains from 16 bits, the processor converts them to 32 and back. */
export const isOnGpu = ({ provider }: Pick<Execution, 'provider'>): boolean => provider !== 'cpu';

/** How well the boxes of one way agree with those of the plain one on the same pictures. */
export const Parity = z.object({
  /** Sure boxes of the plain way and of the other one, and how many of the two have no partner */
  boxes: z.number().int(),
  unmatched: z.number().int(),
  /** Median overlap of partners, 0…1; 0 without any */
  medianIou: z.number(),
  /** 95 of 100 scores differ by no more, 0…1 */
  scoreDrift: z.number(),
});
export type Parity = z.infer<typeof Parity>;

/** Times of a way, ms per picture, the plain way measured in turns with it. */
const times = {
  /** Nine of ten runs take longer */
  quickMs: z.number(),
  medianMs: z.number(),
  /** Time of the processor, of all threads together, in the median: other work on the machine does not touch it */
  coreMs: z.number(),
  /** The same of the plain way: the quick time and that of the processor */
  plainMs: z.number(),
  plainCoreMs: z.number(),
};

/** One way that was tried. */
export const ExecutionTrial = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('agrees'), execution: Execution, ...times, parity: Parity }),
  /** It computes something else */
  z.object({
    outcome: z.literal('differs'),
    execution: Execution,
    ...times,
    parity: Parity,
    reason: z.string(),
  }),
  /** It cannot be used on this machine, or broke */
  z.object({ outcome: z.literal('unusable'), execution: Execution, error: ErrorBody }),
]);
export type ExecutionTrial = z.infer<typeof ExecutionTrial>;

/** The machine on which something was measured: on another one, or with another ONNX Runtime, it says nothing. */
export const Machine = z.object({
  processor: z.string(),
  cores: z.number().int(),
  /** Version of ONNX Runtime */
  runtime: z.string(),
  /** Driver of the graphics card as the system names it; empty where there is none to ask */
  driver: z.string(),
});
export type Machine = z.infer<typeof Machine>;

export const Tuning = z.object({
  digest: Digest,
  machine: Machine,
  /** Unix time in ms */
  at: z.number().int(),
  pictures: z.number().int(),
  trials: z.array(ExecutionTrial),
  /** In the order in which they are used: the next where one breaks */
  order: z.array(Execution).min(1),
  /** By what the first was chosen, a sentence */
  reason: z.string(),
});
export type Tuning = z.infer<typeof Tuning>;

/** What a version computes with now, where that is not the first of its order. */
export const BrokenExecution = z.object({
  provider: z.string(),
  /** Provider that computes instead */
  instead: z.string(),
  error: ErrorBody,
  /** Unix time in ms */
  since: z.number(),
});
export type BrokenExecution = z.infer<typeof BrokenExecution>;

export const TuningView = Tuning.extend({
  /** Whether it was measured on this machine with this ONNX Runtime; otherwise it is not used */
  isCurrent: z.boolean(),
  broken: BrokenExecution.nullable(),
});
export type TuningView = z.infer<typeof TuningView>;

export const executionProcedures = {
  'model.tunings': procedure({
    kind: 'query',
    route: 'GET /models/tunings',
    role: 'viewer',
    summary: 'Shows by which execution provider and options each tuned model computes',
    input: z.object({}),
    output: z.array(TuningView),
  }),
  'model.tune': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/tuning',
    role: 'ml-engineer',
    summary:
      'Measures by which execution provider and options a model computes best here, and uses it',
    input: z.object({
      digest: Digest,
      /** A folder of pictures; left out, pictures of the cameras are taken */
      picturesFolder: z.string().min(1).optional(),
      maxPictures: z.number().int().min(8).max(200).default(32),
    }),
    output: TuningView,
  }),
  'model.forgetTuning': procedure({
    kind: 'command',
    route: 'DELETE /models/{digest}/tuning',
    role: 'ml-engineer',
    summary: 'Lets a model compute as before it was tuned',
    input: z.object({ digest: Digest }),
    output: z.object({ digest: Digest }),
  }),
};
