/**
 * What a station brings to a real PostgreSQL server, and where it goes on when one of the two databases has gone back in time.
 */
import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert } from '#contract/alert.ts';
import { migrateCentral } from '#engine/replication/central-schema.ts';
import { connectCentral } from '#engine/replication/central-link.ts';
import { centralKey } from '#engine/store/secrets.ts';
import { centralStation, rowsHere, rowsThere } from '#test/central-rig.ts';
import {
  hasPostgres,
  postgresMissing,
  type PostgresServer,
  startPostgres,
} from '#test/postgres-server.ts';
import { start } from '#test/store-records.ts';
import { tempFolder } from '#test/store.ts';

describe.skipIf(!hasPostgres)(`central database (${postgresMissing})`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('has a row of each kind as the station has it, also after observed time and alerts have changed', async () => {
    const { store, central, count, arrived } = await centralStation(tempFolder());
    await count(120);
    await store.alerts.save([{ alert: anAlert('firing'), isTold: true }]);
    await central.set(server.settings('changes'));
    await arrived();
    expect(await rowsThere(server, 'changes')).toEqual(await rowsHere(store));
    await store.coverage.openGap({
      cameraId: 'gate',
      from: start + 110_000,
      cause: 'camera-offline',
    });
    await store.alerts.save([{ alert: anAlert('resolved'), isTold: true }]);
    await count(10);
    await arrived();
    const here = await rowsHere(store);
    expect([here['observed']!.length > 2, here['alerts']]).toEqual([true, [['a1', 'resolved']]]);
    expect(await rowsThere(server, 'changes')).toEqual(here);
  });

  it('keeps what a station has lost, and has what it counts after its backup was put back, each once', async () => {
    const folder = tempFolder();
    const [backup, restored] = [tempFolder(), tempFolder()];
    const first = await centralStation(folder);
    await first.central.set(server.settings('restored'));
    await first.count(60);
    await first.arrived();
    await first.close();
    cpSync(folder, backup, { recursive: true });
    const lost = await centralStation(folder);
    await lost.count(40);
    await lost.arrived();
    await lost.close();
    cpSync(backup, restored, { recursive: true });
    // It counts more than was lost before it finds the central database again.
    const second = await centralStation(restored, start + 3_600_000);
    await second.count(70);
    await second.arrived();
    const here = await rowsHere(second.store);
    const there = await rowsThere(server, 'restored');
    for (const kind of ['crossings', 'zoneEvents']) {
      expect(here[kind]).toHaveLength(130);
      expect(there[kind]).toHaveLength(170);
      expect(there[kind]).toEqual(expect.arrayContaining(here[kind]!));
    }
    expect(await server.rows(feedsOf('restored'))).toEqual([
      { epoch: 1, parent: null, begins: '0', ends: '100' },
      { epoch: 2, parent: 1, begins: '60', ends: '130' },
    ]);
    await second.close();
    // The next start finds its epoch again.
    const third = await centralStation(restored, start + 7_200_000);
    await third.count(5);
    await third.arrived();
    expect(await server.rows(feedsOf('restored'))).toMatchObject([{}, { ends: '135' }]);
  });

  it('is filled again from the ledger when it has itself gone back', async () => {
    const { store, central, count, arrived } = await centralStation(tempFolder());
    await central.set(server.settings('rewound'));
    await count(50);
    await arrived();
    const whole = await rowsThere(server, 'rewound');
    await central.set(null);
    await server.rows(`
      DELETE FROM tallywatch.crossings WHERE sequence > 20 AND station_id = (${idOf('rewound')});
      DELETE FROM tallywatch.observed WHERE station_id = (${idOf('rewound')});
      UPDATE tallywatch.feeds SET crossings = 20, coverage = 0 WHERE station_id = (${idOf('rewound')})`);
    await central.set(server.settings('rewound'));
    await arrived();
    expect(await rowsThere(server, 'rewound')).toEqual(whole);
    expect(whole['crossings']).toEqual((await rowsHere(store))['crossings']);
  });

  it('is set only when it works, and its password is kept sealed and shown to nobody', async () => {
    const { store, central } = await centralStation(tempFolder());
    const right = server.settings('careful');
    const refused = [
      [{ ...right, password: 'wrong' }, 'CEN_002'],
      [{ ...right, database: 'elsewhere' }, 'CEN_002'],
      [{ ...right, port: 1 }, 'CEN_001'],
      [{ ...right, tls: 'verify' as const }, 'CEN_001'],
      [{ ...right, password: undefined }, 'REQ_001'],
    ] as const;
    for (const [settings, code] of refused) {
      await expect(central.set(settings)).rejects.toMatchObject({ code });
    }
    expect(await central.status()).toMatchObject({ settings: null, state: { state: 'off' } });
    await central.set(right);
    const kept = await store.settings.get(centralKey, z.object({ password: z.string() }));
    expect(kept?.password).toMatch(/^tw1:/);
    expect(JSON.stringify(await central.status())).not.toContain(right.password);
    expect((await store.secrets.list()).map(({ place }) => place)).toEqual(['central']);
    await central.set({ ...right, password: undefined, stationName: 'renamed' });
    expect((await central.status()).settings?.stationName).toBe('renamed');
  });

  it('of a newer program is left alone', async () => {
    const link = await connectCentral(server.settings('newer'));
    await migrateCentral(link, start);
    await link.rows(`INSERT INTO tallywatch.migrations VALUES (99, 'of tomorrow', 0)`);
    await expect(migrateCentral(link, start)).rejects.toMatchObject({ code: 'CEN_002' });
    await link.rows('DELETE FROM tallywatch.migrations WHERE version = 99');
    await link.close();
  });
});

const anAlert = (state: 'firing' | 'resolved'): Alert => ({
  ...{ id: 'a1', ruleId: 'disk', ruleName: 'Disk', metric: 'disk', severity: 'critical', state },
  ...{ subject: 'station', subjectName: null, cameraId: null, value: 50, condition: 'below' },
  ...{ limit: 100, detail: 'The disk is nearly full.', since: start, firedAt: start },
  ...{ acknowledgedAt: null, acknowledgedBy: null, note: '', escalatedAt: null },
  resolvedAt: state === 'resolved' ? start + 60_000 : null,
  end: state === 'resolved' ? 'good' : null,
  ...{ repeats: 0, actions: [] },
});

const idOf = (name: string): string =>
  `SELECT station_id FROM tallywatch.stations WHERE name = '${name}'`;
const feedsOf = (name: string): string =>
  `SELECT epoch, parent, crossings_from AS begins, crossings AS ends FROM tallywatch.feeds
   WHERE station_id = (${idOf(name)}) ORDER BY epoch`;
