/**
 * Mail by SMTP: plain text and HTML. The steps of one alert are one thread, and the Message-ID is the same in every try.
 */
import { createTransport } from 'nodemailer';
import { StationError } from '#contract/error.ts';
import { type Message, toHtml, toPlainText } from '#engine/notify/compose.ts';
import type { Conceal } from '#engine/notify/conceal.ts';
import { certificateError, trustOf } from './certificate.ts';
import { type Delivery, reasonOf, type Receiver, refused, unreachable } from './delivery.ts';

/** @throws StationError MSG_001, MSG_002 */
export async function sendMail(delivery: Delivery<'smtp'>): Promise<void> {
  const { notice, message } = delivery;
  await sendLetter(delivery, {
    ...{ message, event: `alert.${notice.phase}`, isUrgent: notice.severity === 'critical' },
    thread: `alert-${notice.alertId}`,
    attachments: [],
  });
}

export interface Letter {
  readonly message: Message;
  /** Of the header `X-Tallywatch-Event` */
  readonly event: string;
  /** Letters of the same thread stand together in a mail program */
  readonly thread: string;
  readonly isUrgent: boolean;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: Buffer;
  }[];
}

/** @throws StationError MSG_001, MSG_002 */
export async function sendLetter(
  { settings, secret, key, signal, conceal }: Receiver<'smtp'>,
  { message, event, thread, isUrgent, attachments }: Letter,
): Promise<void> {
  signal.throwIfAborted();
  const { host, port, tls, user, from, to } = settings;
  const transport = createTransport({
    ...{ host, port, secure: tls === 'tls', requireTLS: tls === 'starttls' },
    ignoreTLS: tls === 'none',
    tls: trustOf(settings),
    ...(user === '' ? {} : { auth: { user, pass: secret } }),
  });
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    const sent = transport.sendMail({
      ...{ from, to, subject: message.subject },
      text: toPlainText(message),
      html: toHtml(message),
      messageId: `<${key}@tallywatch>`,
      references: `<${encodeURIComponent(thread)}@tallywatch>`,
      attachments: [...attachments],
      headers: {
        'X-Tallywatch-Key': key,
        'X-Tallywatch-Event': event,
        'Auto-Submitted': 'auto-generated',
        ...(isUrgent ? { Importance: 'high' } : {}),
      },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    await Promise.race([sent, over]);
  } catch (error) {
    throw toError(error, { server: `${host}:${String(port)}`, conceal });
  } finally {
    transport.close();
  }
}

function toError(
  error: unknown,
  { server, conceal }: { readonly server: string; readonly conceal: Conceal },
): StationError {
  const untrusted = certificateError(error, { what: `The mail server ${server}`, conceal });
  if (untrusted !== null) return untrusted;
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  if (code === 'EAUTH') {
    return refused(
      `The mail server ${server} refused user or password (${reasonOf(error, conceal)}). Enter them again.`,
    );
  }
  if (code === 'ETLS') {
    return new StationError(
      'MSG_001',
      `The mail server ${server} does not encrypt as set (${reasonOf(error, conceal)}). Choose another way of encryption.`,
    );
  }
  if (typeof responseCode === 'number' && responseCode >= 500) {
    return refused(
      `The mail server ${server} refused the mail (${reasonOf(error, conceal)}). Check sender and recipients.`,
    );
  }
  return unreachable(`The mail server ${server}`, error, conceal);
}
