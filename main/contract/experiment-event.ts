/**
 * What the arms of an experiment counted, event by event and minute by minute.
 */
import { z } from 'zod';
import { Direction, LineId } from './counting.ts';
import { Label } from './detection.ts';
import { ArmName } from './experiment-arm.ts';
import { Box } from './geometry.ts';

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
  /** Pictures that it has looked at */
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

/** What was found on one stretch of pictures of one place, both arms. */
export const ExperimentStretch = z.object({
  place: z.string().min(1).max(200),
  from: z.number().int(),
  to: z.number().int(),
  /** Pictures that each arm was given, also those that an arm of a lower frame rate left out */
  frames: z.object({ a: z.number().int().nonnegative(), b: z.number().int().nonnegative() }),
  pairs: z.array(ExperimentPair.omit({ id: true, place: true })),
  minutes: z.array(ArmMinute),
});
export type ExperimentStretch = z.infer<typeof ExperimentStretch>;
