/**
 * PagerDuty's Events API v2: one incident per alert, by its dedup_key; its routing key is the secret.
 */
import type { AlertNotice } from '#contract/alert-notice.ts';
import { type Delivery, refused } from './delivery.ts';
import { postJson } from './post.ts';

const longestSummary = 1_024;

const actions = {
  firing: 'trigger',
  escalated: 'trigger',
  test: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
} as const satisfies Record<AlertNotice['phase'], string>;

/** A test opens an incident and resolves it at once. @throws StationError MSG_001, MSG_002 */
export async function sendPagerDuty(delivery: Delivery<'pagerduty'>): Promise<void> {
  const { settings, secret, notice, signal, conceal } = delivery;
  if (secret === '') throw refused('No routing key of PagerDuty is set. Enter it.');
  const url = `${settings.apiUrl.replace(/\/+$/, '')}/v2/enqueue`;
  const post = (body: unknown) =>
    postJson({ ...{ what: 'PagerDuty', url, signal, conceal }, body: JSON.stringify(body) });
  await post(pagerDutyBody(delivery));
  if (notice.phase === 'test') {
    await post({ routing_key: secret, event_action: 'resolve', dedup_key: notice.alertId });
  }
}

/** What is posted. */
export function pagerDutyBody(delivery: Omit<Delivery<'pagerduty'>, 'signal' | 'conceal'>) {
  const { secret, notice, message, key, station, cameraName } = delivery;
  const action = actions[notice.phase];
  const base = { routing_key: secret, event_action: action, dedup_key: notice.alertId };
  if (action !== 'trigger') return base;
  return {
    ...base,
    client: 'Tallywatch',
    ...(message.link === null ? {} : { client_url: message.link.url }),
    payload: {
      summary: message.subject.slice(0, longestSummary),
      source: cameraName === null ? station : `${station}: ${cameraName}`,
      severity: notice.severity,
      timestamp: new Date(notice.at).toISOString(),
      component: notice.metric,
      class: notice.ruleId,
      custom_details: {
        ...Object.fromEntries(message.facts),
        ...(message.advice === '' ? {} : { [message.adviceLabel]: message.advice }),
        detail: notice.detail,
        delivery_key: key,
      },
    },
  };
}
