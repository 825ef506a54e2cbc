/**
 * What every kind of channel is given to send, and how it says that it could not.
 */
import { StationError } from '#contract/error.ts';
import type { ChannelSettings } from '#contract/notification.ts';
import type { Message } from '#engine/notify/compose.ts';
import type { Conceal } from '#engine/notify/conceal.ts';
import type { AlertNotice } from '#engine/notify/notice.ts';

export interface Delivery<K extends ChannelSettings['kind'] = ChannelSettings['kind']> {
  readonly settings: Extract<ChannelSettings, { kind: K }>;
  /** Empty where none is set */
  readonly secret: string;
  /** Takes the secret out of what the receiver says */
  readonly conceal: Conceal;
  readonly notice: AlertNotice;
  readonly message: Message;
  /** The same in every try */
  readonly key: string;
  readonly station: string;
  readonly cameraName: string | null;
  /** Unix time in ms of this try */
  readonly at: number;
  /** Ends the try: its time is over, or the station closes */
  readonly signal: AbortSignal;
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
