/**
 * A file of the archive: rows of the ledger as lines of JSON, packed by gzip. It is whole under its name or not there; what it
 * has to be is known by its digest.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { ArchivePart } from '#contract/archive.ts';
import { StationError } from '#contract/error.ts';
import { archiveName } from '#engine/base/archive-name.ts';
import { ArchiveRow } from '#engine/base/archive-row.ts';

/** What of a part says which file it is. */
export type PartKey = Pick<ArchivePart, 'kind' | 'day' | 'lastId'>;
/** What a file of a part has to be. */
export type PartFacts = PartKey & Pick<ArchivePart, 'rows' | 'bytes' | 'digest'>;

/** `crossings-2026-08-01-52311.jsonl.gz` */
export function fileNameOf(part: PartKey): string {
  return `${archiveName(part)}.jsonl.gz`;
}

/** Writes rows to the disk and only then under the name of the part. Rejects with the error of the file system or the source. */
export async function writePart(
  folder: string,
  part: PartKey,
  pages: AsyncIterable<readonly ArchiveRow[]>,
): Promise<PartFacts> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, fileNameOf(part));
  const begun = `${file}.part`;
  let rows = 0;
  await pipeline(
    Readable.from(
      (async function* () {
        for await (const page of pages) {
          rows += page.length;
          yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
        }
      })(),
    ),
    createGzip(),
    createWriteStream(begun, { flush: true }),
  );
  const facts = { ...part, rows, ...(await measure(begun)) };
  await rename(begun, file);
  await syncFolder(folder);
  return facts;
}

/** Writes a description beside the file, for whoever finds the folder without the station. */
export async function writeManifest(folder: string, facts: PartFacts): Promise<string> {
  const text = `${JSON.stringify({ form: 1, file: fileNameOf(facts), ...facts }, null, 2)}\n`;
  const file = path.join(folder, `${archiveName(facts)}.json`);
  const handle = await open(`${file}.part`, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.part`, file);
  await syncFolder(folder);
  return text;
}

/** Rejects with ARC_001 when the file is missing or is not, byte by byte, what was written. */
export async function checkPart(folder: string, part: PartFacts): Promise<void> {
  const name = fileNameOf(part);
  let found: Pick<PartFacts, 'bytes' | 'digest'>;
  try {
    found = await measure(path.join(folder, name));
  } catch (cause) {
    const why = isMissing(cause) ? 'is missing' : 'cannot be read';
    throw new StationError('ARC_001', `${name} ${why} in ${folder}: ${advice}`, { cause });
  }
  if (found.digest === part.digest) return;
  throw new StationError(
    'ARC_001',
    `${name} in ${folder} was changed: it has the digest ${found.digest.slice(0, 12)}… instead of ${part.digest.slice(0, 12)}…. Move it away; ${advice}`,
  );
}

const advice =
  'put the file back from a copy of that folder, or set the remote store that it was brought to. Nothing was changed in the station.';

/** Rows of a file that was checked, in pages. Rejects with ARC_001 when it has others than it should. */
export async function* readPart(
  folder: string,
  part: PartFacts,
  pageRows: number,
): AsyncGenerator<ArchiveRow[]> {
  let page: ArchiveRow[] = [];
  let rows = 0;
  for await (const line of linesOf(path.join(folder, fileNameOf(part)))) {
    page.push(ArchiveRow.parse(JSON.parse(line)));
    rows += 1;
    if (page.length < pageRows) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
  if (rows === part.rows) return;
  throw new StationError(
    'ARC_001',
    `${fileNameOf(part)} has ${String(rows)} rows instead of ${String(part.rows)}.`,
  );
}

/** Lines of a packed file. An error of the disk ends the unpacking, and so the loop. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const source = createReadStream(file);
  const unpacked = source.pipe(createGunzip());
  source.once('error', (error) => unpacked.destroy(error));
  let rest = '';
  for await (const chunk of unpacked.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function measure(file: string): Promise<Pick<PartFacts, 'bytes' | 'digest'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, digest: hash.digest('hex') };
}

/** So that the name outlives a power cut; Windows keeps names by itself and opens no folder. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
