/**
 * Brings a file of known digest to this PC: from a mirror folder, a mirror address or its home, resuming where a cut left it.
 */
import { copyFile, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { digestFile } from './digest.ts';

/** A server that sends nothing for so long has gone. */
const silentMs = 30_000;
/** Left free on the disk after a download */
const reserveBytes = 64 * 1024 * 1024;

export interface WantedFile {
  readonly title: string;
  readonly url: string;
  readonly bytes: number;
  /** SHA-256, lower-case hex */
  readonly digest: string;
}

export interface FetchOptions {
  /** Folder for the file and its part */
  readonly folder: string;
  /** A folder, or an http(s) address below which files are named by digest: `<address>/<digest>.onnx` */
  readonly mirror: string | null;
  readonly signal: AbortSignal;
  /** Share of the bytes that are here, 0…1 */
  readonly onProgress: (share: number) => void;
}

/**
 * Returns the path of the whole, checked file. A cut download stays as `.part` and is continued at the next call.
 * Rejects with RES_004 (disk too small), MODEL_001 (not to be had, with what to do), MODEL_002 (wrong digest; nothing is
 * kept), REQ_004 (cancelled).
 */
export async function fetchModel(wanted: WantedFile, options: FetchOptions): Promise<string> {
  const { folder, mirror } = options;
  await mkdir(folder, { recursive: true });
  const place = path.join(folder, `${wanted.digest}.onnx`);
  if ((await sizeOf(place)) === wanted.bytes && (await digestFile(place)) === wanted.digest) {
    return place;
  }
  await checkSpace(wanted, folder);
  const part = `${place}.part`;
  const isAddress = mirror !== null && /^https?:\/\//i.test(mirror);
  if (mirror !== null && !isAddress) {
    await copyFile(await findInFolder(wanted, mirror), part);
  } else {
    const url = isAddress ? `${mirror.replace(/\/$/, '')}/${wanted.digest}.onnx` : wanted.url;
    await download(wanted, { url, part, ...options });
  }
  if ((await digestFile(part)) !== wanted.digest) {
    await rm(part, { force: true });
    throw new StationError(
      'MODEL_002',
      `${wanted.title} came with another digest than the catalog's and was thrown away: the source is damaged or not the one it claims to be.`,
    );
  }
  await rename(part, place);
  options.onProgress(1);
  return place;
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

async function checkSpace({ title, bytes }: WantedFile, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes < bytes + reserveBytes) {
    throw new StationError(
      'RES_004',
      `${title} needs ${megabytes(bytes + reserveBytes)} in ${folder}, and ${megabytes(freeBytes)} are free: make room first.`,
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function findInFolder(wanted: WantedFile, folder: string): Promise<string> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new StationError('MODEL_001', `The mirror ${folder} cannot be read.`, { cause });
  });
  let hasSize = false;
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    const isNamed = name.startsWith(wanted.digest);
    if (!isNamed && (await sizeOf(file)) !== wanted.bytes) continue;
    hasSize = true;
    if ((await digestFile(file)) === wanted.digest) return file;
  }
  if (hasSize) {
    throw new StationError(
      'MODEL_002',
      `The mirror ${folder} has a file for ${wanted.title}, but its digest is another one: it is damaged or a different file.`,
    );
  }
  throw new StationError(
    'MODEL_001',
    `The mirror ${folder} does not have ${wanted.title}: put the file with the digest ${wanted.digest} there.`,
  );
}

interface Download extends FetchOptions {
  readonly url: string;
  readonly part: string;
}

async function download(wanted: WantedFile, options: Download): Promise<void> {
  let have = await sizeOf(options.part);
  if (have > wanted.bytes) {
    await rm(options.part);
    have = 0;
  }
  if (have === wanted.bytes) return;
  const silence = new AbortController();
  const signal = AbortSignal.any([options.signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), silentMs);
  try {
    const response = await fetch(options.url, {
      signal,
      headers: have > 0 ? { Range: `bytes=${String(have)}-` } : {},
    });
    const isResumed = response.status === 206;
    if (!response.ok || !response.body) {
      throw new StationError(
        'MODEL_001',
        `${wanted.title} cannot be fetched: the server answered ${String(response.status)}.`,
      );
    }
    let received = isResumed ? have : 0;
    const file = await open(options.part, isResumed ? 'a' : 'w');
    try {
      // Written chunk by chunk, so that whatever came before a cut is there to go on from.
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silentMs);
        received += chunk.length;
        if (received > wanted.bytes) throw tooLong(wanted);
        await file.write(chunk);
        options.onProgress(received / wanted.bytes);
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof StationError) {
      if (cause.code === 'MODEL_002') await rm(options.part, { force: true });
      throw cause;
    }
    if (options.signal.aborted) {
      throw new StationError('REQ_004', `Fetching ${wanted.title} was cancelled.`, { cause });
    }
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new StationError('RES_004', `The disk is full: ${wanted.title} was not saved.`, {
        cause,
      });
    }
    throw new StationError(
      'MODEL_001',
      `${wanted.title} cannot be fetched from ${new URL(options.url).host}; what came is kept and continued next time. Without a network, set TALLYWATCH_MODEL_MIRROR to a folder or an address that has the file, or import it from a file.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
  if ((await sizeOf(options.part)) < wanted.bytes) {
    throw new StationError(
      'MODEL_001',
      `The connection ended before ${wanted.title} was whole; what came is kept. Try again to go on from there.`,
    );
  }
}

function tooLong({ title }: WantedFile): StationError {
  return new StationError('MODEL_002', `${title} is longer than the catalog says; it was refused.`);
}
