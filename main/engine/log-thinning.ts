/**
 * Leaves less and less in the files of the log as they grow old: debugging for a day, what goes as it should for a week, warnings
 * and errors for as long as an admin keeps the log.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { logName, parseLogName, putAsideLogs, type LogName } from './log-names.ts';

const dayMs = 86_400_000;
/** What is left after so long, mildest level by pino's numbers */
const stages = [
  { afterMs: 7 * dayMs, level: 'warn', least: 40 },
  { afterMs: dayMs, level: 'info', least: 30 },
] as const;

/**
 * Thins what was put aside; the file that is written now is left alone.
 * @param now Unix time in ms
 * @returns the number of files that have become smaller
 */
export async function thinLogs(folder: string, now: number): Promise<number> {
  let thinned = 0;
  for (const name of putAsideLogs(await readdir(folder).catch(() => []))) {
    const file = path.join(folder, name);
    const parsed = parseLogName(name);
    // It may be gone by now.
    const found = await stat(file).catch(() => null);
    if (parsed === null || found === null) continue;
    const stage = stages.find(({ afterMs }) => now - found.mtimeMs > afterMs);
    if (stage === undefined || isThin(parsed, stage.level)) continue;
    await thin(file, { ...parsed, level: stage.level }, stage.least);
    thinned += 1;
  }
  return thinned;
}

function isThin({ level }: LogName, wanted: 'info' | 'warn'): boolean {
  return level === wanted || level === 'warn';
}

async function thin(file: string, next: LogName, least: number): Promise<void> {
  const { atime, mtime } = await stat(file);
  const part = `${file}.part`;
  await pipeline(
    createInterface({ input: createReadStream(file), crlfDelay: Infinity }),
    async function* (lines: AsyncIterable<string>) {
      for await (const line of lines) if (levelOf(line) >= least) yield `${line}\n`;
    },
    createWriteStream(part, { mode: 0o600 }),
  );
  // How old a file is decides when it is thinned again and removed.
  await utimes(part, atime, mtime);
  await rename(part, path.join(path.dirname(file), logName(next)));
  await rm(file);
}

/** What has no level, for example a line that was cut off, goes first. */
function levelOf(line: string): number {
  return Number(/^\{"level":(\d+),/.exec(line)?.[1] ?? 0);
}
