/**
 * The log as one file for each day: tallywatch.log for today, tallywatch-2026-11-26.log for the days before, so that old
 * ones can be removed.
 */
import { existsSync, renameSync, statSync } from 'node:fs';
import pino from 'pino';

export interface DailyLog {
  write(line: string): void;
}

/**
 * @param file of today
 * @param now Unix time in ms
 */
export function openDailyLog(file: string, now: () => number): DailyLog {
  let day = existsSync(file) ? dayOf(statSync(file).mtimeMs) : dayOf(now());
  putAside();
  const destination = pino.destination({ dest: file, sync: true });
  // A full disk must not end the station that counts: what cannot be written is lost, and writing goes on when there is room.
  destination.on('error', () => undefined);

  /** Whether another day has begun. */
  function putAside(): boolean {
    const today = dayOf(now());
    if (today === day) return false;
    const old = file.replace(/\.log$/, `-${day}.log`);
    day = today;
    try {
      if (!existsSync(old)) renameSync(file, old);
    } catch {
      // On Windows somebody may be reading it; it is put aside a day later.
    }
    return true;
  }

  return {
    write(line) {
      try {
        if (putAside()) destination.reopen();
        destination.write(line);
      } catch {
        // as above
      }
    },
  };
}

/** In local time, as people ask for it. */
function dayOf(at: number): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
