/**
 * Reads the body of a request within a limit, whatever length it claims to have, and within the memory that the bodies of
 * all requests share.
 */
import { StationError } from '#contract/error.ts';

/** The largest JSON body of an ordinary procedure, bytes */
export const maxBodyBytes = 1_000_000;
/** When somebody whose body found no room may come again, s */
const retryAfterS = 2;

/** Memory that the bodies of open requests share. */
export interface BodyRoom {
  /** Room for one request. */
  open(): BodyShare;
}

export interface BodyShare {
  /** @throws StationError RES_003 when the room is used up */
  take(bytes: number): void;
  /** Gives it all back, when the request is answered. */
  close(): void;
}

/** @param maxBytes of all open requests together */
export function createBodyRoom(maxBytes: number): BodyRoom {
  let takenBytes = 0;
  return {
    open() {
      let own = 0;
      return {
        take(bytes) {
          if (takenBytes + bytes > maxBytes) {
            throw new StationError(
              'RES_003',
              'Too many large requests are open already; try again in a few seconds.',
              { retryAfterS },
            );
          }
          takenBytes += bytes;
          own += bytes;
        },
        close() {
          takenBytes -= own;
          own = 0;
        },
      };
    },
  };
}

/** The content type of a request without its parameters, lower case; `none` when it has none. */
export function contentTypeOf(request: Pick<Request, 'headers'>): string {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
}

/**
 * Bytes as JSON; none are an empty object.
 * @throws StationError REQ_006 for another content type, REQ_001 when it is not JSON
 */
export function parseJsonBody(bytes: Uint8Array, contentType: string): unknown {
  if (bytes.byteLength === 0) return {};
  if (contentType !== 'application/json') {
    throw new StationError('REQ_006', `Send the body as application/json, not ${contentType}.`);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new StationError('REQ_001', 'The body is not JSON.', { cause });
  }
}

/** The whole body. @throws StationError REQ_005 as soon as it passes the limit, RES_003 when there is no room for it */
export async function readBytes(
  request: Pick<Request, 'headers' | 'body'>,
  limitBytes: number,
  share: BodyShare,
): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > limitBytes) throw tooLarge(limitBytes);
    share.take(part.byteLength);
    parts.push(part);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

function tooLarge(limitBytes: number): StationError {
  return new StationError('REQ_005', `The body is larger than ${String(limitBytes)} bytes.`);
}
