/**
 * The log as files: tallywatch.log for now, put aside each day and whenever it has grown large; the oldest go when all of them
 * together are too large for the disk of a small PC.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { logName, parseLogName, putAsideLogs } from '#engine/log-names.ts';

/** What the files of the log may be. */
export interface LogLimits {
  /** One file, bytes */
  readonly fileBytes: number;
  /** All files together, bytes */
  readonly allBytes: number;
}

export const usualLimits: LogLimits = { fileBytes: 32e6, allBytes: 512e6 };

export interface DailyLog {
  write(line: string): void;
}

/**
 * @param file of now
 * @param now Unix time in ms
 */
export function openDailyLog(
  file: string,
  now: () => number,
  limits: LogLimits = usualLimits,
): DailyLog {
  const folder = path.dirname(file);
  let day = existsSync(file) ? dayOf(statSync(file).mtimeMs) : dayOf(now());
  let bytes = existsSync(file) ? statSync(file).size : 0;
  putAside();
  const destination = pino.destination({ dest: file, sync: true });
  // A full disk must not end the station that counts: what cannot be written is lost, and writing goes on when there is room.
  destination.on('error', () => undefined);

  /** Whether a new file is begun: another day, or this one is large. */
  function putAside(): boolean {
    const today = dayOf(now());
    if (today === day && bytes < limits.fileBytes) return false;
    const old = day;
    day = today;
    bytes = 0;
    try {
      renameSync(file, path.join(folder, nextName(folder, old)));
      removeOldest(folder, limits.allBytes);
    } catch {
      // On Windows somebody may be reading it; it is put aside another time.
    }
    return true;
  }

  return {
    write(line) {
      try {
        if (putAside()) destination.reopen();
        bytes += Buffer.byteLength(line);
        destination.write(line);
      } catch {
        // as above
      }
    },
  };
}

/** A name that no file of this day has, nor had before it was thinned. */
function nextName(folder: string, day: string): string {
  const numbers = readdirSync(folder).flatMap((name) => {
    const parsed = parseLogName(name);
    return parsed?.day === day ? [parsed.number] : [];
  });
  return logName({ day, number: Math.max(0, ...numbers) + 1, level: null });
}

function removeOldest(folder: string, mostBytes: number): void {
  const files = putAsideLogs(readdirSync(folder)).map((name) => path.join(folder, name));
  let all = 0;
  // From the newest on, until the room is used up.
  for (const file of files.reverse()) {
    all += statSync(file).size;
    if (all > mostBytes) rmSync(file, { force: true });
  }
}

/** In local time, as people ask for it. */
function dayOf(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
