/**
 * Two stations bring what they count to one PostgreSQL server, which dies ten times: every row is there once.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCentralCounts } from '#engine/replication/central-counts.ts';
import { quarterMs } from '#engine/base/time-buckets.ts';
import { centralStation, rowsHere, rowsThere } from '#test/central-rig.ts';
import {
  hasPostgres,
  postgresMissing,
  type PostgresServer,
  startPostgres,
} from '#test/postgres-server.ts';
import { until } from '#test/station-process.ts';
import { start } from '#test/store-records.ts';
import { tempFolder } from '#test/store.ts';

describe.skipIf(!hasPostgres)(`central database (${postgresMissing})`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('has every row of two stations once, after it was killed and started ten times', async () => {
    const stations = [await centralStation(tempFolder()), await centralStation(tempFolder())];
    for (const [index, { central }] of stations.entries()) {
      await central.set(server.settings(`station ${String(index)}`));
    }
    for (let round = 0; round < 10; round += 1) {
      const counting = stations.map(({ count }) => count(700));
      // Killed while pages are on their way.
      await until(
        async () => (await stations[0]!.central.status()).sent,
        (sent) => sent > round * 1_400,
        60_000,
      );
      await server.kill();
      await Promise.all(counting);
      await Promise.all(stations.map(({ count }) => count(50)));
      await server.start();
    }
    await Promise.all(stations.map(({ arrived }) => arrived()));
    for (const [index, { store }] of stations.entries()) {
      const here = await rowsHere(store);
      expect(here['crossings']).toHaveLength(7_500);
      expect(await rowsThere(server, `station ${String(index)}`)).toEqual(here);
    }
    const edges = [start, start + 3 * 3_600_000].map(
      (at) => Math.floor(at / quarterMs) * quarterMs,
    );
    const counts = await stations[0]!.central.ask((link) => readCentralCounts(link, edges));
    const perStation = { in: 5_000, out: 2_500 };
    expect(counts.total).toEqual({ in: 10_000, out: 5_000 });
    expect(counts.stations.map(({ in: into, out }) => ({ in: into, out }))).toEqual([
      perStation,
      perStation,
    ]);
  });
});
