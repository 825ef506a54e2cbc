import BetterSqlite from 'better-sqlite3';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { StationError } from '#contract/error.ts';
import { keepFewPages, openDatabase, schemaVersion } from '#engine/store/database.ts';
import { insertCrossing } from '#engine/store/crossings.ts';
import { migrations } from '#engine/store/migrations/all.ts';
import { withAdvice } from '#engine/store/sqlite-error.ts';
import { aCrossing, tempFolder } from '#test/store.ts';

function newFile(): string {
  return path.join(tempFolder(), 'station.db');
}

function refusal(work: () => unknown): [string, string] {
  try {
    work();
  } catch (error) {
    if (error instanceof StationError) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}

describe('a new database', () => {
  it('is made at the newest form, durable and strict', () => {
    const database = openDatabase({ file: newFile(), role: 'writer' });
    expect({
      version: schemaVersion(database),
      journal: database.pragma('journal_mode', { simple: true }),
      synchronous: database.pragma('synchronous', { simple: true }),
      foreignKeys: database.pragma('foreign_keys', { simple: true }),
    }).toEqual({ version: migrations.length, journal: 'wal', synchronous: 2, foreignKeys: 1 });
    const loose = database
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'",
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
    database.close();
  });

  it('opens again as it was', () => {
    const file = newFile();
    openDatabase({ file, role: 'writer' }).close();
    const database = openDatabase({ file, role: 'writer' });
    expect(schemaVersion(database)).toBe(migrations.length);
    database.close();
  });

  it('lets a reader read and nothing else', () => {
    const file = newFile();
    const writer = openDatabase({ file, role: 'writer' });
    const reader = openDatabase({ file, role: 'reader' });
    insertCrossing(writer, { cameraId: 'gate', epoch: 1 }, aCrossing());
    expect(reader.prepare('SELECT count(*) FROM crossings').pluck().get()).toBe(1);
    expect(() => reader.exec("INSERT INTO settings VALUES ('a', '1', 1)")).toThrow('readonly');
    reader.close();
    writer.close();
  });
});

describe('a database that cannot be used', () => {
  it.each<[string, (file: string) => void, string, string]>([
    [
      'is no database',
      (file) => writeFileSync(file, 'x'.repeat(8192)),
      'SYS_002',
      'is not a database',
    ],
    [
      'was written by a newer program',
      (file) => {
        const database = openDatabase({ file, role: 'writer' });
        database.pragma('user_version = 999');
        database.close();
      },
      'SYS_002',
      'was written by a newer Tallywatch (form 999',
    ],
    [
      'belongs to another program',
      (file) => {
        const database = new BetterSqlite(file);
        database.exec('CREATE TABLE songs (title TEXT)');
        database.close();
      },
      'SYS_002',
      'belongs to another program',
    ],
    ['is a folder', (file) => mkdirSync(file), 'SYS_002', 'cannot be opened'],
    ['has a torn middle', damagePages, 'SYS_002', 'is damaged'],
    ['was cut short', (file) => cutShort(file), 'SYS_002', 'is damaged'],
  ])('%s', (_, ...[prepare, code, message]) => {
    const file = newFile();
    prepare(file);
    const [found, sentence] = refusal(() => openDatabase({ file, role: 'writer' }));
    expect(found).toBe(code);
    expect(sentence).toContain(message);
    expect(sentence).toContain(file);
  });

  it('is not changed by the refusal', () => {
    const file = newFile();
    const foreign = new BetterSqlite(file);
    foreign.exec('CREATE TABLE songs (title TEXT)');
    foreign.close();
    const before = readFileSync(file);
    refusal(() => openDatabase({ file, role: 'writer' }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('an error of SQLite', () => {
  it('that is a bug of ours stays what it is', () => {
    const database = openDatabase({ file: newFile(), role: 'writer' });
    const run = () => withAdvice('station.db', () => database.exec('SELECT nonsense'));
    expect(run).toThrow(BetterSqlite.SqliteError);
    expect(run).not.toThrow(StationError);
    database.close();
  });

  it('that is a lock names the file and what to do', () => {
    const file = newFile();
    const database = openDatabase({ file, role: 'writer' });
    const other = new BetterSqlite(file);
    other.exec('BEGIN IMMEDIATE');
    database.pragma('busy_timeout = 0');
    const [code, message] = refusal(() =>
      withAdvice(file, () => database.exec("INSERT INTO settings VALUES ('a', '1', 1)")),
    );
    expect(code).toBe('SYS_002');
    expect(message).toContain('is locked by another program');
    other.close();
    database.close();
  });
});

describe('the pages that a connection keeps', () => {
  it('are given back every two minutes until it ends', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const database = openDatabase({ file: newFile(), role: 'writer' });
    const asked = vi.spyOn(database, 'pragma');
    const stop = keepFewPages(database);
    vi.advanceTimersByTime(240_000);
    stop();
    database.close();
    vi.advanceTimersByTime(240_000);
    expect(asked.mock.calls).toEqual([['shrink_memory'], ['shrink_memory']]);
  });
});

function damagePages(file: string): void {
  fill(file);
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096 * 3, bytes.byteLength - 4096);
  writeFileSync(file, bytes);
}

function cutShort(file: string): void {
  fill(file);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, 4096 * Math.floor(bytes.byteLength / 8192)));
}

function fill(file: string): void {
  const database = openDatabase({ file, role: 'writer' });
  for (let trackId = 0; trackId < 500; trackId += 1) {
    insertCrossing(database, { cameraId: 'gate', epoch: 1 }, aCrossing({ trackId }));
  }
  database.close();
}
