/**
 * A webhook of one's own: JSON with a signature over time and body, so that a receiver can tell that it came from this
 * station, and when.
 */
import { createHmac } from 'node:crypto';
import type { Delivery, Receiver } from './delivery.ts';
import { postJson } from './post.ts';

/** @throws StationError MSG_001, MSG_002 */
export async function sendWebhook(delivery: Delivery<'webhook'>): Promise<void> {
  await postEvent(delivery, {
    event: `alert.${delivery.notice.phase}`,
    body: JSON.stringify(eventBody(delivery)),
  });
}

/** Posts the JSON of an event with its signature. @throws StationError MSG_001, MSG_002 */
export async function postEvent(
  { settings, secret, key, at, signal, conceal }: Receiver<'webhook'>,
  { event, body }: { readonly event: string; readonly body: string },
): Promise<void> {
  const seconds = Math.floor(at / 1000);
  await postJson({
    ...{ what: `The webhook ${new URL(settings.url).host}`, url: settings.url, body },
    ...{ signal, conceal },
    headers: {
      'idempotency-key': key,
      'tallywatch-event': event,
      ...(secret === '' ? {} : { 'tallywatch-signature': signature(secret, { seconds, body }) }),
    },
  });
}

/** `t=<Unix time in s>,v1=<hex HMAC-SHA256 of "<t>.<body>">` */
export function signature(
  secret: string,
  { seconds, body }: { readonly seconds: number; readonly body: string },
): string {
  const digest = createHmac('sha256', secret)
    .update(`${String(seconds)}.${body}`)
    .digest('hex');
  return `t=${String(seconds)},v1=${digest}`;
}

/** What webhooks and MQTT carry; its form is described in docs/notifications.md. */
export function eventBody({
  notice,
  message,
  key,
  station,
  cameraName,
}: Omit<Delivery, 'signal' | 'conceal'>) {
  return {
    version: 1,
    id: key,
    event: `alert.${notice.phase}`,
    station,
    alert: {
      id: notice.alertId,
      rule: notice.ruleId,
      metric: notice.metric,
      severity: notice.severity,
      phase: notice.phase,
      subject: notice.subject,
      camera: notice.cameraId === null ? null : { id: notice.cameraId, name: cameraName },
      ...{ value: notice.value, limit: notice.limit, unit: notice.unit },
      since: new Date(notice.since).toISOString(),
      at: new Date(notice.at).toISOString(),
      detail: notice.detail,
    },
    text: { subject: message.subject, sentence: message.sentence, advice: message.advice },
    url: message.link?.url ?? null,
  };
}
