/**
 * Stations, as far as the central database sees them: a real store with a central keeper on it, and what both sides have.
 */
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { type CentralKeeper, keepCentral } from '#engine/central-keeper.ts';
import { openWith, sealWith, secretKey } from '#engine/secrets/secret-box.ts';
import { createStore } from '#engine/store/create-store.ts';
import type { Store } from '#engine/store/store.ts';
import type { PostgresServer } from './postgres-server.ts';
import { until } from './station-process.ts';
import { aRecord, start, storeEntry } from './store-records.ts';

const key = secretKey(randomBytes(32));
const box = {
  seal: (text: string) => sealWith(key, text),
  open: (sealed: string) => openWith([key], sealed),
};
const quickMs = 20;
const allLimitMs = 60_000;

export interface CentralStationRig {
  readonly store: Store;
  readonly central: CentralKeeper;
  /** Writes frames of the camera `gate`, each with a crossing, an enter and its second of observation. */
  readonly count: (frames: number) => Promise<void>;
  /** Resolves when the central database has everything. */
  readonly arrived: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a station on a data folder; it brings its rows to what was set for it. @param from when it counts, Unix ms */
export async function centralStation(folder: string, from = start): Promise<CentralStationRig> {
  const store = await createStore({
    ...{ folder, entry: storeEntry, clock: systemClock, log: silentLogger },
  });
  const central = await keepCentral({
    ...{ store, clock: systemClock, log: silentLogger, box },
    ...{ random: () => 0, paceMs: quickMs },
  });
  let isClosed = false;
  const epoch = await store.checkpoints.beginEpoch('gate');
  let next = 0;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await central.close();
    await store.close();
  };
  onTestFinished(close);
  return {
    store,
    central,
    async count(frames) {
      const records = Array.from({ length: frames }, () => {
        const at = from + next * 1000;
        const trackId = (next += 1);
        return aRecord({
          ...{ epoch, frameSeq: trackId, at },
          crossings: [{ trackId, at, direction: trackId % 3 === 0 ? 'out' : 'in' }],
          zoneEvents: [{ trackId, at, kind: 'enter' }],
          // A second is lost now and then, so that there are spans.
          observed: trackId % 50 === 0 ? null : { from: at - 1000, to: at },
        });
      });
      await store.crossings.recordBatch(records);
    },
    async arrived() {
      await until(
        async () => ({ ends: await store.outbox.ends(), status: await central.status() }),
        ({ status }) => status.waiting === 0 && status.state.state === 'current',
        allLimitMs,
      );
      // One round more: what can change was read before the rows that came last, or after them.
      const { currentAt } = await central.status();
      await until(
        async () => (await central.status()).currentAt,
        (at) => (at ?? 0) > (currentAt ?? 0),
        allLimitMs,
      );
    },
    close,
  };
}

/** Everything that a station has of what is brought, by kind, in the order of its keys. */
export async function rowsHere(store: Store): Promise<Record<string, unknown[]>> {
  const all = { after: 0, limit: 1_000_000 };
  const spans = await store.outbox.page('coverage', all);
  return {
    crossings: (await store.outbox.page('crossings', all)).map((row) => [
      ...[row.cameraId, row.lineId, row.cameraEpoch, row.trackId, row.ordinal],
      ...[row.direction, row.label, row.at, row.score],
    ]),
    zoneEvents: (await store.outbox.page('zoneEvents', all)).map((row) => [
      ...[row.cameraId, row.zoneId, row.cameraEpoch, row.trackId, row.ordinal],
      ...[row.kind, row.label, row.at, row.score],
    ]),
    observed: spans
      .filter(({ to }) => to !== null)
      .map(({ cameraId, from, to }) => [cameraId, from, to])
      .sort((a, b) => Number(a[1]) - Number(b[1])),
    alerts: (await store.outbox.page('alerts', all))
      .map(({ alert }) => [alert.id, alert.state])
      .sort(),
  };
}

/** The same of the central database, for one station by its name. */
export async function rowsThere(
  server: PostgresServer,
  name: string,
): Promise<Record<string, unknown[]>> {
  const of = `USING (station_id) WHERE s.name = '${name}'`;
  const fact = 'camera_epoch, track_id::float8, ordinal';
  const read = async (sql: string): Promise<unknown[][]> =>
    (await server.rows(sql)).map((row) => Object.values(row));
  return {
    crossings: await read(
      `SELECT camera_id, line_id, ${fact}, direction, label, at_ms::float8, score
       FROM tallywatch.crossings JOIN tallywatch.stations AS s ${of} ORDER BY epoch, sequence`,
    ),
    zoneEvents: await read(
      `SELECT camera_id, zone_id, ${fact}, kind, label, at_ms::float8, score
       FROM tallywatch.zone_events JOIN tallywatch.stations AS s ${of} ORDER BY epoch, sequence`,
    ),
    observed: await read(
      `SELECT camera_id, from_ms::float8, to_ms::float8
       FROM tallywatch.observed JOIN tallywatch.stations AS s ${of} ORDER BY from_ms`,
    ),
    alerts: await read(
      `SELECT alert_id, state FROM tallywatch.alerts JOIN tallywatch.stations AS s ${of} ORDER BY 1`,
    ),
  };
}
