/**
 * How an encrypted channel knows its receiver: by an authority that this PC trusts, or by the one that the channel names.
 */
import { StationError } from '#contract/error.ts';
import type { Conceal } from '#engine/notify/conceal.ts';
import { reasonOf } from './delivery.ts';

/** Options of a TLS connection. With an authority of its own no other is trusted. */
export function trustOf({ authority }: { readonly authority?: string | undefined }): {
  readonly ca?: string;
} {
  return authority === undefined ? {} : { ca: authority };
}

/** Node's words for a certificate that is of nobody known, of another host, or of another time. */
const untrusted =
  /self[- ]signed|unable to (?:verify|get)|certificate has expired|not yet valid|altnames|certificate (?:chain|signature)/i;

/**
 * The error of a receiver whose certificate is not trusted; null when something else went wrong.
 * @param what the receiver in words: `The mail server mail.lan:587`
 */
export function certificateError(
  error: unknown,
  { what, conceal }: { readonly what: string; readonly conceal: Conceal },
): StationError | null {
  const reason = reasonOf(error, conceal);
  if (!untrusted.test(reason)) return null;
  return new StationError(
    'MSG_001',
    `${what} has a certificate that is not trusted (${reason}), so nothing was sent. Enter the certificate of the authority that signed it in the channel, or have the receiver's certificate mended.`,
  );
}
