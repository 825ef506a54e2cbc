/**
 * What a person may point at when importing: a file, a folder, a bundle, an address of one of them. All become one model file
 * with what belongs to it.
 */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { ModelCard, type ModelFile, type ModelOrigin } from '#contract/model.ts';
import type { ModelManifest } from '#contract/registry.ts';
import { bundleEnding, isBundle, readBundle } from './bundle.ts';
import { fetchFile } from './fetch-file.ts';
import { maxModelBytes } from './model-file.ts';
import { isSafePath } from './safe-path.ts';

/** A fetched file is used again for the import that follows its proposal. */
const fetchedForMs = 60 * 60 * 1000;
const maxFolderFiles = 200;
/** A list of labels or a card is a page of text. */
const maxTextBytes = 1024 * 1024;

export interface ImportSource {
  /** Without the folders of this PC, which are nobody's business elsewhere */
  readonly origin: ModelOrigin;
  /** The model */
  readonly file: string;
  /** Name for the registry when nobody gives one */
  readonly name: string;
  /** Files that come along, beside the model and its weights: paths relative to the folder of the model */
  readonly extras: readonly { readonly path: string; readonly kind: ModelFile['kind'] }[];
  readonly card: ModelCard | null;
  readonly classes: readonly string[] | null;
  /** Of a bundle */
  readonly manifest: ModelManifest | null;
  /** Removes what was unpacked for it. */
  close(): Promise<void>;
}

export interface SourceOptions {
  /** Folder for what is fetched and unpacked */
  readonly folder: string;
  /** Present time, Unix ms */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** Opens what `where` names. Rejects with MODEL_001 (not there), MODEL_002 (cannot be used), and what fetching throws. */
export async function openSource(where: string, options: SourceOptions): Promise<ImportSource> {
  if (/^https?:\/\//i.test(where)) {
    const fetched = await fetchOnce(where, options);
    const origin = { kind: 'url', where: withoutSecret(where) } as const;
    const name = path.parse(new URL(where).pathname).name;
    return { ...(await openFile(fetched, options)), origin, name };
  }
  const full = path.resolve(where);
  const found = await stat(full).catch((cause: unknown) => {
    throw new StationError('MODEL_002', `${full} cannot be read: check the path and its rights.`, {
      cause,
    });
  });
  if (found.isDirectory()) return openFolder(full);
  // A pipe or a device would be waited for, or never end.
  if (!found.isFile()) throw new StationError('MODEL_002', `${full} is no file and no folder.`);
  return openFile(full, options);
}

async function fetchOnce(url: string, options: SourceOptions): Promise<string> {
  const key = createHash('sha256').update(url).digest('hex').slice(0, 32);
  const ending = path.extname(new URL(url).pathname) === bundleEnding ? bundleEnding : '.onnx';
  const place = path.join(options.folder, `url-${key}${ending}`);
  const age = options.now - ((await stat(place).catch(() => null))?.mtimeMs ?? -Infinity);
  if (age < fetchedForMs) return place;
  await fetchFile(url, { ...options, place, maxBytes: maxModelBytes });
  return place;
}

async function openFile(file: string, options: SourceOptions): Promise<ImportSource> {
  if (await isBundle(file)) return openBundle(file, options);
  const labels = path.join(path.dirname(file), `${path.parse(file).name}.labels.txt`);
  return {
    origin: { kind: 'file', where: path.basename(file) },
    file,
    name: path.parse(file).name,
    extras: [],
    card: null,
    classes: await readLabels(labels),
    manifest: null,
    close: () => Promise.resolve(),
  };
}

async function openBundle(file: string, options: SourceOptions): Promise<ImportSource> {
  const folder = path.join(options.folder, `unpacked-${crypto.randomUUID()}`);
  const { manifest } = await readBundle(file, folder);
  return {
    ...fromManifest(manifest, folder),
    origin: { kind: 'bundle', where: path.basename(file) },
  };
}

/** A folder that holds the files of a manifest, each checked already. */
export function fromManifest(manifest: ModelManifest, folder: string): ImportSource {
  const model = manifest.files.find(({ kind }) => kind === 'model');
  return {
    origin: { kind: 'bundle', where: path.basename(folder) },
    file: path.join(folder, model?.path ?? ''),
    name: manifest.card.name,
    extras: manifest.files
      .filter(({ kind }) => !['model', 'weights', 'card'].includes(kind))
      .map(({ path: name, kind }) => ({ path: name, kind })),
    card: manifest.card,
    classes: null,
    manifest,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** One `.onnx` and what lies beside it: `card.json`, labels, scripts, configurations. */
async function openFolder(folder: string): Promise<ImportSource> {
  const files = await listFolder(folder);
  const models = files.filter((name) => name.endsWith('.onnx'));
  const model = models.includes('model.onnx') ? 'model.onnx' : models[0];
  if (model === undefined || (models.length > 1 && model !== 'model.onnx')) {
    throw new StationError(
      'MODEL_002',
      `${folder} has ${String(models.length)} .onnx files. Leave one, or call the one to import model.onnx.`,
    );
  }
  const labels = files.find((name) => kindOf(name) === 'labels');
  return {
    origin: { kind: 'folder', where: path.basename(folder) },
    file: path.join(folder, model),
    name: model === 'model.onnx' ? path.basename(folder) : path.parse(model).name,
    extras: files
      .filter((name) => name !== model && name !== 'card.json' && isSafePath(name))
      .map((name) => ({ path: name, kind: kindOf(name) })),
    card: files.includes('card.json') ? await readCard(path.join(folder, 'card.json')) : null,
    classes: labels === undefined ? null : await readLabels(path.join(folder, labels)),
    manifest: null,
    close: () => Promise.resolve(),
  };
}

/** Plain files, relative, with `/`; links are not followed. */
async function listFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  if (names.length > maxFolderFiles) {
    throw new StationError(
      'MODEL_002',
      `${folder} has more than ${String(maxFolderFiles)} files. Put the model and what belongs to it into a folder of their own.`,
    );
  }
  const plain: string[] = [];
  for (const name of names.sort()) {
    if ((await lstat(path.join(folder, name))).isFile()) plain.push(name.replaceAll('\\', '/'));
  }
  return plain;
}

function kindOf(name: string): ModelFile['kind'] {
  const { base, ext } = path.posix.parse(name.toLowerCase());
  if (/^(?:.*[._-])?(?:labels|classes|names)\.txt$|\.names$/.test(base)) return 'labels';
  if (['.py', '.sh', '.js', '.ts', '.ps1', '.ipynb'].includes(ext)) return 'script';
  if (['.json', '.yaml', '.yml', '.toml', '.ini', '.cfg'].includes(ext)) return 'config';
  return 'other';
}

async function readCard(file: string): Promise<ModelCard> {
  const parsed = ModelCard.safeParse(parseJson((await readText(file)) ?? ''));
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new StationError('MODEL_002', `${file} is no card: its field "${field}" is wrong.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One name a line; null where there is no such file or nothing in it. */
async function readLabels(file: string): Promise<string[] | null> {
  const lines = ((await readText(file)) ?? '').split(/\r?\n/).map((line) => line.trim());
  const names = lines.filter((line) => line !== '');
  return names.length === 0 ? null : names;
}

async function readText(file: string): Promise<string | null> {
  const size = (await stat(file).catch(() => null))?.size;
  return size === undefined || size > maxTextBytes ? null : readFile(file, 'utf8');
}

/** The address without the user, the password and the query, which may hold a key. */
function withoutSecret(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
