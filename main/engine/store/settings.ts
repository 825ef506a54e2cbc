/**
 * Table of small values by key, as JSON.
 */
import type { Database } from 'better-sqlite3';
import { assert } from '#engine/base/assert.ts';
import { preparedValue, prepared } from './statements.ts';

/** The stored JSON text, or null when the key was never set. */
export function getSetting(database: Database, key: string): string | null {
  const value = preparedValue<[string], string>(
    database,
    'SELECT value FROM settings WHERE key = ?',
  );
  return value.get(key) ?? null;
}

export interface SettingChange {
  readonly key: string;
  readonly value: unknown;
  /** Unix time in ms */
  readonly now: number;
}

export function setSetting(database: Database, { key, value, now }: SettingChange): void {
  const text = JSON.stringify(value) as string | undefined;
  assert(text !== undefined, `the setting "${key}" has no JSON form`);
  prepared<[string, string, number]>(
    database,
    `INSERT INTO settings (key, value, changed_at_ms) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at_ms = excluded.changed_at_ms`,
  ).run(key, text, now);
}

export function removeSetting(database: Database, key: string): void {
  prepared<[string]>(database, 'DELETE FROM settings WHERE key = ?').run(key);
}
