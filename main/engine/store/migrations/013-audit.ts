/**
 * The audit log: a chain of rows that nothing in the program changes or removes.
 */
import type { Migration } from './migration.ts';

export const audit: Migration = {
  version: 13,
  purpose: 'Audit log',
  sql: `
    CREATE TABLE audit_log (
      number INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      user TEXT NOT NULL,
      role TEXT NOT NULL,
      door TEXT NOT NULL,
      address TEXT,
      procedure TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
      code TEXT,
      input TEXT NOT NULL,
      before TEXT,
      after TEXT,
      digest TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_log_by_user ON audit_log (user, number);
    CREATE INDEX audit_log_by_procedure ON audit_log (procedure, number);

    CREATE TRIGGER audit_log_is_kept_whole BEFORE UPDATE ON audit_log BEGIN
      SELECT RAISE(ABORT, 'the audit log is append-only');
    END;
    CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log BEGIN
      SELECT RAISE(ABORT, 'the audit log is append-only');
    END;
  `,
};
