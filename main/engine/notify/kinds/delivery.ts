/**
 * What every kind of channel is given to send, and how it says that it could not.
 */
import { StationError } from '#contract/error.ts';
import type { ChannelKind, ChannelSettings } from '#contract/notification.ts';
import type { Message } from '#engine/notify/compose.ts';
import type { Conceal } from '#engine/notify/conceal.ts';
import type { AlertNotice } from '#contract/alert-notice.ts';

/** Who gets something, and in which try. */
export interface Receiver<K extends ChannelKind = ChannelKind> {
  readonly settings: Extract<ChannelSettings, { kind: K }>;
  /** Empty where none is set */
  readonly secret: string;
  /** Takes the secret out of what the receiver says */
  readonly conceal: Conceal;
  /** The same in every try */
  readonly key: string;
  readonly station: string;
  /** Unix time in ms of this try */
  readonly at: number;
  /** Ends the try: its time is over, or the station closes */
  readonly signal: AbortSignal;
}

export interface Delivery<K extends ChannelKind = ChannelKind> extends Receiver<K> {
  readonly notice: AlertNotice;
  readonly message: Message;
  readonly cameraName: string | null;
}

/** The receiver cannot be reached; another try may help. */
export function unreachable(what: string, cause: unknown, conceal: Conceal): StationError {
  return new StationError(
    'MSG_001',
    `${what} cannot be reached (${reasonOf(cause, conceal)}). Check the address, the network and that it runs.`,
  );
}

/** The receiver answered no. */
export function refused(message: string, options: { retryAfterS?: number } = {}): StationError {
  return new StationError('MSG_002', message, options);
}

/** The innermost reason in a few words, without line ends and secrets. */
export function reasonOf(cause: unknown, conceal: Conceal): string {
  let inner = cause;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (inner instanceof AggregateError && inner.errors[0] instanceof Error) inner = inner.errors[0];
  const text = inner instanceof Error ? inner.message : String(inner);
  return firstWords(text, conceal);
}

const longestReason = 200;

/** The beginning of what a receiver said: on one line, without secrets, which are taken out before it is cut. */
export function firstWords(text: string, conceal: Conceal): string {
  return conceal(text.replaceAll(/\s+/g, ' ').trim()).slice(0, longestReason);
}
