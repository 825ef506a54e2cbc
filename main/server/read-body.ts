/**
 * Reads the body of a request as JSON, never more of it than the procedure takes.
 */
import { StationError } from '#contract/error.ts';

/** The usual limit; a procedure that takes pictures names its own. */
export const defaultMaxBodyBytes = 1_000_000;

/**
 * An empty body is an empty object.
 * @throws StationError REQ_001 when it is larger than `maxBytes` or not JSON
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const text = await readText(request, maxBytes);
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new StationError('REQ_001', 'The body is not JSON.', { cause });
  }
}

/** The length that a header names may be missing or wrong, so the bytes are counted as they come. */
async function readText(request: Request, maxBytes: number): Promise<string> {
  if (request.body === null) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function tooLarge(maxBytes: number): StationError {
  return new StationError('REQ_001', `The body is larger than ${String(maxBytes)} bytes.`);
}
