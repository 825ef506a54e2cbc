/**
 * The whole life of an alert on a real station: a default rule fires, tells an HTTP endpoint, is taken, outlives a restart, and is
 * resolved when its cause is gone.
 */
import { expect } from 'vitest';
import type { Alert, AlertMetric, AlertPhase } from '#contract/alert.ts';
import { presetRules } from '#engine/alerting/presets.ts';
import type { Receiver } from './notify-rig.ts';
import { until, type StationProcess } from './station-process.ts';

/** Fires and ends only by what is measured; a busy PC may take long to measure it. */
const limitMs = 150_000;
const channelId = 'endpoint';

/** The newest alert of a metric, once it is in that state. */
export function alertOf(
  station: StationProcess,
  metric: AlertMetric,
  state: Alert['state'],
): Promise<Alert> {
  return until(
    async () => (await station.call('alert.list', { metric, limit: 1 }))[0],
    (alert) => alert?.state === state,
    limitMs,
  ).then(
    (alert) => alert!,
    (error: unknown) => {
      throw new Error(station.output(), { cause: error });
    },
  );
}

/** The presets as they came, only without their long waits, and told to `receiver`. */
export async function watch(
  station: StationProcess,
  receiver: Receiver,
  metrics: readonly AlertMetric[],
): Promise<void> {
  await station.call('channel.save', {
    ...{ id: channelId, name: 'Endpoint', secret: 'a shared secret' },
    settings: { kind: 'webhook', url: receiver.url },
  });
  for (const metric of metrics) {
    const rule = presetRules.find((each) => each.metric === metric)!;
    const quick = { durationS: 1, clearS: 1, channels: [channelId] };
    await station.call('alertRule.save', { ...rule, ...quick });
  }
}

/** What the endpoint was told of an alert, in its order; what came twice with one key counts once. */
export function toldOf(receiver: Receiver, alertId: string): AlertPhase[] {
  const seen = new Set<string>();
  return receiver.received.flatMap(({ headers, body }) => {
    const { alert } = JSON.parse(body) as { alert: { id: string; phase: AlertPhase } };
    const key = String(headers['idempotency-key']);
    if (alert.id !== alertId || seen.has(key)) return [];
    seen.add(key);
    return [alert.phase];
  });
}

/** Waits until the endpoint was told exactly so much of an alert. */
export async function toldAll(
  receiver: Receiver,
  alertId: string,
  phases: readonly AlertPhase[],
): Promise<void> {
  await until(
    () => toldOf(receiver, alertId),
    (told) => told.length >= phases.length,
    limitMs,
  );
  expect(toldOf(receiver, alertId)).toEqual(phases);
}

/** Takes an alert that fires and waits until that was told too. */
export async function take(
  station: StationProcess,
  receiver: Receiver,
  { id }: Alert,
): Promise<void> {
  await toldAll(receiver, id, ['firing']);
  expect(await station.call('alert.acknowledge', { id, note: 'on my way' })).toMatchObject({
    state: 'acknowledged',
  });
  await toldAll(receiver, id, ['firing', 'acknowledged']);
}

/** Expects that an alert ended as the same one, taken by the same person, each step after the one before, and that this was told. */
export async function expectResolved(
  station: StationProcess,
  receiver: Receiver,
  { id, metric }: Alert,
): Promise<void> {
  const over = await alertOf(station, metric, 'resolved');
  expect(over).toMatchObject({ id, note: 'on my way', repeats: 0 });
  const { since, firedAt, acknowledgedAt, resolvedAt } = over;
  const times = [since, firedAt!, acknowledgedAt!, resolvedAt!];
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  await toldAll(receiver, id, ['firing', 'acknowledged', 'resolved']);
}
