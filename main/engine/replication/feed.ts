/**
 * How far a station has brought its rows, and which of its lives they are of. A database that was put back from a backup
 * goes on with ids that the central one has already, for other rows: that is a new epoch, which begins where the two part.
 *
 *   epoch 1   1 ──────── 1000 ─────── 1500            brought before the old PC burned
 *   epoch 2             └──▶ 1001 ──▶                 the backup of row 1000, which counts on
 */
import type { OutboxEnds, OutboxKind, OutboxReader } from '#engine/base/outbox.ts';
import type { CentralLink, Row } from './central-link.ts';

/** Kinds whose rows never change, so that it can be told whether both sides have the same. */
type LedgerKind = Extract<OutboxKind, 'crossings' | 'zoneEvents'>;

export interface Feed {
  readonly epoch: number;
  readonly parent: number | null;
  /** Rows up to here are those of the parent */
  readonly from: Readonly<Record<LedgerKind, number>>;
  /** Rows up to here have come */
  readonly reached: OutboxEnds;
}

export interface FeedOwner {
  readonly stationId: string;
  readonly name: string;
  /** Unix time in ms */
  readonly now: number;
}

/** What the station remembers of its last visit; a restored one remembers an earlier visit. */
export interface LastVisit {
  readonly epoch: number;
  readonly coverage: number;
  readonly alerts: number;
}

const tables: Readonly<Record<LedgerKind, { readonly table: string; readonly place: string }>> = {
  crossings: { table: 'crossings', place: 'line_id' },
  zoneEvents: { table: 'zone_events', place: 'zone_id' },
};

/** Announces the station and finds where it goes on: in an epoch that has its rows, or in a new one. Rejects as the link does. */
export async function openFeed(
  link: CentralLink,
  outbox: OutboxReader,
  { owner, last }: { readonly owner: FeedOwner; readonly last: LastVisit | null },
): Promise<Feed> {
  const { stationId, name, now } = owner;
  return link.transaction(async () => {
    await link.rows(
      `INSERT INTO tallywatch.stations VALUES ($1, $2, $3)
       ON CONFLICT (station_id) DO UPDATE SET name = excluded.name, seen_at_ms = excluded.seen_at_ms`,
      [stationId, name, now],
    );
    const feeds = await listFeeds(link, stationId);
    const sides = { link, outbox, stationId, feeds };
    const present = feeds.find(({ epoch }) => epoch === last?.epoch);
    if (present !== undefined && (await isWhole(sides, present))) return rewind(present, last);
    let best: { readonly feed: Feed; readonly common: Feed['from'] } | null = null;
    for (const feed of feeds) {
      const common = {
        crossings: await commonEnd(sides, feed, 'crossings'),
        zoneEvents: await commonEnd(sides, feed, 'zoneEvents'),
      };
      if (best === null || rowsOf(common) > rowsOf(best.common)) best = { feed, common };
    }
    if (best !== null && rowsOf(best.common) === rowsOf(best.feed.reached)) {
      return rewind(best.feed, last);
    }
    const from = best?.common ?? { crossings: 0, zoneEvents: 0 };
    const epoch = Math.max(0, ...feeds.map((feed) => feed.epoch)) + 1;
    const fresh = { epoch, parent: best?.feed.epoch ?? null, from };
    await addFeed(link, stationId, fresh);
    return { ...fresh, reached: { ...from, coverage: 0, alerts: 0 } };
  });
}

/** Notes that the station has brought everything. */
export async function noteSeen(link: CentralLink, stationId: string, now: number): Promise<void> {
  await link.rows('UPDATE tallywatch.stations SET seen_at_ms = $2 WHERE station_id = $1', [
    stationId,
    now,
  ]);
}

function rowsOf({ crossings, zoneEvents }: Feed['from']): number {
  return crossings + zoneEvents;
}

/** What can change is brought again from where the station remembers: it is brought as it is now, so twice does no harm. */
function rewind(feed: Feed, last: LastVisit | null): Feed {
  const { reached } = feed;
  return {
    ...feed,
    reached: {
      ...reached,
      coverage: Math.min(reached.coverage, last?.coverage ?? 0),
      alerts: Math.min(reached.alerts, last?.alerts ?? 0),
    },
  };
}

async function addFeed(
  link: CentralLink,
  stationId: string,
  { epoch, parent, from }: Omit<Feed, 'reached'>,
): Promise<void> {
  await link.rows(
    `INSERT INTO tallywatch.feeds (station_id, epoch, parent, crossings_from, zone_events_from, crossings, zone_events)
     VALUES ($1, $2, $3, $4, $5, $4, $5)`,
    [stationId, epoch, parent, from.crossings, from.zoneEvents],
  );
}

async function listFeeds(link: CentralLink, stationId: string): Promise<Feed[]> {
  const rows = await link.rows(
    'SELECT * FROM tallywatch.feeds WHERE station_id = $1 ORDER BY epoch FOR UPDATE',
    [stationId],
  );
  return rows.map((row) => ({
    epoch: Number(row['epoch']),
    parent: row['parent'] === null ? null : Number(row['parent']),
    from: {
      crossings: Number(row['crossings_from']),
      zoneEvents: Number(row['zone_events_from']),
    },
    reached: {
      crossings: Number(row['crossings']),
      zoneEvents: Number(row['zone_events']),
      coverage: Number(row['coverage']),
      alerts: Number(row['alerts']),
    },
  }));
}

interface Sides {
  readonly link: CentralLink;
  readonly outbox: OutboxReader;
  readonly stationId: string;
  readonly feeds: readonly Feed[];
}

/** Whether the last rows that came are rows of this station. */
async function isWhole(sides: Sides, feed: Feed): Promise<boolean> {
  for (const kind of ['crossings', 'zoneEvents'] as const) {
    if (!(await isSameRow(sides, feed, { kind, sequence: feed.reached[kind] }))) return false;
  }
  return true;
}

/** The greatest sequence up to which both sides have the same rows: what they have parted at they never share again. */
async function commonEnd(sides: Sides, feed: Feed, kind: LedgerKind): Promise<number> {
  const reached = feed.reached[kind];
  if (await isSameRow(sides, feed, { kind, sequence: reached })) return reached;
  let same = 0;
  let other = reached;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (await isSameRow(sides, feed, { kind, sequence: middle })) same = middle;
    else other = middle;
  }
  return same;
}

async function isSameRow(
  { link, outbox, stationId, feeds }: Sides,
  feed: Feed,
  { kind, sequence }: { readonly kind: LedgerKind; readonly sequence: number },
): Promise<boolean> {
  if (sequence === 0) return true;
  const [here] = await outbox.page(kind, { after: sequence - 1, limit: 1 });
  if (here === undefined) return false;
  // A ledger has no holes but where rows went into an archive, which waits until they are here.
  if (here.sequence !== sequence) return true;
  const { table, place } = tables[kind];
  const [there] = await link.rows(
    `SELECT camera_id, ${place} AS place_id, place_revision, camera_epoch, track_id, ordinal, at_ms
     FROM tallywatch.${table} WHERE station_id = $1 AND epoch = $2 AND sequence = $3`,
    [stationId, epochOf(feeds, feed, { kind, sequence }), sequence],
  );
  const placeId = 'lineId' in here ? here.lineId : here.zoneId;
  return (
    there !== undefined &&
    sameFields(there, {
      ...{ camera_id: here.cameraId, place_id: placeId, place_revision: here.revision },
      ...{ camera_epoch: here.cameraEpoch, track_id: here.trackId },
      ...{ ordinal: here.ordinal, at_ms: here.at },
    })
  );
}

function sameFields(row: Row, wanted: Row): boolean {
  return Object.entries(wanted).every(([name, value]) => row[name] === value);
}

/** In which epoch a row lies that `feed` stands on. */
function epochOf(
  feeds: readonly Feed[],
  feed: Feed,
  { kind, sequence }: { readonly kind: LedgerKind; readonly sequence: number },
): number {
  let found = feed;
  while (sequence <= found.from[kind]) {
    const parent = feeds.find(({ epoch }) => epoch === found.parent);
    if (parent === undefined) break;
    found = parent;
  }
  return found.epoch;
}
