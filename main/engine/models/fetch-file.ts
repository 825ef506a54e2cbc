/**
 * Brings a file from an address that a person gave: of unknown digest, so never continued and never larger than a limit.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StationError } from '#contract/error.ts';

/** A server that sends nothing for so long has gone. */
const silentMs = 30_000;

export interface FetchFileOptions {
  /** Where the file goes when it is whole */
  readonly place: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Share of the bytes that are here, 0…1; not called where the server does not say how many there are */
  readonly onProgress: (share: number) => void;
}

/** Rejects with MODEL_001 (not to be had), MODEL_002 (too large), RES_004 (disk full), REQ_004 (cancelled). */
export async function fetchFile(url: string, options: FetchFileOptions): Promise<void> {
  const { place, maxBytes } = options;
  const part = `${place}.part`;
  await mkdir(path.dirname(place), { recursive: true });
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silentMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([options.signal, silence.signal]),
    });
    if (!response.ok || !response.body) {
      throw new StationError(
        'MODEL_001',
        `${hostOf(url)} answered ${String(response.status)}: check the address.`,
      );
    }
    const stated = Number(response.headers.get('content-length') ?? 0);
    if (stated > maxBytes) throw tooLarge(maxBytes);
    let received = 0;
    await pipeline(
      response.body as AsyncIterable<Uint8Array>,
      async function* (source: AsyncIterable<Uint8Array>) {
        for await (const chunk of source) {
          clearTimeout(timer);
          timer = setTimeout(() => silence.abort(), silentMs);
          received += chunk.length;
          if (received > maxBytes) throw tooLarge(maxBytes);
          if (stated > 0) options.onProgress(Math.min(1, received / stated));
          yield chunk;
        }
      },
      createWriteStream(part),
    );
    await rename(part, place);
  } catch (cause) {
    await rm(part, { force: true });
    throw explain(cause, url, options.signal);
  } finally {
    clearTimeout(timer);
  }
}

function explain(cause: unknown, url: string, signal: AbortSignal): StationError {
  if (cause instanceof StationError) return cause;
  if (signal.aborted)
    return new StationError('REQ_004', 'Fetching the model was cancelled.', { cause });
  if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') {
    return new StationError('RES_004', 'The disk is full: the model was not saved.', { cause });
  }
  return new StationError(
    'MODEL_001',
    `The model cannot be fetched from ${hostOf(url)}: check the address and the network, or import it from a file.`,
    { cause },
  );
}

function tooLarge(maxBytes: number): StationError {
  return new StationError(
    'MODEL_002',
    `The file is larger than ${String(Math.round(maxBytes / 1024 ** 2))} MB and was not fetched.`,
  );
}

/** Host only: an address may carry a password. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the address';
}
