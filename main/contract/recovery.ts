/**
 * Recovery: what the station does by itself when something fails, within which budgets; what it did and what that has cost.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Gap } from './coverage.ts';
import { ErrorCode } from './error.ts';
import { procedure } from './procedure.ts';
import { KeptSentence } from './station-sentence.ts';

export const RecoveryAction = z.enum([
  /** Connects to a camera anew */
  'reconnect',
  /** Starts a worker process again; nothing else ends a wedged run */
  'restart-worker',
  /** Gives the cameras of a worker to another one, with their tracks and sides */
  'move-camera',
  /** Loads a model again */
  'reload-model',
  /** Lets a model compute in its next way, where the driver or the card that it computes with breaks */
  'change-provider',
  /** Lets the next model of the list count */
  'fail-over',
  /** Tries a model again that was left alone */
  'try-again',
  /** Takes a new model back that does worse than the one before */
  'roll-back',
  /** Ends a worker or the station whose memory grows, between two frames, and starts it again */
  'planned-restart',
  /** Keeps counts in a file of limited size until the database can be written */
  'spool',
  /** Starts the station again */
  'restart-station',
]);
export type RecoveryAction = z.infer<typeof RecoveryAction>;

/** One line of the plan. */
export const RecoveryRule = z.object({
  action: RecoveryAction,
  /** So often within so many seconds; null without such a limit */
  budget: z.object({ count: z.number().int(), windowS: z.number() }).nullable(),
  /** Wait before the first try and the longest wait, s; null when it is done at once */
  pauses: z.object({ firstS: z.number(), mostS: z.number() }).nullable(),
  /** Whether an admin may switch it off */
  isOptional: z.boolean(),
  isOn: z.boolean(),
  /** How often it was done since the station started */
  done: z.number().int().nonnegative(),
  /** When it was done last, Unix time in ms */
  lastAt: z.number().int().nullable(),
});
export type RecoveryRule = z.infer<typeof RecoveryRule>;

export const IncidentKind = z.enum([
  'worker-ended',
  'camera-lost',
  'camera-frozen',
  'model-failing',
  'provider-failing',
  'model-rolled-back',
  'memory-growth',
  'database',
  'station-down',
]);
export type IncidentKind = z.infer<typeof IncidentKind>;

export const RecoveryStep = z.object({
  /** Unix time in ms */
  at: z.number().int(),
  action: RecoveryAction,
  /** English sentences: why it was done, and what came of it; null while that is not known */
  cause: z.string(),
  effect: z.string().nullable(),
  /** The effect */
  said: KeptSentence,
  outcome: z.enum(['running', 'done', 'failed', 'refused']),
  /** How often it was tried */
  tries: z.number().int().positive(),
});
export type RecoveryStep = z.infer<typeof RecoveryStep>;

/** What was not observed on one camera while an incident lasted. */
export const Impact = z.object({
  cameraId: CameraId,
  cameraName: z.string(),
  /** Names of the lines on which nothing was counted then */
  lines: z.array(z.string()),
  notObservedSeconds: z.number().nonnegative(),
  gaps: z.array(Gap),
});
export type Impact = z.infer<typeof Impact>;

/** Something that failed, and what the station did about it. */
export const Incident = z.object({
  id: z.string(),
  kind: IncidentKind,
  /** Id of the worker or camera, name of the model whose provider fails; `station` */
  subject: z.string(),
  /** Of an incident of one camera */
  cameraId: CameraId.nullable(),
  code: ErrorCode.nullable(),
  /** One English sentence */
  cause: z.string(),
  said: KeptSentence,
  /** Unix times in ms; `to` is null while it lasts */
  from: z.number().int(),
  to: z.number().int().nullable(),
  /** Oldest first */
  steps: z.array(RecoveryStep),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentView = Incident.extend({ impact: z.array(Impact) });
export type IncidentView = z.infer<typeof IncidentView>;

export const recoveryProcedures = {
  'recovery.plan': procedure({
    kind: 'query',
    route: 'GET /recovery',
    role: 'viewer',
    summary: 'Shows what the station does by itself when something fails, and within which budgets',
    input: z.object({}),
    output: z.array(RecoveryRule),
  }),
  'recovery.set': procedure({
    kind: 'command',
    route: 'PUT /recovery/{action}',
    role: 'admin',
    summary: 'Switches an action of the recovery plan on or off',
    input: z.object({ action: RecoveryAction, isOn: z.boolean() }),
    output: RecoveryRule,
  }),
  'incident.list': procedure({
    kind: 'query',
    route: 'GET /incidents',
    role: 'viewer',
    summary:
      'Lists what failed, newest first: what the station did about it, and what was not observed meanwhile',
    input: z.object({
      kind: IncidentKind.optional(),
      /** Begun then or later, Unix time in ms */
      from: z.number().int().nonnegative().optional(),
      /** Begun before then */
      to: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.array(IncidentView),
  }),
};
