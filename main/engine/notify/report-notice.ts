/**
 * A report on its way to people. Its files stay where they are: a row of the outbox has their paths, and each try reads them.
 */
import { z } from 'zod';

export const SentFile = z.object({
  name: z.string(),
  /** On the PC of the station */
  path: z.string(),
  /** Media type */
  type: z.string(),
});
export type SentFile = z.infer<typeof SentFile>;

export const SentReport = z.object({
  /** Of its schedule */
  id: z.string(),
  name: z.string(),
  /** The time it is of, Unix ms, `to` exclusive */
  from: z.number(),
  to: z.number(),
  files: z.array(SentFile),
});
export type SentReport = z.infer<typeof SentReport>;

export const ReportNotice = z.object({
  /** The outbox goes through what has the same id in its order */
  alertId: z.string(),
  phase: z.literal('report'),
  severity: z.literal('info'),
  metric: z.literal('report'),
  cameraId: z.null(),
  detail: z.string(),
  report: SentReport,
});
export type ReportNotice = z.infer<typeof ReportNotice>;

export function reportNotice(report: SentReport): ReportNotice {
  const names = report.files.map(({ name }) => name).join(', ');
  return {
    ...{ alertId: `report-${report.id}`, phase: 'report', severity: 'info', metric: 'report' },
    ...{ cameraId: null, detail: `${report.name}: ${names}`, report },
  };
}
