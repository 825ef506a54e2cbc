/**
 * Sums of all stations from the central database, of its roll-ups by quarter of an hour.
 */
import type { CentralCounts, CentralStation } from '#contract/central.ts';
import type { CentralLink, Row } from './central-link.ts';

const quarterMs = 900_000;

/**
 * @param edges of the buckets, whole quarters of an hour, strictly rising, n + 1 for n buckets, Unix ms
 * Rejects as the link does.
 */
export async function readCentralCounts(
  link: CentralLink,
  edges: readonly number[],
): Promise<Pick<CentralCounts, 'stations' | 'buckets' | 'total'>> {
  const from = edges[0] ?? 0;
  const to = edges.at(-1) ?? 0;
  const stations = await link.rows(
    'SELECT station_id, name, seen_at_ms FROM tallywatch.stations ORDER BY name, station_id',
  );
  const lines = await link.rows(
    `SELECT station_id, camera_id, line_id, ${sums} FROM tallywatch.tally_quarters
     WHERE quarter >= $1 AND quarter < $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [from / quarterMs, to / quarterMs],
  );
  const buckets = await link.rows(
    `SELECT width_bucket(quarter, $3::bigint[]) AS bucket, ${sums} FROM tallywatch.tally_quarters
     WHERE quarter >= $1 AND quarter < $2 GROUP BY 1`,
    [from / quarterMs, to / quarterMs, edges.slice(0, -1).map((edge) => edge / quarterMs)],
  );
  const observed = await link.rows(
    `SELECT station_id, sum(least(to_ms, $2) - greatest(from_ms, $1)) / 1000.0 AS seconds
     FROM tallywatch.observed WHERE from_ms < $2 AND to_ms > $1 GROUP BY 1`,
    [from, to],
  );
  const byBucket = new Map(buckets.map((row) => [Number(row['bucket']), sumsOf(row)]));
  const byStation = Map.groupBy(lines, (row) => text(row['station_id']));
  const seconds = new Map(
    observed.map((row) => [text(row['station_id']), Number(row['seconds'])] as const),
  );
  const found = stations.map((row): CentralStation => {
    const id = text(row['station_id']);
    const own = (byStation.get(id) ?? []).map((line) => ({
      stationId: id,
      cameraId: text(line['camera_id']),
      lineId: text(line['line_id']),
      ...sumsOf(line),
    }));
    return {
      ...{ id, name: text(row['name']), seenAt: Number(row['seen_at_ms']) },
      ...{ ...total(own), observedSeconds: seconds.get(id) ?? 0, lines: own },
    };
  });
  return {
    stations: found,
    buckets: edges.slice(1).map((end, index) => ({
      ...{ from: edges[index] ?? end, to: end },
      ...(byBucket.get(index + 1) ?? { in: 0, out: 0 }),
    })),
    total: total(found),
  };
}

const sums = ['in', 'out']
  .map(
    (side) =>
      `coalesce(sum(crossings) FILTER (WHERE direction = '${side}'), 0)::bigint AS "${side}"`,
  )
  .join(', ');

function sumsOf(row: Row): { in: number; out: number } {
  return { in: Number(row['in']), out: Number(row['out']) };
}

function total(parts: readonly { readonly in: number; readonly out: number }[]) {
  return {
    in: parts.reduce((sum, part) => sum + part.in, 0),
    out: parts.reduce((sum, part) => sum + part.out, 0),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
