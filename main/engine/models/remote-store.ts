/**
 * The remote store of models over the protocol of S3: files by their digest, and one description for each version.
 *
 *   <prefix>blobs/<sha256>                  a file, once, whatever versions have it
 *   <prefix>models/<name>/<version>.json    the manifest, written last: what it names is there
 *   <prefix>archive/<part>.json             the same for a file of the archive of counts
 */
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StationError } from '#contract/error.ts';
import type { ModelFile } from '#contract/model.ts';
import type { ModelManifest } from '#contract/registry.ts';
import type { RemoteSettings } from '#contract/remote.ts';
import { parseManifest } from './bundle.ts';
import { digestFile } from './digest.ts';
import { uploadFile } from './remote-upload.ts';

const maxVersions = 1000;
/** A store that does not answer for so long has gone. */
const connectMs = 5_000;
const silentMs = 30_000;

export interface Transfer {
  readonly signal: AbortSignal;
  /** Bytes that are over, of all */
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

export interface RemoteStore {
  /** Whether bucket and keys work. Rejects as all of these do: SYS_001 (no answer), SYS_004 (refused, no such bucket). */
  check(): Promise<void>;
  list(): Promise<ModelManifest[]>;
  /** Rejects with MODEL_001 when there is none, MODEL_002 when it cannot be read. */
  manifest(name: string, version: string): Promise<ModelManifest>;
  /**
   * Brings a version there; files that are there already are left alone, and a cut upload goes on after its last whole part.
   * Rejects with REQ_003 when another content has that name and version there.
   */
  push(manifest: ModelManifest, folder: string, transfer: Transfer): Promise<void>;
  /**
   * Fetches the files of a version into a folder, each checked; a cut download goes on where it was.
   * Rejects with MODEL_002 when a digest is wrong, and keeps nothing of that file.
   */
  pull(manifest: ModelManifest, folder: string, transfer: Transfer): Promise<void>;
  /** Brings a file of the archive there, and then its description under `archive/`. */
  keepFile(
    file: BlobFile,
    folder: string,
    manifest: { readonly name: string; readonly text: string },
  ): Promise<void>;
  /** Fetches a file of the archive into a folder. Rejects with MODEL_002 when its digest is wrong. */
  fetchFile(file: BlobFile, folder: string): Promise<void>;
  close(): void;
}

/** A file that is kept by its digest; its path is within a folder. */
export type BlobFile = Pick<ModelFile, 'path' | 'bytes' | 'digest'>;

export function createRemoteStore(settings: RemoteSettings): RemoteStore {
  const { bucket, prefix } = settings;
  const client = new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: true,
    credentials: {
      accessKeyId: settings.accessKeyId,
      secretAccessKey: settings.secretAccessKey,
    },
    requestHandler: { connectionTimeout: connectMs, socketTimeout: silentMs },
    maxAttempts: 3,
    // Every file is checked by its own digest; the SDK's checksums are more than many stores of other makers take.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const blobKey = (digest: string): string => `${prefix}blobs/${digest}`;
  const modelKey = (name: string, version: string): string =>
    `${prefix}models/${name}/${version}.json`;

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw explain(cause, settings);
    }
  }

  async function readManifest(key: string): Promise<ModelManifest> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return parseManifest((await Body?.transformToString('utf8')) ?? '');
  }

  async function findManifest(key: string): Promise<ModelManifest | null> {
    try {
      return await readManifest(key);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async function keys(): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${prefix}models/`,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      found.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key ? [Key] : [])));
      token = page.NextContinuationToken;
    } while (token !== undefined && found.length < maxVersions);
    return found.filter((key) => key.endsWith('.json'));
  }

  async function sizeOf(key: string): Promise<number | null> {
    try {
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return head.ContentLength ?? 0;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async function upload(file: BlobFile, folder: string, step: Step): Promise<void> {
    const key = blobKey(file.digest);
    if ((await sizeOf(key)) !== file.bytes) {
      const place = path.join(folder, file.path);
      await uploadFile(client, { ...step, bucket, key, file: place, bytes: file.bytes });
    }
    step.onBytes(file.bytes);
  }

  async function download(file: BlobFile, place: string, step: Step): Promise<void> {
    const part = `${place}.part`;
    await mkdir(path.dirname(place), { recursive: true });
    const have = (await stat(part).catch(() => null))?.size ?? 0;
    const from = have <= file.bytes ? have : 0;
    if (from < file.bytes) {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: blobKey(file.digest),
          ...(from > 0 ? { Range: `bytes=${String(from)}-` } : {}),
        }),
        { abortSignal: step.signal },
      );
      let received = from;
      await pipeline(
        Body as Readable,
        async function* (source: AsyncIterable<Uint8Array>) {
          for await (const chunk of source) {
            received += chunk.length;
            if (received > file.bytes) throw wrongDigest(file);
            step.onBytes(received);
            yield chunk;
          }
        },
        createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }),
        { signal: step.signal },
      );
    }
    if ((await digestFile(part).catch(() => '')) !== file.digest) {
      await rm(part, { force: true });
      throw wrongDigest(file);
    }
    await rename(part, place);
  }

  return {
    check: () =>
      ask(async () => {
        await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}models/`, MaxKeys: 1 }),
        );
      }),
    list: () =>
      ask(async () => {
        const manifests: ModelManifest[] = [];
        for (const key of await keys()) manifests.push(await readManifest(key));
        return manifests;
      }),
    manifest: (name, version) =>
      ask(async () => {
        const manifest = await findManifest(modelKey(name, version));
        if (manifest) return manifest;
        throw new StationError(
          'MODEL_001',
          `There is no model ${name} ${version} in the remote store.`,
        );
      }),
    push: (manifest, folder, transfer) =>
      ask(async () => {
        const { name, version } = manifest.card;
        const key = modelKey(name, version);
        const there = await findManifest(key);
        if (there && there.digest !== manifest.digest) {
          throw new StationError(
            'REQ_003',
            `The remote store has another model ${name} ${version}. Versions are not replaced: import this one under another version.`,
          );
        }
        for (const { file, onBytes } of steps(manifest, transfer)) {
          await upload(file, folder, { signal: transfer.signal, onBytes });
        }
        const Body = JSON.stringify(manifest, null, 2);
        await client.send(
          new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/json' }),
        );
      }),
    pull: (manifest, folder, transfer) =>
      ask(async () => {
        for (const { file, onBytes } of steps(manifest, transfer)) {
          const place = path.join(folder, file.path);
          const isHere = (await digestFile(place).catch(() => '')) === file.digest;
          if (!isHere) await download(file, place, { signal: transfer.signal, onBytes });
          onBytes(file.bytes);
        }
      }),
    keepFile: (file, folder, { name, text }) =>
      ask(async () => {
        await upload(file, folder, quiet);
        const Key = `${prefix}archive/${name}.json`;
        await client.send(
          new PutObjectCommand({
            ...{ Bucket: bucket, Key, Body: text, ContentType: 'application/json' },
          }),
        );
      }),
    fetchFile: (file, folder) => ask(() => download(file, path.join(folder, file.path), quiet)),
    close: () => client.destroy(),
  };
}

interface Step {
  readonly signal: AbortSignal;
  readonly onBytes: (doneOfFile: number) => void;
}

const quiet: Step = { signal: new AbortController().signal, onBytes: () => undefined };

/** The files of a version with what each adds to the progress of all. */
function steps(manifest: ModelManifest, { onProgress }: Transfer) {
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  return manifest.files.map((file) => {
    const start = before;
    before += file.bytes;
    return { file, onBytes: (done: number) => onProgress(start + done, total) };
  });
}

function wrongDigest({ path: name, digest }: BlobFile): StationError {
  return new StationError(
    'MODEL_002',
    `${name} came from the remote store with another digest than ${digest.slice(0, 12)}… and was thrown away: it is damaged there, or not what it claims to be.`,
  );
}

function isMissing(error: unknown): boolean {
  const { name } = error as { name?: string };
  return name === 'NoSuchKey' || name === 'NotFound';
}

function explain(cause: unknown, { endpoint, bucket }: RemoteSettings): unknown {
  if (cause instanceof StationError) return cause;
  const { name = '', $metadata } = cause as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (name === 'AbortError') {
    return new StationError(
      'REQ_004',
      'The transfer was cancelled; it goes on from there next time.',
      {
        cause,
      },
    );
  }
  const { host } = new URL(endpoint);
  const status = $metadata?.httpStatusCode;
  if (status === undefined) {
    return new StationError(
      'SYS_001',
      `The remote store ${host} does not answer, or the connection was cut: check the network. What came over is kept and the transfer goes on from there next time.`,
      { cause },
    );
  }
  const what =
    name === 'NoSuchBucket'
      ? `it has no bucket "${bucket}"`
      : status === 403
        ? 'it refuses the access key, or the key may not do this'
        : isMissing(cause)
          ? 'a file of this version is missing there'
          : `it answered ${String(status)} ${name}`;
  return new StationError('SYS_004', `The remote store ${host} cannot be used: ${what}.`, {
    cause,
  });
}
