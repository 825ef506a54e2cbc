/**
 * Whether a data folder has users, asked before a station starts on it.
 */
import Database from 'better-sqlite3';
import path from 'node:path';

/** False for a folder without a database or with one of an earlier form. Rejects nothing: a damaged one is the station's to tell. */
export function hasUsers(folder: string): boolean {
  let database: Database.Database;
  try {
    database = new Database(path.join(folder, 'station.db'), {
      readonly: true,
      fileMustExist: true,
    });
  } catch {
    return false;
  }
  try {
    return database.prepare('SELECT 1 FROM users LIMIT 1').get() !== undefined;
  } catch {
    return false;
  } finally {
    database.close();
  }
}
