/**
 * Reads the body of a request within a limit, whatever length it claims to have.
 */
import { StationError } from '#contract/error.ts';

/** The largest JSON body of an ordinary procedure, bytes */
export const maxBodyBytes = 1_000_000;

/**
 * A JSON body; an empty one is an empty object.
 * @throws StationError REQ_005 above the limit, REQ_006 for another content type, REQ_001 when it is not JSON
 */
export async function readJson(request: Request, limitBytes = maxBodyBytes): Promise<unknown> {
  const bytes = await readBytes(request, limitBytes);
  if (bytes.byteLength === 0) return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'none';
  if (type !== 'application/json') {
    throw new StationError('REQ_006', `Send the body as application/json, not ${type}.`);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new StationError('REQ_001', 'The body is not JSON.', { cause });
  }
}

/** The whole body. @throws StationError REQ_005 as soon as it passes the limit */
export async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    length += part.byteLength;
    if (length > limitBytes) throw tooLarge(limitBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(limitBytes: number): StationError {
  return new StationError('REQ_005', `The body is larger than ${String(limitBytes)} bytes.`);
}
