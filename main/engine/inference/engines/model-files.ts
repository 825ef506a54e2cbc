/**
 * Reads the small files that stand for a model elsewhere: an engine's command, or a model on a server.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { EngineFile, RemoteFile } from '#contract/engine.ts';
import { StationError } from '#contract/error.ts';

/** An engine's file with the folder that its paths start from. */
export interface LocatedEngine extends EngineFile {
  readonly folder: string;
}

const maxBytes = 256 * 1024;

/** What a model file is, told by its beginning: a network never begins with a brace. Throws MODEL_002. */
export async function kindOfModelFile(file: string): Promise<'network' | 'engine' | 'remote'> {
  if (!(await beginsWithBrace(file))) return 'network';
  const { kind } = await read(file, z.looseObject({ kind: z.enum(['engine', 'remote']) }));
  return kind;
}

async function beginsWithBrace(file: string): Promise<boolean> {
  // A file that is not there is told by whoever loads it.
  const handle = await open(file).catch(() => null);
  if (handle === null) return false;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, 0);
    return bytesRead === 1 && buffer.toString('latin1') === '{';
  } finally {
    await handle.close();
  }
}

/** Reads and checks it, and the digests of its files. Throws MODEL_002 with what is wrong and where. */
export async function readEngineFile(file: string): Promise<LocatedEngine> {
  const engine = await read(file, EngineFile);
  const folder = path.dirname(path.resolve(file));
  for (const { path: inner, digest } of engine.files) {
    const found = await digestOf(path.join(folder, inner));
    if (found !== digest) {
      throw new StationError(
        'MODEL_002',
        `The file ${inner} of the engine ${path.basename(file)} is ${found === null ? 'missing' : 'another one than was imported'}. Import the engine again.`,
        { path: 'files' },
      );
    }
  }
  return { ...engine, folder };
}

/** Throws MODEL_002 with what is wrong and where. */
export function readRemoteFile(file: string): Promise<RemoteFile> {
  return read(file, RemoteFile);
}

async function read<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const name = path.basename(file);
  let value: unknown;
  try {
    if ((await stat(file)).size > maxBytes) throw new Error('it is too large');
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StationError('MODEL_002', `${name} cannot be read as JSON: ${why}.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.map(String).join('.') ?? '';
  throw new StationError(
    'MODEL_002',
    `${name} is wrong at "${where}": ${issue?.message ?? 'unreadable'}.`,
    { path: where },
  );
}

async function digestOf(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
