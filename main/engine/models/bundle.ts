/**
 * A version as one file: an uncompressed tar whose first entry describes all others with their digests. Uncompressed, because
 * weights hardly shrink, and because what is not packed cannot unfold into more than the file itself.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, pack } from 'tar-stream';
import { StationError } from '#contract/error.ts';
import { type ModelFile } from '#contract/model.ts';
import { ModelManifest } from '#contract/registry.ts';
import { maxModelBytes } from './model-file.ts';
import { requireSafePath } from './safe-path.ts';

export const bundleEnding = '.twmodel';
const manifestName = 'manifest.json';
const maxManifestBytes = 4 * 1024 * 1024;
/** Where a tar says that it is one */
const magicAt = 257;

/** Whether the file begins as a bundle does. Rejects with the error of the file system. */
export async function isBundle(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const magic = Buffer.alloc(5);
    await handle.read(magic, 0, magic.length, magicAt);
    return magic.toString('latin1') === 'ustar';
  } finally {
    await handle.close();
  }
}

export interface BundleContent {
  readonly manifest: ModelManifest;
  /** Folder below which the files lie by their paths */
  readonly folder: string;
}

/**
 * Writes a bundle under its name only when it is whole. Returns its size.
 * @throws StationError REQ_003 when the file exists, RES_004 when the disk is full, SYS_004 when it cannot be written
 */
export async function writeBundle(content: BundleContent, target: string): Promise<number> {
  if (await stat(target).catch(() => null)) {
    throw new StationError('REQ_003', `${target} is there already. Choose another name.`);
  }
  const part = `${target}.part`;
  try {
    const archive = pack();
    const written = pipeline(archive, createWriteStream(part));
    await Promise.all([written, fill(archive, content)]);
    await rename(part, target);
    return (await stat(target)).size;
  } catch (cause) {
    await rm(part, { force: true });
    if (cause instanceof StationError) throw cause;
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new StationError(
      isFull ? 'RES_004' : 'SYS_004',
      `${target} cannot be written: ${isFull ? 'the disk is full' : String(cause)}.`,
      { cause },
    );
  }
}

async function fill(archive: ReturnType<typeof pack>, content: BundleContent): Promise<void> {
  try {
    const mtime = new Date(content.manifest.importedAt);
    archive.entry({ name: manifestName, mtime }, JSON.stringify(content.manifest, null, 2));
    for (const file of content.manifest.files) {
      const entry = archive.entry({ name: file.path, size: file.bytes, mtime });
      const check = createHash('sha256');
      const source = createReadStream(path.join(content.folder, file.path));
      source.on('data', (chunk) => check.update(chunk));
      await pipeline(source, entry);
      if (check.digest('hex') !== file.digest) throw changed(file);
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

/**
 * Unpacks a bundle into a folder of its own and checks every digest on the way. Nothing of it is run.
 * @throws StationError MODEL_002 with what is wrong (the folder is then gone), RES_004 when the disk is full
 */
export async function readBundle(file: string, folder: string): Promise<BundleContent> {
  await mkdir(folder, { recursive: true });
  const state: Reading = { folder, manifest: null, missing: new Map() };
  try {
    const archive = extract();
    const reading = pipeline(createReadStream(file), archive);
    reading.catch(() => undefined); // the loop below gets the same error
    for await (const each of archive) {
      const entry = each as unknown as Entry; // its chunks are bytes, which its types do not say
      if (state.manifest === null) state.manifest = await readManifest(entry, state);
      else await readEntry(entry, state);
    }
    await reading;
    if (state.manifest === null) throw refused('it is empty');
    const [absent] = state.missing.keys();
    if (absent !== undefined) throw refused(`${absent} is missing`);
    return { manifest: state.manifest, folder };
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    if (cause instanceof StationError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new StationError('RES_004', 'The disk is full: the bundle was not unpacked.', {
        cause,
      });
    }
    throw refused(`it cannot be unpacked (${(cause as Error).message})`, cause);
  }
}

interface Reading {
  readonly folder: string;
  manifest: ModelManifest | null;
  /** Files that the manifest names and that have not come yet */
  readonly missing: Map<string, ModelFile>;
}

type Entry = AsyncIterable<Buffer> & { readonly header: Header };

async function readManifest(entry: Entry, state: Reading): Promise<ModelManifest> {
  const { name, type, size } = entry.header;
  if (name !== manifestName || type !== 'file')
    throw refused(`${manifestName} is not at its start`);
  if (size > maxManifestBytes) throw refused(`${manifestName} is too large`);
  const manifest = parseManifest(await text(entry));
  for (const file of manifest.files) {
    if (state.missing.has(file.path)) throw refused(`it names ${file.path} twice`);
    state.missing.set(file.path, file);
  }
  return manifest;
}

/** Reads a manifest that came from outside. Throws MODEL_002 with the first thing that is wrong. */
export function parseManifest(content: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw refused('its description is no JSON', cause);
  }
  const parsed = ModelManifest.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    throw refused(`its description has a wrong field ${field}`);
  }
  const manifest = parsed.data;
  manifest.files.forEach(({ path: name }) => requireSafePath(name));
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > maxModelBytes) throw refused('it has more than 1 GB');
  const models = manifest.files.filter(({ kind }) => kind === 'model');
  if (models.length !== 1 || models[0]?.path !== 'model.onnx') {
    throw refused('it must have exactly one model, called model.onnx');
  }
  return manifest;
}

async function readEntry(entry: Entry, state: Reading): Promise<void> {
  const { name, type, size } = entry.header;
  const file = state.missing.get(name);
  if (type !== 'file') throw refused(`${JSON.stringify(name)} is a ${type} and no file`);
  if (file === undefined) throw refused(`${JSON.stringify(name)} is not in its description`);
  if (size !== file.bytes) throw refused(`${name} has another size than its description says`);
  const place = path.join(state.folder, name);
  await mkdir(path.dirname(place), { recursive: true });
  const check = createHash('sha256');
  await pipeline(
    entry,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        check.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(place, { flags: 'wx' }),
  );
  if (check.digest('hex') !== file.digest) throw changed(file);
  state.missing.delete(name);
}

function changed({ path: name }: ModelFile): StationError {
  return refused(
    `${name} does not have the digest of its description: it is damaged or was changed`,
  );
}

function refused(detail: string, cause?: unknown): StationError {
  return new StationError('MODEL_002', `The bundle was refused: ${detail}.`, { cause });
}
