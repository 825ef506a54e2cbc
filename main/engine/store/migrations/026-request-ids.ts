/**
 * The request that a row comes from: by it the row, the lines of the log and the message that a person saw are found together.
 * Rows written before have none.
 */
import type { Migration } from './migration.ts';

export const requestIds: Migration = {
  version: 26,
  purpose: 'Ids of requests in the audit log and the history of models',
  sql: `
    ALTER TABLE audit_log ADD COLUMN request_id TEXT;
    CREATE INDEX audit_log_by_request ON audit_log (request_id) WHERE request_id IS NOT NULL;
    ALTER TABLE model_history ADD COLUMN request_id TEXT;
  `,
};
