/**
 * The part of the store that takes rows of the ledger out and puts them back; every change is a transaction of its own.
 */
import type { ArchivePart, ArchiveState } from '#contract/archive.ts';
import type { ArchiveRow } from '#engine/base/archive-row.ts';
import type { ArchiveDay, ArchiveDayQuery, ArchiveRowQuery, PartName } from './archive.ts';
import type { ReaderOperations, WriterOperations } from './messages.ts';
import type { StoreThread } from './store-thread.ts';

export interface ArchiveStore {
  /** By day and kind. */
  parts(): Promise<ArchivePart[]>;
  /** The first day that has rows to archive. */
  nextDay(query: ArchiveDayQuery): Promise<ArchiveDay | null>;
  /** In the order of their ids. */
  rows(query: ArchiveRowQuery): Promise<ArchiveRow[]>;
  /** Notes that a file is whole and its rows may go; durable when it resolves. */
  add(part: Omit<ArchivePart, 'state'>): Promise<void>;
  become(part: PartName, state: ArchiveState): Promise<void>;
  /** Removes up to `limit` rows of a part that is `removing`. Resolves to their number. */
  remove(part: PartName, limit: number): Promise<number>;
  /** Puts rows of a part that is `restoring` back. Resolves to how many were away. Rejects with ARC_001. */
  restore(part: PartName, rows: readonly ArchiveRow[]): Promise<number>;
}

export function createArchiveStore(
  writer: StoreThread<WriterOperations>,
  reader: StoreThread<ReaderOperations>,
): ArchiveStore {
  return {
    parts: () => reader.ask('archive.parts', null),
    nextDay: (query) => reader.ask('archive.nextDay', query),
    rows: (query) => reader.ask('archive.rows', query),
    async add(part) {
      await writer.ask('archive.add', part);
    },
    async become(part, state) {
      await writer.ask('archive.become', { part, state });
    },
    remove: (part, limit) => writer.ask('archive.remove', { part, limit }),
    restore: (part, rows) => writer.ask('archive.restore', { part, rows }),
  };
}
