/**
 * Reads the technical log from its newest line on: one file for each day, one JSON object in each line.
 */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { LogLevel, LogLine } from '#contract/log.ts';
import { newestLog, putAsideLogs } from './log-names.ts';

/** Levels by pino's numbers, mildest first */
const levels: readonly (readonly [number, LogLevel])[] = [
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
];
const chunkBytes = 256 * 1024;
/** So much is looked through for one answer, so that a rare word does not keep the disk busy. */
const mostBytes = 64 * 1024 * 1024;

export interface LogQuery {
  readonly level: LogLevel;
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
  readonly text?: string | undefined;
  /** Unix times in ms, [from, to) */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

export interface LogPage {
  readonly lines: LogLine[];
  readonly hasMore: boolean;
}

/** Newest first. A line that is no JSON object, for example one that was cut off, is left out. */
export async function readLog(folder: string, query: LogQuery): Promise<LogPage> {
  const lines: LogLine[] = [];
  let bytes = 0;
  for (const file of await logFiles(folder)) {
    for await (const part of backwards(file)) {
      bytes += part.length;
      const line = parseLine(part);
      if (line === null || !fits(line, query, part)) {
        if (line !== null && line.at < (query.from ?? 0)) return { lines, hasMore: false };
        if (bytes > mostBytes) return { lines, hasMore: true };
        continue;
      }
      if (lines.length === query.limit) return { lines, hasMore: true };
      lines.push(line);
    }
  }
  return { lines, hasMore: false };
}

/** Newest first: that of today, then by day. */
async function logFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const today = names.filter((name) => name === newestLog);
  return [...today, ...putAsideLogs(names).reverse()].map((name) => path.join(folder, name));
}

/** The lines of a file, last first. */
async function* backwards(file: string): AsyncGenerator<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return;
  try {
    let at = (await handle.stat()).size;
    let rest: Buffer = Buffer.alloc(0);
    while (at > 0) {
      const from = Math.max(0, at - chunkBytes);
      const chunk = Buffer.concat([await readAt(handle, from, at - from), rest]);
      at = from;
      const first = from === 0 ? 0 : chunk.indexOf(10) + 1;
      // A line longer than a chunk goes on in the chunk before.
      rest = from > 0 && first === 0 ? chunk : chunk.subarray(0, first);
      if (from > 0 && first === 0) continue;
      const lines = chunk.subarray(first).toString('utf8').split('\n');
      for (const line of lines.reverse()) if (line !== '') yield line;
    }
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function parseLine(text: string): LogLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { level, time, msg, ...fields } = value as Record<string, unknown>;
  const name = levels.find(([number]) => number === level)?.[1];
  if (name === undefined || typeof time !== 'number' || typeof msg !== 'string') return null;
  return { at: time, level: name, fact: msg, fields: JSON.stringify(fields) };
}

function fits({ at, level, fact, fields }: LogLine, query: LogQuery, whole: string): boolean {
  const rank = (one: LogLevel): number => levels.findIndex(([, name]) => name === one);
  const has = (text: string, part: string): boolean =>
    text.toLowerCase().includes(part.toLowerCase());
  return (
    rank(level) >= rank(query.level) &&
    at >= (query.from ?? 0) &&
    at < (query.to ?? Infinity) &&
    (query.kind === undefined || has(fact, query.kind)) &&
    (query.text === undefined || has(whole, query.text)) &&
    (query.id === undefined || fields.includes(JSON.stringify(query.id)))
  );
}
