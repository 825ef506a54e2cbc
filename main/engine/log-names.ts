/**
 * Names of the files of the log: that of now, and those put aside by day, by number within the day, and by what is left in them.
 *
 *   tallywatch.log · tallywatch-2026-11-26.log · tallywatch-2026-11-26.2.log · tallywatch-2026-11-26.2.warn.log
 */
import type { LogLevel } from '#contract/log.ts';

export const newestLog = 'tallywatch.log';

export interface LogName {
  /** In local time, as people ask for it: 2026-11-26 */
  readonly day: string;
  /** From 1 within the day */
  readonly number: number;
  /** The mildest level that is left in it; null when all is */
  readonly level: Extract<LogLevel, 'info' | 'warn'> | null;
}

const pattern = /^tallywatch-(\d{4}-\d\d-\d\d)(?:\.(\d+))?(?:\.(info|warn))?\.log$/;

/** null for what is no file of the log that was put aside. */
export function parseLogName(name: string): LogName | null {
  const [, day, number, level] = pattern.exec(name) ?? [];
  if (day === undefined) return null;
  return {
    day,
    number: Number(number ?? 1),
    level: level === undefined ? null : (level as 'info'),
  };
}

export function logName({ day, number, level }: LogName): string {
  const count = number === 1 ? '' : `.${String(number)}`;
  return `tallywatch-${day}${count}${level === null ? '' : `.${level}`}.log`;
}

/** Of these names those of the log that were put aside, oldest first. */
export function putAsideLogs(names: readonly string[]): string[] {
  const known = names.flatMap((name) => {
    const parsed = parseLogName(name);
    return parsed === null ? [] : [{ name, ...parsed }];
  });
  known.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.number - b.number));
  return known.map(({ name }) => name);
}
