/**
 * All migrations in their order. A new one goes to the end; a shipped one is never edited (a test holds their digests).
 */
import { cameras } from './001-cameras.ts';
import { lines } from './002-lines.ts';
import { ledger } from './003-ledger.ts';
import { tallies } from './004-tallies.ts';
import { checkpoints } from './005-checkpoints.ts';
import { coverage } from './006-coverage.ts';
import { models } from './007-models.ts';
import { settings } from './008-settings.ts';
import { zones } from './009-zones.ts';
import { zoneLedger } from './010-zone-ledger.ts';
import { siteOccupancy } from './011-site-occupancy.ts';
import { accounts } from './012-accounts.ts';
import { audit } from './013-audit.ts';
import { trajectories } from './014-trajectories.ts';
import { modelRegistry } from './015-model-registry.ts';
import { recordings } from './016-recordings.ts';
import { masks } from './017-masks.ts';
import { modelChanges } from './018-model-changes.ts';
import { ledgerSetups } from './019-ledger-setups.ts';
import { blindCounts } from './020-blind-counts.ts';
import { alerts } from './021-alerts.ts';
import { notifications } from './022-notifications.ts';
import { sealedSources } from './023-sealed-sources.ts';
import { experiments } from './024-experiments.ts';
import { health } from './025-health.ts';
import { requestIds } from './026-request-ids.ts';
import { jobs } from './027-jobs.ts';
import { trustHours } from './028-trust-hours.ts';
import { outbox } from './029-outbox.ts';
import { archive } from './030-archive.ts';
import { recordedEvents } from './031-recorded-events.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  cameras,
  lines,
  ledger,
  tallies,
  checkpoints,
  coverage,
  models,
  settings,
  zones,
  zoneLedger,
  siteOccupancy,
  accounts,
  audit,
  trajectories,
  modelRegistry,
  recordings,
  masks,
  modelChanges,
  ledgerSetups,
  blindCounts,
  alerts,
  notifications,
  sealedSources,
  experiments,
  health,
  requestIds,
  jobs,
  trustHours,
  outbox,
  archive,
  recordedEvents,
];

/** The form of a database that this program writes: the number of its last migration. */
export const newestForm = migrations.at(-1)?.version ?? 0;
