/**
 * Users, their sessions, and keys of other programs. Passwords and secrets are kept as digests only.
 */
import type { Migration } from './migration.ts';

export const accounts: Migration = {
  version: 12,
  purpose: 'Users, sessions and keys',
  sql: `
    CREATE TABLE users (
      id TEXT PRIMARY KEY,
      profile TEXT NOT NULL CHECK (json_valid(profile)),
      password_hash TEXT NOT NULL
    ) STRICT;

    CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      door TEXT NOT NULL,
      address TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      seen_at_ms INTEGER NOT NULL,
      active_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX sessions_by_user ON sessions (user_id);

    CREATE TABLE api_keys (
      id TEXT PRIMARY KEY,
      profile TEXT NOT NULL CHECK (json_valid(profile)),
      secret_digest TEXT NOT NULL
    ) STRICT;
  `,
};
