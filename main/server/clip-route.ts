/**
 * Bytes of a clip over HTTP, whole or by Range, as video players ask for them. Each part passes the router and its roles.
 */
import type { Context } from 'hono';
import { StationError } from '#contract/error.ts';
import type { OutputOf } from '#contract/procedures.ts';

/** Reads a part of a clip from an offset on. Rejects with a StationError. */
export type ReadClip = (id: string, offset: number) => Promise<OutputOf<'recording.clipBytes'>>;

/** Answers 200 with all, 206 with the range asked for, 416 when the clip has no such bytes. */
export async function answerClip(
  { req }: Pick<Context, 'req'>,
  id: string,
  read: ReadClip,
): Promise<Response> {
  const asked = req.header('range');
  const { bytes } = await read(id, 0);
  const range = asked === undefined ? { from: 0, to: bytes } : parseRange(asked, bytes);
  const headers = {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
  };
  if (range === null) {
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${String(bytes)}` },
    });
  }
  const { from, to } = range;
  return new Response(stream({ id, from, to }, read), {
    status: asked === undefined ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(to - from),
      ...(asked !== undefined && {
        'content-range': `bytes ${String(from)}-${String(to - 1)}/${String(bytes)}`,
      }),
    },
  });
}

/**
 * One range of RFC 9110 (14.1.2) within so many bytes, `to` exclusive; null when it lies outside. What cannot be read
 * asks for everything, as the RFC allows.
 */
export function parseRange(text: string, bytes: number): { from: number; to: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text.trim());
  if (!match || (match[1] === '' && match[2] === '')) return { from: 0, to: bytes };
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  return from < to ? { from, to } : null;
}

function stream(
  { id, from, to }: { id: string; from: number; to: number },
  read: ReadClip,
): ReadableStream<Uint8Array> {
  let at = from;
  return new ReadableStream({
    async pull(controller) {
      const { data } = await read(id, at);
      const part = Buffer.from(data, 'base64').subarray(0, to - at);
      if (part.length === 0) {
        controller.error(new StationError('REQ_002', 'The clip has ended before its length.'));
        return;
      }
      controller.enqueue(part);
      at += part.length;
      if (at >= to) controller.close();
    },
  });
}
