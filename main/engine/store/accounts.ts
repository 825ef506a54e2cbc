/**
 * Tables of users, sessions and keys. They are small: the access part reads them whole at the start.
 */
import type { Database } from 'better-sqlite3';
import { DoorKind } from '#contract/access.ts';
import { ApiKey, type Session, User } from '#contract/account.ts';
import { parseJson, parseStored } from './rows.ts';
import { prepared } from './statements.ts';

export interface StoredUser extends User {
  readonly passwordHash: string;
}

export interface StoredKey extends ApiKey {
  /** SHA-256 of the secret, hex */
  readonly secretDigest: string;
}

export interface StoredAccounts {
  readonly users: readonly StoredUser[];
  readonly sessions: readonly Session[];
  readonly keys: readonly StoredKey[];
}

interface ProfileRow {
  readonly id: string;
  readonly profile: string;
  readonly secret: string;
}

type SessionRow = Record<'id' | 'user_id' | 'door' | 'address', string> &
  Record<'created_at_ms' | 'seen_at_ms' | 'active_at_ms', number>;

/** Everything there is. @throws StationError SYS_002 when a row cannot be read */
export function loadAccounts(database: Database): StoredAccounts {
  const users = prepared<[], ProfileRow>(
    database,
    'SELECT id, profile, password_hash AS secret FROM users ORDER BY id',
  ).all();
  const keys = prepared<[], ProfileRow>(
    database,
    'SELECT id, profile, secret_digest AS secret FROM api_keys ORDER BY id',
  ).all();
  const sessions = prepared<[], SessionRow>(database, 'SELECT * FROM sessions').all();
  return {
    users: users.map((row) => ({
      ...parseJson(User, row.profile, `user "${row.id}"`),
      passwordHash: row.secret,
    })),
    keys: keys.map((row) => ({
      ...parseJson(ApiKey, row.profile, `key "${row.id}"`),
      secretDigest: row.secret,
    })),
    sessions: sessions.map((row) => ({
      id: row.id,
      userId: row.user_id,
      door: parseStored(DoorKind, row.door, 'session, column door'),
      address: row.address,
      createdAt: row.created_at_ms,
      seenAt: row.seen_at_ms,
      activeAt: row.active_at_ms,
    })),
  };
}

/** Adds or replaces a user. */
export function saveUser(database: Database, { passwordHash, ...user }: StoredUser): void {
  prepared<[string, string, string]>(
    database,
    `INSERT INTO users (id, profile, password_hash) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET profile = excluded.profile, password_hash = excluded.password_hash`,
  ).run(user.id, JSON.stringify(User.parse(user)), passwordHash);
}

/** Removes a user with its sessions. */
export function removeUser(database: Database, id: string): void {
  prepared<[string]>(database, 'DELETE FROM users WHERE id = ?').run(id);
}

/** Adds or replaces a session. */
export function saveSession(database: Database, session: Session): void {
  prepared<[string, string, string, string, number, number, number]>(
    database,
    `INSERT INTO sessions (id, user_id, door, address, created_at_ms, seen_at_ms, active_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, active_at_ms = excluded.active_at_ms`,
  ).run(
    session.id,
    session.userId,
    session.door,
    session.address,
    session.createdAt,
    session.seenAt,
    session.activeAt,
  );
}

export function removeSessions(database: Database, ids: readonly string[]): void {
  const remove = prepared<[string]>(database, 'DELETE FROM sessions WHERE id = ?');
  for (const id of ids) remove.run(id);
}

/** Adds or replaces a key. */
export function saveKey(database: Database, { secretDigest, ...key }: StoredKey): void {
  prepared<[string, string, string]>(
    database,
    `INSERT INTO api_keys (id, profile, secret_digest) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET profile = excluded.profile`,
  ).run(key.id, JSON.stringify(ApiKey.parse(key)), secretDigest);
}

export function removeKey(database: Database, id: string): void {
  prepared<[string]>(database, 'DELETE FROM api_keys WHERE id = ?').run(id);
}
