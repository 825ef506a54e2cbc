/**
 * Recovery drills: everything that can fail is made to fail on a simulated camera in a throw-away station, and what the station
 * does about it is measured.
 */
import { z } from 'zod';
import { procedure } from './procedure.ts';
import { RecoveryAction, RecoveryStep } from './recovery.ts';
import { TimeOfDay } from './time-of-day.ts';

export const ExerciseName = z.enum([
  /** A worker process is killed */
  'kill-worker',
  /** The camera shows the same picture again and again */
  'freeze-stream',
  /** The camera sends nothing although the connection stands */
  'cut-stream',
  /** A model is put to work of which no run ends */
  'wedge-model',
  /** The file of the model that counts is damaged, and its worker is started again */
  'corrupt-model',
  /** The database may not grow any more */
  'fill-disk',
  /** The clock of the station is set an hour ahead and back */
  'jump-clock',
  /** A request wants more memory than there is for models */
  'exhaust-memory',
]);
export type ExerciseName = z.infer<typeof ExerciseName>;

export const ExerciseResult = z.object({
  name: ExerciseName,
  state: z.enum(['passed', 'failed']),
  /** From the fault to the moment the station knew of it, ms; null when it never did */
  detectMs: z.number().nonnegative().nullable(),
  /** From the fault to the moment all was as before, ms; null when it never was */
  recoverMs: z.number().nonnegative().nullable(),
  /** Time in which nothing was observed on the camera */
  notObservedSeconds: z.number().nonnegative(),
  /** How many would have crossed then, by what crossed in the minute before; an estimate */
  expectedLost: z.number().nonnegative(),
  /** English sentences: what was seen, and what failed */
  detail: z.string(),
  /** What the station did about it */
  steps: z.array(RecoveryStep),
});
export type ExerciseResult = z.infer<typeof ExerciseResult>;

export const DrillReport = z.object({
  id: z.string(),
  /** Unix times in ms */
  at: z.number().int(),
  endedAt: z.number().int(),
  isPassed: z.boolean(),
  version: z.string(),
  /** The machine, in words */
  machine: z.string(),
  /** Actions of the recovery plan that were switched off */
  switchedOff: z.array(RecoveryAction),
  exercises: z.array(ExerciseResult),
  /** Made at its time in the night; left out when somebody asked for it */
  isScheduled: z.boolean().optional(),
  /** Of the request of whoever asked for it */
  requestId: z.string().optional(),
});
export type DrillReport = z.infer<typeof DrillReport>;

/** A drill each day at the same time, by the clock of the site. */
export const DrillSchedule = z.object({ isOn: z.boolean(), at: TimeOfDay });
export type DrillSchedule = z.infer<typeof DrillSchedule>;

export const DrillScheduleView = DrillSchedule.extend({
  /** Unix time in ms; null while it is off */
  nextAt: z.number().int().nullable(),
});
export type DrillScheduleView = z.infer<typeof DrillScheduleView>;

export const drillProcedures = {
  'drill.run': procedure({
    kind: 'command',
    route: 'POST /drills',
    role: 'admin',
    summary:
      'Lets everything fail on a simulated camera in a throw-away station, and measures the recovery',
    input: z.object({ only: z.array(ExerciseName).min(1).optional() }),
    output: DrillReport,
  }),
  'drill.list': procedure({
    kind: 'query',
    route: 'GET /drills',
    role: 'viewer',
    summary: 'Lists the reports of drills, newest first',
    input: z.object({ limit: z.number().int().min(1).max(100).default(20) }),
    output: z.array(DrillReport),
  }),
  'drill.schedule': procedure({
    kind: 'query',
    route: 'GET /drill-schedule',
    role: 'viewer',
    summary: 'Shows at which time of each night a drill is made',
    input: z.object({}),
    output: DrillScheduleView,
  }),
  'drill.setSchedule': procedure({
    kind: 'command',
    route: 'PUT /drill-schedule',
    role: 'admin',
    summary: 'Sets at which time of each night a drill is made, or that none is',
    input: DrillSchedule,
    output: DrillScheduleView,
  }),
};
