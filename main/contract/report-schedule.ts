/**
 * Reports that the station writes by itself, each day, week or month, into its folder of reports, and sends through channels.
 */
import { z } from 'zod';
import { ChannelId } from './alert.ts';
import { CameraId } from './camera.ts';
import { Label } from './detection.ts';
import { ErrorBody } from './error.ts';
import { procedure } from './procedure.ts';
import { ReportSection, usualSections } from './report-section.ts';
import { TimeOfDay } from './time-of-day.ts';
import { ReportBucket, ReportFile, ReportFormat, ReportLanguage, ReportSubject } from './report.ts';

export const ScheduleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,47}$/, 'use lower-case letters, digits, - and _, at most 48');
export type ScheduleId = z.infer<typeof ScheduleId>;

/** The last whole day, week (from Monday) or month of the site. */
export const ScheduleEvery = z.enum(['day', 'week', 'month']);
export type ScheduleEvery = z.infer<typeof ScheduleEvery>;

export const ReportSchedule = z.object({
  id: ScheduleId,
  name: z.string().trim().min(1).max(80),
  every: ScheduleEvery,
  /** Time of the day on the clock of the site */
  at: TimeOfDay,
  bucket: ReportBucket,
  subject: ReportSubject,
  cameraId: CameraId.nullable(),
  labels: z.array(Label).max(20).nullable(),
  /** What stands beside the counts, in PDF and JSON */
  sections: z
    .array(ReportSection)
    .max(ReportSection.options.length)
    .default([...usualSections]),
  /** Whether the time before is in it as well */
  isCompared: z.boolean(),
  formats: z.array(ReportFormat).min(1).max(3),
  language: ReportLanguage,
  isEnabled: z.boolean(),
  /** Channels through which the files are sent as well: mail and webhooks */
  channels: z.array(ChannelId).max(20).default([]),
  /** So many times are kept in the folder, the newest; all when null */
  keepTimes: z.number().int().min(1).max(1000).nullable().default(null),
});
export type ReportSchedule = z.infer<typeof ReportSchedule>;

/** One writing of a scheduled report. Unix times in ms. */
export const ScheduleRun = z.object({
  at: z.number().int(),
  /** When it was due: later than that when the station did not run */
  dueAt: z.number().int(),
  from: z.number().int(),
  to: z.number().int(),
  /** Names of the files; none when it failed */
  files: z.array(z.string()),
  error: ErrorBody.nullable(),
});
export type ScheduleRun = z.infer<typeof ScheduleRun>;

export const ScheduleView = ReportSchedule.extend({
  /** Null while it is off */
  nextAt: z.number().int().nullable(),
  /** Newest first */
  runs: z.array(ScheduleRun),
  /** Folder on the PC of the station */
  folder: z.string(),
});
export type ScheduleView = z.infer<typeof ScheduleView>;

export const reportScheduleProcedures = {
  'reportSchedule.list': procedure({
    kind: 'query',
    route: 'GET /report-schedules',
    role: 'admin',
    summary: 'Lists the reports that the station writes by itself, with their last files',
    input: z.object({}),
    output: z.array(ScheduleView),
  }),
  'reportSchedule.save': procedure({
    kind: 'command',
    route: 'POST /report-schedules',
    role: 'admin',
    summary: 'Adds a report that is written by itself, or changes one',
    input: ReportSchedule.extend({ id: ScheduleId.optional() }),
    output: ScheduleView,
  }),
  'reportSchedule.remove': procedure({
    kind: 'command',
    route: 'DELETE /report-schedules/{id}',
    role: 'admin',
    summary: 'Ends a report that is written by itself; its files stay',
    input: z.object({ id: ScheduleId }),
    output: z.object({}),
  }),
  'reportSchedule.run': procedure({
    kind: 'command',
    route: 'POST /report-schedules/{id}/run',
    role: 'admin',
    summary:
      'Writes a scheduled report of the last whole day, week or month now, and sends it where it is sent',
    input: z.object({ id: ScheduleId }),
    output: ScheduleRun,
  }),
  'reportSchedule.file': procedure({
    kind: 'query',
    route: 'GET /report-schedules/{id}/file',
    role: 'admin',
    summary: 'Gives a file that a schedule has written',
    input: z.object({ id: ScheduleId, name: z.string().max(200) }),
    output: ReportFile,
  }),
};
