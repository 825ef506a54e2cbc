/**
 * The checks a model file must pass before anything loads it: size, format, and no weights from outside its folder.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import { innerSize } from './inner-size.ts';
import { readOnnxFile } from './onnx-file.ts';
import type { OnnxFile } from './onnx-file.ts';

/** Detectors for one PC are far smaller; a protobuf message cannot hold 2 GB at all. */
export const maxModelBytes = 1024 ** 3;

export interface ModelFile extends OnnxFile {
  /** Of the file and of the weights beside it */
  readonly bytes: number;
  /** The size to which the network itself brings its pictures, where it does */
  readonly innerSize: Size | null;
}

/** Checks a file and reads its outside. Throws MODEL_002 with what is wrong; never runs what it reads. */
export async function openModelFile(file: string): Promise<ModelFile> {
  const own = await sizeOf(file, 'The model file');
  if (own > maxModelBytes) throw tooLarge();
  const content = await readFile(file);
  const onnx = readOnnxFile(content);
  let bytes = own;
  for (const location of onnx.externalPaths) bytes += await externalSize(file, location);
  if (bytes > maxModelBytes) throw tooLarge();
  return { ...onnx, bytes, innerSize: innerSize(content) };
}

/** Size of a file of weights. It must lie in the folder of the model, also after following links. */
async function externalSize(file: string, location: string): Promise<number> {
  const isAbsolute = path.posix.isAbsolute(location) || path.win32.isAbsolute(location);
  if (isAbsolute || location.split(/[\\/]/).includes('..')) throw outside(location);
  const folder = await realpath(path.dirname(file));
  const full = path.join(folder, location);
  const size = await sizeOf(full, `The file of weights ${location}`);
  const real = await realpath(full);
  if (!real.startsWith(folder + path.sep)) throw outside(location);
  return size;
}

async function sizeOf(file: string, what: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new StationError('MODEL_002', `${what} cannot be read: ${String(cause)}.`, { cause });
  });
  if (!found.isFile()) throw new StationError('MODEL_002', `${what} is not a file.`);
  return found.size;
}

function outside(location: string): StationError {
  return new StationError(
    'MODEL_002',
    `The model wants weights from outside its folder (${location}). Export it again with its weights inside or beside it.`,
  );
}

function tooLarge(): StationError {
  return new StationError(
    'MODEL_002',
    'The model has more than 1 GB. Export it without training state, or use a smaller variant.',
  );
}
