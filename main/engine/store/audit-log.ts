/**
 * The audit log with its end noted in a file beside the database, so that rows taken from the end are missed too.
 */
import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { AuditFact, AuditRow, AuditVerdict } from '#contract/audit.ts';
import type { AuditHead, AuditQuery } from './audit.ts';

export interface AuditLog {
  /** Appends one row; durable when it resolves. Rejects with SYS_002 or RES_004. */
  append(fact: AuditFact): Promise<AuditHead>;
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditRow[]>;
  /** Walks the whole chain, up to the end that was noted last. */
  verify(): Promise<AuditVerdict>;
}

export interface AuditTable {
  append(fact: AuditFact): Promise<AuditHead>;
  list(query: AuditQuery): Promise<AuditRow[]>;
  verify(head: AuditHead | null): Promise<AuditVerdict>;
}

const Head = z.object({ number: z.number().int().positive(), digest: z.string() });

export function createAuditLog(folder: string, table: AuditTable): AuditLog {
  let writing: Promise<void> = Promise.resolve();
  let newest: AuditHead | null = null;

  /** One note at a time, and the newest only: the file never goes back. */
  function note(head: AuditHead): Promise<void> {
    if (newest === null || head.number > newest.number) newest = head;
    writing = writing.then(async () => {
      if (newest !== null && newest.number <= head.number) await writeHead(folder, newest);
    });
    return writing;
  }

  return {
    async append(fact) {
      const head = await table.append(fact);
      // The row is durable; a note that cannot be written makes the next check weaker, not the row.
      await note(head).catch(() => (writing = Promise.resolve()));
      return head;
    },
    list: (query) => table.list(query),
    verify: () => table.verify(readAuditHead(folder)),
  };
}

/** The end of the log as noted in the data folder; null when there is no readable note. */
export function readAuditHead(folder: string): AuditHead | null {
  try {
    return Head.parse(JSON.parse(readFileSync(headFile(folder), 'utf8')));
  } catch {
    return null;
  }
}

async function writeHead(folder: string, head: AuditHead): Promise<void> {
  const file = await open(`${headFile(folder)}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(head)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${headFile(folder)}.new`, headFile(folder));
}

function headFile(folder: string): string {
  return path.join(folder, 'audit.head');
}
