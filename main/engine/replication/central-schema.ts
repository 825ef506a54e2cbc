/**
 * Tables of the central database, in the schema `tallywatch`: made and changed by whichever station comes first. A migration
 * that is shipped is never edited.
 *
 *   stations ─┬─ feeds        how far each station has brought each kind; a new epoch when its database went back in time
 *             ├─ crossings    one row each by (station, epoch, sequence), with their sums by quarter of an hour
 *             ├─ zone_events
 *             ├─ observed     as it is now
 *             └─ alerts       as they are now
 */
import { StationError } from '#contract/error.ts';
import type { CentralLink } from './central-link.ts';

interface CentralMigration {
  readonly version: number;
  readonly purpose: string;
  readonly sql: string;
}

const fact = `
      station_id text NOT NULL REFERENCES tallywatch.stations,
      epoch integer NOT NULL,
      sequence bigint NOT NULL,
      camera_id text NOT NULL,
      place_revision integer NOT NULL,
      camera_epoch integer NOT NULL,
      track_id bigint NOT NULL,
      ordinal integer NOT NULL,
      label text NOT NULL,
      at_ms bigint NOT NULL,
      score double precision NOT NULL,
      model_digest text NOT NULL,
      config_digest text NOT NULL,
      PRIMARY KEY (station_id, epoch, sequence)`;

export const centralMigrations: readonly CentralMigration[] = [
  {
    version: 1,
    purpose: 'Stations, how far each has come, and what they counted',
    sql: `
    CREATE TABLE tallywatch.stations (
      station_id text PRIMARY KEY,
      name text NOT NULL,
      seen_at_ms bigint NOT NULL
    );

    CREATE TABLE tallywatch.feeds (
      station_id text NOT NULL REFERENCES tallywatch.stations,
      epoch integer NOT NULL,
      parent integer,
      crossings_from bigint NOT NULL,
      zone_events_from bigint NOT NULL,
      crossings bigint NOT NULL,
      zone_events bigint NOT NULL,
      coverage bigint NOT NULL DEFAULT 0,
      alerts bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (station_id, epoch)
    );

    CREATE TABLE tallywatch.crossings (
      line_id text NOT NULL,
      direction text NOT NULL CHECK (direction IN ('in', 'out')),${fact}
    );
    CREATE INDEX crossings_by_time ON tallywatch.crossings (at_ms);

    CREATE TABLE tallywatch.tally_quarters (
      station_id text NOT NULL,
      camera_id text NOT NULL,
      line_id text NOT NULL,
      quarter bigint NOT NULL,
      direction text NOT NULL,
      label text NOT NULL,
      crossings bigint NOT NULL CHECK (crossings > 0),
      PRIMARY KEY (quarter, station_id, camera_id, line_id, direction, label)
    );

    CREATE TABLE tallywatch.zone_events (
      zone_id text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('enter', 'leave', 'loiter')),
      dwell_seconds double precision NOT NULL,${fact}
    );
    CREATE INDEX zone_events_by_time ON tallywatch.zone_events (at_ms);

    CREATE TABLE tallywatch.observed (
      station_id text NOT NULL REFERENCES tallywatch.stations,
      camera_id text NOT NULL,
      from_ms bigint NOT NULL,
      to_ms bigint NOT NULL CHECK (to_ms >= from_ms),
      PRIMARY KEY (station_id, camera_id, from_ms)
    );

    CREATE TABLE tallywatch.alerts (
      station_id text NOT NULL REFERENCES tallywatch.stations,
      alert_id text NOT NULL,
      rule_id text NOT NULL,
      metric text NOT NULL,
      severity text NOT NULL,
      camera_id text,
      state text NOT NULL,
      since_ms bigint NOT NULL,
      resolved_at_ms bigint,
      body jsonb NOT NULL,
      PRIMARY KEY (station_id, alert_id)
    );
    CREATE INDEX alerts_by_time ON tallywatch.alerts (since_ms);`,
  },
];

const newest = centralMigrations.at(-1)?.version ?? 0;
/** Any number: stations that come at the same time wait for each other. */
const lockKey = 7_411_982;

/**
 * Makes the tables, or brings them to the form of this program.
 * Rejects with CEN_002 when the database is of a newer program or may not be changed.
 */
export async function migrateCentral(link: CentralLink, now: number): Promise<void> {
  if ((await formOf(link)) === newest) return;
  await link.transaction(async () => {
    await link.rows('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    await link.rows('CREATE SCHEMA IF NOT EXISTS tallywatch');
    await link.rows(`CREATE TABLE IF NOT EXISTS tallywatch.migrations (
      version integer PRIMARY KEY, purpose text NOT NULL, done_at_ms bigint NOT NULL)`);
    const form = await formOf(link);
    if (form > newest) {
      throw new StationError(
        'CEN_002',
        `The central database has the form ${String(form)} of a newer Tallywatch; this station knows ${String(newest)}. Update this station.`,
      );
    }
    for (const { version, purpose, sql } of centralMigrations) {
      if (version <= form) continue;
      await link.rows(sql);
      await link.rows('INSERT INTO tallywatch.migrations VALUES ($1, $2, $3)', [
        version,
        purpose,
        now,
      ]);
    }
  });
}

/** Number of the last migration that was made; 0 for none. */
async function formOf(link: CentralLink): Promise<number> {
  const [known] = await link.rows(`SELECT to_regclass('tallywatch.migrations') IS NOT NULL AS is`);
  if (known?.['is'] !== true) return 0;
  const [row] = await link.rows('SELECT max(version) AS form FROM tallywatch.migrations');
  return Number(row?.['form'] ?? 0);
}
