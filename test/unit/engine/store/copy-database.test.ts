/**
 * The copy of the database of a station that writes meanwhile, made in its thread.
 */
import Database from 'better-sqlite3';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyElsewhere } from '#engine/copy-thread.ts';
import { databaseForm } from '#engine/store/copy-database.ts';
import { newestForm } from '#engine/store/migrations/all.ts';
import { tempDatabase, tempFolder } from '#test/store.ts';

const entry = path.resolve(import.meta.dirname, '../../../../main/workers/copy.ts');

describe('a copy of the database', () => {
  it('is one moment of it, though it is written all the time', async () => {
    const folder = tempFolder();
    const database = tempDatabase(folder);
    database.pragma('synchronous = OFF');
    const insert = database.prepare(
      `INSERT INTO settings (key, value, changed_at_ms) VALUES (?, ?, 0)`,
    );
    const text = JSON.stringify('x'.repeat(1_000));
    database.transaction(() => {
      for (let row = 0; row < 20_000; row += 1) insert.run(`row ${row}`, text);
    })();
    const target = path.join(folder, 'copy.db');
    let written = 0;
    const writing = setInterval(() => insert.run(`later ${(written += 1)}`, '1'), 0);
    const copy = await copyElsewhere(entry, { file: path.join(folder, 'station.db'), target });
    clearInterval(writing);
    expect(written).toBeGreaterThan(0);
    expect(copy.form).toBe(newestForm);
    expect(existsSync(`${target}-wal`)).toBe(false);
    const copied = new Database(target, { readonly: true });
    const count = (like: string): unknown =>
      copied.prepare('SELECT count(*) FROM settings WHERE key LIKE ?').pluck().get(like);
    expect(count('row %')).toBe(20_000);
    expect(count('later %')).toBeLessThanOrEqual(written);
    expect(copied.pragma('journal_mode', { simple: true })).toBe('delete');
    copied.close();
  });

  it.each([
    ['is no database', 'noise '.repeat(2_000)],
    ['is not there', null],
  ])('is refused when the file %s, and leaves nothing', async (_, text) => {
    const folder = tempFolder();
    const file = path.join(folder, 'station.db');
    if (text !== null) writeFileSync(file, text);
    const target = path.join(folder, 'copy.db');
    await expect(copyElsewhere(entry, { file, target })).rejects.toMatchObject({
      code: 'SYS_002',
    });
    expect(existsSync(target)).toBe(false);
  });

  it('has no form where there is no database', () => {
    expect(databaseForm(path.join(tempFolder(), 'none.db'))).toBe(0);
  });
});
