/**
 * What an experiment says: the verdict, with the parts that a page makes its sentence of.
 */
import { z } from 'zod';
import { ArmName } from './experiment-arm.ts';
import { PairKind } from './experiment-event.ts';

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
