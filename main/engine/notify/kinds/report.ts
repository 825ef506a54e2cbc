/**
 * A report with its files: attached to a mail, or as base64 in the JSON of a webhook.
 */
import { createHash } from 'node:crypto';
import type { Attachment } from '#engine/notify/attachments.ts';
import type { Message } from '#engine/notify/compose.ts';
import type { SentReport } from '#engine/notify/report-notice.ts';
import { type Receiver, refused } from './delivery.ts';
import { sendLetter } from './smtp.ts';
import { postEvent } from './webhook.ts';

export interface ReportDelivery extends Receiver {
  readonly report: SentReport;
  readonly message: Message;
  readonly attachments: readonly Attachment[];
}

/** @throws StationError MSG_001, MSG_002, also for a channel that was made one of a kind without files meanwhile */
export async function sendReport(delivery: ReportDelivery): Promise<void> {
  const { settings, report, message, attachments } = delivery;
  switch (settings.kind) {
    case 'smtp':
      return sendLetter(
        { ...delivery, settings },
        {
          ...{ message, event: 'report', thread: `report-${report.id}`, isUrgent: false },
          attachments: attachments.flatMap(({ name, type, content }) =>
            Buffer.isBuffer(content) ? [{ filename: name, contentType: type, content }] : [],
          ),
        },
      );
    case 'webhook':
      return postEvent(
        { ...delivery, settings },
        { event: 'report', body: JSON.stringify(reportBody(delivery)) },
      );
    case 'slack':
    case 'pagerduty':
    case 'mqtt':
      throw refused('Reports go through mail and webhooks only. Choose such a channel for them.');
  }
}

/** What a webhook gets; its form is described in docs/notifications.md. */
function reportBody({ report, message, attachments, key, station }: ReportDelivery) {
  return {
    ...{ version: 1, id: key, event: 'report', station },
    report: {
      ...{ id: report.id, name: report.name },
      ...{ from: new Date(report.from).toISOString(), to: new Date(report.to).toISOString() },
      files: attachments.map(({ name, type, path, bytes, content }) => {
        const data = Buffer.isBuffer(content) ? content : null;
        return {
          ...{ name, type, path, bytes },
          sha256: data && createHash('sha256').update(data).digest('hex'),
          data: data && data.toString('base64'),
        };
      }),
    },
    text: { subject: message.subject, sentence: message.sentence },
    url: message.link?.url ?? null,
  };
}
