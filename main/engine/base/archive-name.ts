/**
 * How a file of the archive is called: by its kind, its day (UTC) and its last row, so that the same rows have the same name.
 */
import type { ArchivePart } from '#contract/archive.ts';

export const archiveDayMs = 86_400_000;

/** `crossings-2026-08-01-52311`, without an ending */
export function archiveName({ kind, day, lastId }: Pick<ArchivePart, 'kind' | 'day' | 'lastId'>) {
  return `${kind}-${new Date(day * archiveDayMs).toISOString().slice(0, 10)}-${String(lastId)}`;
}
