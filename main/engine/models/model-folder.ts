/**
 * The files of the versions on the disk: one folder per digest. A file that several versions have is there once, linked.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StationError } from '#contract/error.ts';
import type { Digest, ModelCard, ModelFile } from '#contract/model.ts';
import { digestFile } from './digest.ts';

/**
 * Left free on the disk after an import, and at most so many times the model itself: the small detector, without which a
 * fresh station does not count, must find room where a large model must not.
 */
const reserveBytes = 64 * 1024 * 1024;
const reserveTimes = 4;
const cardName = 'card.json';

/** A file on its way into the folder of a version. */
export interface IncomingFile {
  /** Where it lies now */
  readonly from: string;
  readonly path: string;
  readonly kind: ModelFile['kind'];
  /** What it must have; null where nobody has looked at it yet */
  readonly digest: Digest | null;
}

export interface ModelFolder {
  readonly root: string;
  /**
   * Copies files and writes the card beside them, under no name yet.
   * @throws StationError MODEL_002 when a file has changed since it was looked at, RES_004, SYS_004
   */
  stage(files: readonly IncomingFile[], card: ModelCard): Promise<StagedVersion>;
  /** Folder of a version */
  place(digest: Digest): string;
  remove(digest: Digest): Promise<void>;
  freeBytes(): Promise<number>;
}

export interface StagedVersion {
  readonly files: readonly ModelFile[];
  /** Gives the folder its name; returns the path of the model. `known` has paths of files that are here already, by digest. */
  keep(digest: Digest, known: ReadonlyMap<Digest, string>): Promise<string>;
  /** Throws it away. */
  drop(): Promise<void>;
}

/** `root` is made at the first import; what an import that was cut has left in it is removed then. */
export function createModelFolder(root: string): ModelFolder {
  const incoming = path.join(root, 'incoming');
  let cleaned: Promise<void> | null = null;

  return {
    root,
    place: (digest) => path.join(root, digest),
    remove: (digest) => rm(path.join(root, digest), { recursive: true, force: true }),
    async freeBytes() {
      await mkdir(root, { recursive: true });
      const { bavail, bsize } = await statfs(root);
      return bavail * bsize;
    },
    async stage(files, card) {
      cleaned ??= rm(incoming, { recursive: true, force: true });
      await cleaned;
      const folder = path.join(incoming, crypto.randomUUID());
      return withAdvice(root, async () => {
        await mkdir(folder, { recursive: true });
        try {
          await checkSpace(root, files);
          const staged: ModelFile[] = [];
          for (const file of files) staged.push(await copyChecked(file, folder));
          staged.push(await writeCard(folder, card));
          return stagedVersion({ root, folder, files: staged });
        } catch (error) {
          await rm(folder, { recursive: true, force: true });
          throw error;
        }
      });
    },
  };
}

function stagedVersion(staged: {
  readonly root: string;
  readonly folder: string;
  readonly files: readonly ModelFile[];
}): StagedVersion {
  const { root, folder, files } = staged;
  return {
    files,
    drop: () => rm(folder, { recursive: true, force: true }),
    keep: (digest, known) =>
      withAdvice(root, async () => {
        for (const file of files) {
          await shareFile(path.join(folder, file.path), { file, known: known.get(file.digest) });
        }
        const place = path.join(root, digest);
        await rm(place, { recursive: true, force: true });
        await rename(folder, place);
        const model = files.find(({ kind }) => kind === 'model');
        return path.join(place, model?.path ?? 'model.onnx');
      }),
  };
}

/** Replaces a copy by a link to the same content; where that is damaged, or the disk knows no links, the copy stays. */
async function shareFile(
  copy: string,
  { file, known }: { readonly file: ModelFile; readonly known: string | undefined },
): Promise<void> {
  if (known === undefined || !(await hasDigest(known, file.digest))) return;
  try {
    await link(known, `${copy}.link`);
  } catch {
    return;
  }
  await rename(`${copy}.link`, copy);
}

/** Whether a file is there and is what it was. */
export async function hasDigest(file: string, digest: Digest): Promise<boolean> {
  return (await digestFile(file).catch(() => '')) === digest;
}

async function copyChecked(file: IncomingFile, folder: string): Promise<ModelFile> {
  const place = path.join(folder, file.path);
  await mkdir(path.dirname(place), { recursive: true });
  const check = createHash('sha256');
  let bytes = 0;
  await pipeline(
    createReadStream(file.from),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        check.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(place, { flags: 'wx' }),
  );
  const digest = check.digest('hex');
  if (file.digest !== null && digest !== file.digest) {
    throw new StationError(
      'MODEL_002',
      `${path.basename(file.from)} changed while it was imported. Import it again when nobody writes to it.`,
    );
  }
  return { path: file.path, kind: file.kind, bytes, digest };
}

async function writeCard(folder: string, card: ModelCard): Promise<ModelFile> {
  const text = `${JSON.stringify(card, null, 2)}\n`;
  const file = path.join(folder, cardName);
  await writeFile(file, text, { flag: 'wx' });
  return {
    path: cardName,
    kind: 'card',
    bytes: Buffer.byteLength(text),
    digest: await digestFile(file),
  };
}

async function checkSpace(root: string, files: readonly IncomingFile[]): Promise<void> {
  const sizes = await Promise.all(files.map(async ({ from }) => (await stat(from)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const wanted = bytes + Math.min(reserveBytes, reserveTimes * bytes);
  const { bavail, bsize } = await statfs(root);
  if (bavail * bsize >= wanted) return;
  throw new StationError(
    'RES_004',
    `The model needs ${megabytes(wanted)} in ${root}, and ${megabytes(bavail * bsize)} are free: make room first.`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

async function withAdvice<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StationError) throw cause;
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new StationError(
      isFull ? 'RES_004' : 'SYS_004',
      `The model cannot be copied to ${root}: ${isFull ? 'the disk is full' : 'check the rights of the folder'}.`,
      { cause },
    );
  }
}
