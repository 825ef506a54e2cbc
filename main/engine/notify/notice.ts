/**
 * What is told to people: one step in the life of one alert, or a report with its files.
 */
import { z } from 'zod';
import { AlertSeverity } from '#contract/alert.ts';
import { AlertPhase } from '#contract/notification.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';
import { ReportNotice } from './report-notice.ts';

export type Notice = AlertNotice | ReportNotice;

const StoredAlert: z.ZodType<AlertNotice> = z.object({
  alertId: z.string(),
  ruleId: z.string(),
  metric: z.string(),
  severity: AlertSeverity,
  phase: AlertPhase,
  subject: z.string().nullable(),
  cameraId: z.string().nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string().nullable(),
  since: z.number(),
  at: z.number(),
  detail: z.string(),
});

/** A notice as a row of the outbox keeps it. */
export const StoredNotice: z.ZodType<Notice> = z.union([ReportNotice, StoredAlert]);

/** The notice of a test: made up, and it says so. `at` is Unix time in ms. */
export function testNotice(channelId: string, at: number): AlertNotice {
  return {
    alertId: `test-${channelId}-${String(at)}`,
    ruleId: 'test',
    metric: 'test',
    severity: 'info',
    phase: 'test',
    ...{ subject: null, cameraId: null, value: null, limit: null, unit: null },
    ...{ since: at, at },
    detail: 'This is a test: nothing is wrong, and alerts of this station arrive here.',
  };
}
