/**
 * MQTT: one connection per message, which carries the same JSON as a webhook. With QoS 1 and 2 it counts as delivered when
 * the broker has confirmed it.
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { StationError } from '#contract/error.ts';
import { oneLine } from '#engine/notify/compose.ts';
import type { Conceal } from '#engine/notify/conceal.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';
import { certificateError, trustOf } from './certificate.ts';
import { type Delivery, reasonOf, refused, unreachable } from './delivery.ts';
import { eventBody } from './webhook.ts';

/** @throws StationError MSG_001, MSG_002 */
export async function sendMqtt(delivery: Delivery<'mqtt'>): Promise<void> {
  const { settings, secret, notice, signal, conceal } = delivery;
  signal.throwIfAborted();
  const options: IClientOptions = {
    reconnectPeriod: 0,
    ...trustOf(settings),
    wsOptions: trustOf(settings),
    ...(settings.user === '' ? {} : { username: settings.user }),
    ...(secret === '' ? {} : { password: secret }),
  };
  const client = connect(settings.url, options);
  try {
    await connected(client, signal);
    await published(client, delivery, topicOf(settings.topic, notice));
  } catch (error) {
    throw toError(error, { host: new URL(settings.url).host, conceal });
  } finally {
    client.end(true);
  }
}

/** The topic with its names filled in; what would be a level or a wildcard in a name becomes `_`. */
export function topicOf(template: string, notice: AlertNotice): string {
  const names: Record<string, string> = {
    severity: notice.severity,
    metric: notice.metric,
    phase: notice.phase,
    camera: notice.cameraId ?? 'station',
    rule: notice.ruleId,
  };
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(names, name) ? oneLine(names[name] ?? '').replaceAll(/[/+#]/g, '_') : whole,
  );
}

function connected(client: MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(error instanceof Error ? error : new Error(String(error)));
    client.once('connect', () => resolve());
    // Stays for the life of the client: an error without a listener would end the station.
    client.on('error', fail);
    client.on('close', () => fail(new Error('the broker closed the connection')));
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  });
}

function published(client: MqttClient, delivery: Delivery<'mqtt'>, topic: string): Promise<void> {
  const { settings, signal } = delivery;
  const { qos, isRetained: retain } = settings;
  return new Promise((resolve, reject) => {
    client.on('close', () => reject(new Error('the broker closed the connection')));
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    client.publish(topic, JSON.stringify(eventBody(delivery)), { qos, retain }, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

function toError(
  error: unknown,
  { host, conceal }: { readonly host: string; readonly conceal: Conceal },
): StationError {
  const untrusted = certificateError(error, { what: `The broker ${host}`, conceal });
  if (untrusted !== null) return untrusted;
  const code = (error as { code?: unknown } | null)?.code;
  // Refusals in a CONNACK and, above 128, of MQTT 5
  if (typeof code === 'number' && code > 0) {
    return refused(
      `The broker ${host} refused it (${reasonOf(error, conceal)}). Check user, password and topic.`,
    );
  }
  return unreachable(`The broker ${host}`, error, conceal);
}
