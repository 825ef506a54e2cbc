/**
 * Table of the audit log: rows are appended to a chain of digests, read newest first, and checked from the start.
 */
import type { Database } from 'better-sqlite3';
import { AuditFact, AuditRow, type AuditVerdict } from '#contract/audit.ts';
import { chainStart, linkDigest } from '#engine/base/hash-chain.ts';
import { parseStored } from './rows.ts';
import { prepared } from './statements.ts';

export interface AuditQuery {
  readonly limit: number;
  /** Only rows older than this number */
  readonly before?: number | undefined;
  readonly user?: string | undefined;
  readonly procedure?: string | undefined;
  readonly requestId?: string | undefined;
  /** Unix times in ms: from inclusive, to exclusive */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Number and digest of a row, kept outside of the table too, so that a missing end is found. */
export interface AuditHead {
  readonly number: number;
  readonly digest: string;
}

const columns = `number, at_ms AS at, user, role, door, address, procedure, outcome, code, input, before, after, request_id AS requestId, digest`;

/** Appends one row. Call it in a transaction. */
export function appendAudit(database: Database, fact: AuditFact): AuditHead {
  const last = newestAudit(database);
  const number = (last?.number ?? 0) + 1;
  const link = { ...AuditFact.parse(fact), number };
  const digest = linkDigest(last?.digest ?? chainStart, link);
  prepared<[Record<string, unknown>]>(
    database,
    `INSERT INTO audit_log (number, at_ms, user, role, door, address, procedure, outcome, code, input, before, after, request_id, digest)
     VALUES (@number, @at, @user, @role, @door, @address, @procedure, @outcome, @code, @input, @before, @after, @requestId, @digest)`,
  ).run({ ...link, requestId: link.requestId ?? null, digest });
  return { number, digest };
}

/** The end of the chain; null when it is empty. */
export function newestAudit(database: Database): AuditHead | null {
  const row = prepared<[], AuditHead>(
    database,
    'SELECT number, digest FROM audit_log ORDER BY number DESC LIMIT 1',
  ).get();
  return row ?? null;
}

/** Newest first. */
export function listAudit(database: Database, query: AuditQuery): AuditRow[] {
  const rows = prepared<[Record<string, unknown>], Record<string, unknown>>(
    database,
    `SELECT ${columns} FROM audit_log
     WHERE number < @before AND (@user IS NULL OR user = @user)
       AND (@procedure IS NULL OR procedure = @procedure)
       AND (@requestId IS NULL OR request_id = @requestId)
       AND at_ms >= @from AND at_ms < @to
     ORDER BY number DESC LIMIT @limit`,
  ).all({
    before: query.before ?? Number.MAX_SAFE_INTEGER,
    user: query.user ?? null,
    procedure: query.procedure ?? null,
    requestId: query.requestId ?? null,
    from: query.from ?? 0,
    to: query.to ?? Number.MAX_SAFE_INTEGER,
    limit: query.limit,
  });
  return rows.map((row) => parseStored(AuditRow, asWritten(row), 'audit log'));
}

/**
 * Walks the whole chain.
 * @param head the end as it was noted outside of the database; null when there is no such note
 */
export function verifyAudit(database: Database, head: AuditHead | null): AuditVerdict {
  const rows = prepared<[], Record<string, unknown>>(
    database,
    `SELECT ${columns} FROM audit_log ORDER BY number`,
  ).iterate();
  let previous = chainStart;
  let count = 0;
  for (const row of rows) {
    const broken = flawOf(row, { number: count + 1, previous, head });
    if (broken !== null) {
      return { isIntact: false, rows: count, head: null, brokenAt: count + 1, reason: broken };
    }
    previous = String(row['digest']);
    count += 1;
  }
  if (head !== null && head.number > count) {
    return {
      isIntact: false,
      rows: count,
      head: null,
      brokenAt: count + 1,
      reason: `Row ${String(count + 1)} is missing: the log once reached row ${String(head.number)}.`,
    };
  }
  return {
    isIntact: true,
    rows: count,
    head: count === 0 ? null : previous,
    brokenAt: null,
    reason: null,
  };
}

/** Rows from the time before there were ids of requests have no field for one, or their digest would not hold. */
function asWritten({ requestId, ...row }: Record<string, unknown>): Record<string, unknown> {
  return requestId === null ? row : { ...row, requestId };
}

interface Place {
  readonly number: number;
  readonly previous: string;
  readonly head: AuditHead | null;
}

/** What is wrong with one row; null when it is as it was written. */
function flawOf(row: Record<string, unknown>, { number, previous, head }: Place): string | null {
  if (row['number'] !== number) return `Row ${String(number)} is missing.`;
  const { digest, ...link } = asWritten(row);
  if (linkDigest(previous, link) !== digest) {
    return `Row ${String(number)} is not as it was written, or a row before it was replaced.`;
  }
  if (head?.number === number && head.digest !== digest) {
    return `Row ${String(number)} is not the one that was written: the log was made anew.`;
  }
  return null;
}
