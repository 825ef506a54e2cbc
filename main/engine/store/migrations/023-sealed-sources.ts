/**
 * Addresses of cameras with passwords, sealed; `source` then shows *** in their place.
 */
import type { Migration } from './migration.ts';

export const sealedSources: Migration = {
  version: 23,
  purpose: 'Sealed addresses of cameras',
  sql: `
    ALTER TABLE cameras ADD COLUMN sealed_source TEXT;
  `,
};
