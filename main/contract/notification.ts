/**
 * How alerts reach people: the channels of the station, and every notification that was, or is to be, sent through them.
 */
import { z } from 'zod';
import { AlertSeverity, ChannelId } from './alert.ts';
import { ErrorBody } from './error.ts';
import { procedure } from './procedure.ts';

export const AlertPhase = z.enum(['firing', 'escalated', 'acknowledged', 'resolved', 'test']);
export type AlertPhase = z.infer<typeof AlertPhase>;

/** A step in the life of an alert, or a report with its files. */
export const NoticePhase = z.enum([...AlertPhase.options, 'report']);
export type NoticePhase = z.infer<typeof NoticePhase>;

const secretHint = 'write-only: it is kept by the station and never shown again';

/** Whether an address may be sent to: encrypted, or on this PC, and without a user and password inside. */
function isSafeAddress(text: string, schemes: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return schemes.includes(protocol) && (isLoopback || protocol === 'https:');
}

/** An address on the web: https, or http on this PC. */
export const WebAddress = z
  .string()
  .max(2000)
  .refine((text) => isSafeAddress(text, ['https:', 'http:']), {
    error:
      'an address that begins with https:// (http:// only on this PC), without a user and password in it',
  });

const host = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'a host name or an IP address');
/** No line ends or control characters, which would break out of a header. */
const headerText = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text');

/** Who vouches for the receiver's certificate. */
const authority = z
  .string()
  .trim()
  .max(20_000)
  .regex(
    /^(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/,
    'a certificate as PEM text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----',
  )
  .optional()
  .describe(
    'Certificate of the authority that signed the receiver’s, as PEM text; left out, those that this PC trusts',
  );

export const ChannelSettings = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('smtp'),
    host: host.describe('Mail server'),
    port: z.number().int().min(1).max(65_535).default(587).describe('Usually 587, or 465 with tls'),
    tls: z
      .enum(['none', 'starttls', 'tls'])
      .default('starttls')
      .describe('starttls: encrypted or nothing is sent; tls: encrypted from the first byte'),
    user: headerText(200).default('').describe('Empty for a server that asks for none'),
    from: z.email().describe('Address the mail comes from'),
    to: z.array(z.email()).min(1).max(20).describe('Who gets the mail'),
    authority,
  }),
  z.strictObject({ kind: z.literal('slack') }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    apiUrl: WebAddress.default('https://events.pagerduty.com').describe(
      'Address of the Events API; another one only for the EU region or a test',
    ),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    url: WebAddress.describe('Where the JSON is posted to'),
  }),
  z.strictObject({
    kind: z.literal('mqtt'),
    url: z
      .string()
      .max(500)
      .refine(
        (text) =>
          URL.canParse(text) &&
          /^(?:mqtts?|wss?):$/.test(new URL(text).protocol) &&
          new URL(text).username === '' &&
          new URL(text).password === '',
        {
          error:
            'an address that begins with mqtt://, mqtts://, ws:// or wss://, without a user and password in it',
        },
      )
      .describe('Address of the broker; mqtts:// and wss:// are encrypted'),
    topic: z
      .string()
      .min(1)
      .max(200)
      .regex(/^(?!\$)[^+#\p{Cc}]+$/u, 'a topic without + and #, that does not begin with $')
      .default('tallywatch/alerts/{severity}/{metric}')
      .describe('{severity}, {metric}, {phase}, {camera} and {rule} are filled in'),
    qos: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(1),
    isRetained: z.boolean().default(false).describe('Whether the broker keeps the newest one'),
    user: headerText(200).default('').describe('Empty for a broker that asks for none'),
    authority,
  }),
]);
export type ChannelSettings = z.infer<typeof ChannelSettings>;
export type ChannelKind = ChannelSettings['kind'];

/** Kinds through which files can be sent. */
export const fileChannels: readonly ChannelKind[] = ['smtp', 'webhook'];

/** How a channel fares, by its last tries. */
export const ChannelState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('unused') }),
  z.object({ state: z.literal('working'), deliveredAt: z.number() }),
  z.object({
    state: z.literal('failing'),
    /** Unix time in ms of the first failure in this row of failures */
    since: z.number(),
    failures: z.number().int().positive(),
    error: ErrorBody,
    /** Unix time in ms; null when nothing waits */
    nextTryAt: z.number().nullable(),
  }),
]);
export type ChannelState = z.infer<typeof ChannelState>;

/** A channel as it is kept, without its secret. */
export const ChannelDefinition = z.object({
  id: ChannelId,
  name: headerText(80).min(1),
  settings: ChannelSettings,
  isEnabled: z.boolean(),
  /** Language of what it sends */
  language: z.enum(['en', 'vi']),
  /** Less serious alerts are not sent through it */
  minSeverity: AlertSeverity,
});
export type ChannelDefinition = z.infer<typeof ChannelDefinition>;

export const Channel = ChannelDefinition.extend({
  /** Whether its password, key, webhook address or signing secret is set */
  hasSecret: z.boolean(),
  state: ChannelState,
  /** How many notifications wait */
  waiting: z.number().int().nonnegative(),
  /** How many were dropped since it was made because too many waited */
  dropped: z.number().int().nonnegative(),
});
export type Channel = z.infer<typeof Channel>;

export const ChannelDraft = z.object({
  id: ChannelId.optional(),
  name: headerText(80).min(1),
  settings: ChannelSettings,
  isEnabled: z.boolean().default(true),
  language: ChannelDefinition.shape.language.default('en'),
  minSeverity: AlertSeverity.default('info'),
  secret: z
    .string()
    .max(2000)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text')
    .optional()
    .describe(
      `Password (smtp, mqtt), webhook address (slack), routing key (pagerduty) or signing secret (webhook); ${secretHint}. Left out, it stays as it is`,
    ),
});
export type ChannelDraft = z.input<typeof ChannelDraft>;

/** One notice on its way through one channel. */
export const Notification = z.object({
  id: z.number().int().positive(),
  channelId: ChannelId,
  alertId: z.string(),
  phase: NoticePhase,
  severity: AlertSeverity,
  metric: z.string(),
  cameraId: z.string().nullable(),
  /** What is wrong, or which report it is, in English */
  detail: z.string(),
  /** The same in every try, so that a receiver can tell a repetition */
  key: z.string(),
  /** Unix time in ms */
  createdAt: z.number(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  /** Tries so far */
  attempts: z.number().int().nonnegative(),
  /** Unix time in ms; null when it is done */
  nextTryAt: z.number().nullable(),
  /** Unix time in ms when it was delivered or given up */
  doneAt: z.number().nullable(),
  /** Of the last try that failed */
  error: ErrorBody.nullable(),
});
export type Notification = z.infer<typeof Notification>;

export const NotificationQuery = z.object({
  channelId: ChannelId.optional(),
  alertId: z.string().max(200).optional(),
  state: Notification.shape.state.optional(),
  /** Only those with a smaller id: the next page */
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(500).default(50),
});
export type NotificationQuery = z.infer<typeof NotificationQuery>;

export const notificationProcedures = {
  'channel.list': procedure({
    kind: 'query',
    route: 'GET /channels',
    role: 'operator',
    summary: 'Lists the channels through which alerts reach people, and how each fares',
    input: z.object({}),
    output: z.array(Channel),
  }),
  'channel.save': procedure({
    kind: 'command',
    route: 'POST /channels',
    role: 'admin',
    summary: 'Adds a channel or changes one; its secret is kept and never shown again',
    input: ChannelDraft,
    output: Channel,
  }),
  'channel.remove': procedure({
    kind: 'command',
    route: 'DELETE /channels/{id}',
    role: 'admin',
    summary: 'Removes a channel; what still waits in it is given up',
    input: z.object({ id: ChannelId }),
    output: z.object({}),
  }),
  'channel.test': procedure({
    kind: 'command',
    route: 'POST /channels/{id}/test',
    role: 'admin',
    summary: 'Sends a test notification through a channel and says what came of it',
    input: z.object({ id: ChannelId }),
    output: z.object({ tookMs: z.number().nonnegative() }),
  }),
  'notification.list': procedure({
    kind: 'query',
    route: 'GET /notifications',
    role: 'operator',
    summary: 'Lists what was sent and what waits to be sent, newest first',
    input: NotificationQuery,
    output: z.array(Notification),
  }),
};
