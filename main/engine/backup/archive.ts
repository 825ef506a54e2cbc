/**
 * The file of a backup: a compressed tar whose first entry describes all others with their digests. Every digest is looked
 * at while it is unpacked, into a folder of its own.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import type { BackupFile, BackupManifest } from '#contract/backup.ts';
import { StationError } from '#contract/error.ts';
import { manifestName, noBackup, readManifest } from './manifest.ts';

const mostManifestBytes = 16 * 1024 * 1024;

/** A file on its way into a backup. */
export interface Packed extends BackupFile {
  /** Where it lies now */
  readonly from: string;
}

/** How far it is, 0…1. */
type OnShare = (share: number) => void;

/**
 * Writes a backup under its name only when it is whole. Rejects with REQ_003 when the name is taken, BAK_002 when a file
 * changes meanwhile, RES_004 when the disk is full, SYS_004 when it cannot be written.
 */
export async function writeArchive(
  target: string,
  content: { readonly manifest: BackupManifest; readonly files: readonly Packed[] },
  onShare: OnShare = () => undefined,
): Promise<void> {
  if ((await stat(target).catch(() => null)) !== null) {
    throw new StationError('REQ_003', `${target} is there already. Choose another name.`);
  }
  const part = `${target}.part`;
  try {
    const archive = pack();
    const written = pipeline(
      archive,
      // Weights hardly shrink and tables do at any level, so the quickest.
      createGzip({ level: constants.Z_BEST_SPEED }),
      createWriteStream(part, { mode: 0o600 }),
    );
    await Promise.all([written, fill(archive, content, onShare)]);
    await rename(part, target);
  } catch (cause) {
    await rm(part, { force: true });
    throw writeError(cause, target);
  }
}

async function fill(
  archive: ReturnType<typeof pack>,
  { manifest, files }: { readonly manifest: BackupManifest; readonly files: readonly Packed[] },
  onShare: OnShare,
): Promise<void> {
  const mtime = new Date(manifest.madeAt);
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  try {
    archive.entry({ name: manifestName, mtime }, JSON.stringify(manifest, null, 2));
    for (const { path: name, bytes, digest, from } of files) {
      const check = createHash('sha256');
      const source = createReadStream(from);
      source.on('data', (chunk) => check.update(chunk));
      await pipeline(source, archive.entry({ name, size: bytes, mtime }));
      if (check.digest('hex') !== digest) {
        throw new StationError('BAK_002', `${name} changed while it was copied. Try again.`);
      }
      done += bytes;
      onShare(all === 0 ? 1 : done / all);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

/**
 * Unpacks a backup into a folder of its own and checks every digest on the way. Rejects with BAK_001 with what is wrong, and
 * the folder is then gone; RES_004 when the disk is full, REQ_002 when there is no such file.
 */
export async function readArchive(file: string, folder: string): Promise<BackupManifest> {
  if ((await stat(file).catch(() => null))?.isFile() !== true) {
    throw new StationError('REQ_002', `There is no file ${file}.`);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await unpack(file, folder);
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    if (cause instanceof StationError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw writeError(cause, folder);
    throw noBackup(`it is cut off or damaged (${(cause as Error).message})`, cause);
  }
}

async function unpack(file: string, folder: string): Promise<BackupManifest> {
  const archive = extract();
  const reading = pipeline(createReadStream(file), createGunzip(), archive);
  reading.catch(() => undefined); // the loop below gets the same error
  let manifest: BackupManifest | null = null;
  const missing = new Map<string, BackupFile>();
  for await (const entry of archive) {
    const { name, type } = entry.header;
    const chunks = entry as AsyncIterable<Buffer>;
    if (type !== 'file') throw noBackup(`${name} is no file`);
    if (manifest === null) {
      if (name !== manifestName) throw noBackup('it does not begin with its description');
      manifest = readManifest(await textOf(chunks));
      for (const each of manifest.files) missing.set(each.path, each);
      continue;
    }
    const known = missing.get(name);
    if (known === undefined) throw noBackup(`${name} is not in its description`);
    missing.delete(name);
    await writeChecked(chunks, known, path.join(folder, name));
  }
  await reading;
  if (manifest === null) throw noBackup('it is empty');
  const [absent] = missing.keys();
  if (absent !== undefined) throw noBackup(`${absent} is missing`);
  return manifest;
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostManifestBytes) throw noBackup('its description is too long');
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function writeChecked(
  chunks: AsyncIterable<Buffer>,
  known: BackupFile,
  target: string,
): Promise<void> {
  const check = createHash('sha256');
  let bytes = 0;
  await mkdir(path.dirname(target), { recursive: true });
  await pipeline(
    chunks,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        check.update(chunk);
        bytes += chunk.length;
        // What is longer than it says must not fill the disk first.
        if (bytes > known.bytes)
          throw noBackup(`${known.path} is longer than its description says`);
        yield chunk;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: 0o600 }),
  );
  if (bytes !== known.bytes || check.digest('hex') !== known.digest) {
    throw noBackup(`${known.path} is not what it was`);
  }
}

function writeError(cause: unknown, target: string): StationError {
  if (cause instanceof StationError) return cause;
  const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
  return new StationError(
    isFull ? 'RES_004' : 'SYS_004',
    `${target} cannot be written: ${isFull ? 'the disk is full' : String(cause)}.`,
    { cause },
  );
}
