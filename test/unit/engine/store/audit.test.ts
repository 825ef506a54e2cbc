/**
 * The chain of the audit log: whatever is changed in it afterwards is found, with the number of the row.
 */
import type { Database } from 'better-sqlite3';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AuditFact } from '#contract/audit.ts';
import { chainStart, linkDigest } from '#engine/base/hash-chain.ts';
import { readAuditHead } from '#engine/store/audit-log.ts';
import { appendAudit, listAudit, newestAudit, verifyAudit } from '#engine/store/audit.ts';
import { memoryDatabase, tempFolder, tempStore } from '#test/store.ts';

const fact = (at: number): AuditFact => ({
  ...{ at, user: 'chief', role: 'admin', door: 'browser', address: '10.0.0.2' },
  ...{ procedure: 'line.remove', outcome: 'done', code: null },
  ...{ input: '{"id":"door"}', before: '{"id":"door"}', after: '{}' },
});

/** A log of five rows, on which somebody with a tool of his own can do anything. */
function logOfFive(): Database {
  const database = memoryDatabase();
  for (let at = 1; at <= 5; at += 1) appendAudit(database, fact(at));
  database.exec('DROP TRIGGER audit_log_is_kept; DROP TRIGGER audit_log_is_kept_whole;');
  return database;
}

describe('the audit log', () => {
  it('is whole as it was written', () => {
    const database = logOfFive();
    expect(verifyAudit(database, newestAudit(database))).toEqual({
      ...{ isIntact: true, rows: 5, brokenAt: null, reason: null },
      head: newestAudit(database)!.digest,
    });
  });

  it('is whole when it is empty', () => {
    expect(verifyAudit(memoryDatabase(), null)).toMatchObject({ isIntact: true, rows: 0 });
  });

  it.each([
    ['the user of a row is changed', "UPDATE audit_log SET user = 'nobody' WHERE number = 3", 3],
    ['the time of the first row is changed', 'UPDATE audit_log SET at_ms = 9 WHERE number = 1', 1],
    ['a request is made up', "UPDATE audit_log SET request_id = 'r' WHERE number = 4", 4],
    ['an outcome is changed', "UPDATE audit_log SET outcome = 'failed' WHERE number = 5", 5],
    ['a row is removed', 'DELETE FROM audit_log WHERE number = 2', 2],
    ['the first row is removed', 'DELETE FROM audit_log WHERE number = 1', 1],
    ['the last row is removed', 'DELETE FROM audit_log WHERE number = 5', 5],
    ['all rows are removed', 'DELETE FROM audit_log', 1],
    [
      'two rows change places',
      'UPDATE audit_log SET number = 9 WHERE number = 2; UPDATE audit_log SET number = 2 WHERE number = 3; UPDATE audit_log SET number = 3 WHERE number = 9',
      2,
    ],
    [
      'a row is removed and the rest moved up',
      'DELETE FROM audit_log WHERE number = 2; UPDATE audit_log SET number = number - 1 WHERE number > 2',
      2,
    ],
  ])('is broken when %s', (_, tampering, row) => {
    const database = logOfFive();
    const head = newestAudit(database);
    database.exec(tampering);
    expect(verifyAudit(database, head)).toMatchObject({ isIntact: false, brokenAt: row });
  });

  it('is broken when a row is changed and the chain made anew after it', () => {
    const database = logOfFive();
    const head = newestAudit(database);
    const rows = listAudit(database, { limit: 10 }).reverse();
    let previous = chainStart;
    for (const { digest: _digest, ...row } of rows) {
      const forged = { ...row, user: row.number === 2 ? 'nobody' : row.user };
      previous = linkDigest(previous, forged);
      database
        .prepare('UPDATE audit_log SET user = ?, digest = ? WHERE number = ?')
        .run(forged.user, previous, row.number);
    }
    expect(verifyAudit(database, null)).toMatchObject({ isIntact: true });
    expect(verifyAudit(database, head)).toMatchObject({ isIntact: false, brokenAt: 5 });
  });

  it('lets nothing in the program change or remove a row', () => {
    const database = memoryDatabase();
    appendAudit(database, fact(1));
    expect(() => database.exec('DELETE FROM audit_log')).toThrow('append-only');
    expect(() => database.exec("UPDATE audit_log SET user = 'x'")).toThrow('append-only');
  });

  it('notes its end beside the database, through many writes at once', async () => {
    const folder = tempFolder();
    const store = await tempStore({ folder });
    const heads = await Promise.all(
      Array.from({ length: 30 }, (_, index) => store.audit.append(fact(index))),
    );
    expect(readAuditHead(folder)).toEqual(heads.at(-1));
    expect(await store.audit.verify()).toMatchObject({ isIntact: true, rows: 30 });
    writeFileSync(
      path.join(folder, 'audit.head'),
      JSON.stringify({ number: 31, digest: 'a'.repeat(64) }),
    );
    expect(await store.audit.verify()).toMatchObject({ isIntact: false, brokenAt: 31 });
  });

  it('is listed newest first, by user, procedure, request and time', () => {
    const database = memoryDatabase();
    appendAudit(database, fact(1));
    appendAudit(database, { ...fact(2), user: 'guard' });
    appendAudit(database, { ...fact(3), procedure: 'line.save', requestId: 'r-3' });
    const numbers = (query: Partial<Parameters<typeof listAudit>[1]>) =>
      listAudit(database, { limit: 10, ...query }).map(({ number }) => number);
    expect(numbers({})).toEqual([3, 2, 1]);
    expect(numbers({ before: 3, limit: 1 })).toEqual([2]);
    expect(numbers({ user: 'guard' })).toEqual([2]);
    expect(numbers({ procedure: 'line.save' })).toEqual([3]);
    expect(numbers({ requestId: 'r-3' })).toEqual([3]);
    expect(verifyAudit(database, null)).toMatchObject({ isIntact: true, rows: 3 });
    expect(numbers({ from: fact(2).at, to: fact(3).at })).toEqual([2]);
  });
});
