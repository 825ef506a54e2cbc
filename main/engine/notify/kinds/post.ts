/**
 * Posts JSON to a receiver on the web. Redirections are not followed: a secret goes to the address that was entered only.
 */
import type { Conceal } from '#engine/notify/conceal.ts';
import { firstWords, refused, unreachable } from './delivery.ts';

export interface Post {
  /** Who is meant, for messages */
  readonly what: string;
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly conceal: Conceal;
}

/** Bytes of an answer that are read */
const longestAnswer = 4_096;

/**
 * Resolves when the receiver said yes (2xx).
 * @throws StationError MSG_001 when it cannot be reached or is in trouble itself, MSG_002 when it refused
 */
export async function postJson({ what, url, body, headers, signal, conceal }: Post): Promise<void> {
  let response: Response;
  let answer: string;
  try {
    response = await fetch(url, {
      ...{ method: 'POST', body, signal, redirect: 'manual' },
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Tallywatch',
        ...headers,
      },
    });
    answer = firstWords(await beginning(response), conceal);
  } catch (error) {
    throw unreachable(what, error, conceal);
  }
  if (response.ok) return;
  const status = String(response.status);
  if (response.status >= 500) throw unreachable(what, `it answered ${status}`, conceal);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw refused(
    `${what} answered ${status}${answer === '' ? '' : `: ${answer}`}. Check its address and its key.`,
    Number.isFinite(seconds) && seconds > 0 ? { retryAfterS: seconds } : {},
  );
}

/** The beginning of an answer; the rest is left unread. */
async function beginning(response: Response): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) return '';
  const chunk = await reader.read();
  await reader.cancel();
  if (chunk.done) return '';
  return new TextDecoder().decode(chunk.value.subarray(0, longestAnswer));
}
