/**
 * Measures the store on this disk: durable transactions per second, and queries over a month of rows.
 *
 *   npx node test/bench/store.ts [rows] [folder]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { addObserved, beginRun } from '#engine/store/coverage.ts';
import { createStore } from '#engine/store/create-store.ts';
import { insertCrossing } from '#engine/store/crossings.ts';
import { openDatabase } from '#engine/store/database.ts';
import type { Store } from '#engine/store/store.ts';
import { aCrossing, aRecord, start, storeEntry } from '#test/store-records.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(path.join(process.argv[3] ?? tmpdir(), 'tallywatch-bench-'));
const cameras = 16;
const hour = 3_600_000;
const month = 30 * 24 * hour;
const state = 'x'.repeat(10_000);

try {
  console.log(`generated ${rows} rows in ${(await timed(() => generate())).ms.toFixed(0)} ms`);
  const opened = await timed(() =>
    createStore({ folder, entry: storeEntry, clock: systemClock, log: silentLogger }),
  );
  console.log(
    `opened, with the check of the file, in ${opened.ms.toFixed(0)} ms, processor ${opened.cpuMs.toFixed(0)} ms`,
  );
  console.log(
    `${(statSync(path.join(folder, 'station.db')).size / rows).toFixed(0)} bytes per row`,
  );
  const store = opened.value;
  await measureWrites(store);
  await measureQueries(store);
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}

/** A month of rows on 16 cameras with one line each, observed throughout. */
function generate(): void {
  const database = openDatabase({ file: path.join(folder, 'station.db'), role: 'writer' });
  beginRun(database, start);
  const fill = database.transaction((from: number, to: number) => {
    for (let row = from; row < to; row += 1) {
      const at = start + Math.floor((row / rows) * month);
      const direction = row % 3 === 0 ? 'out' : 'in';
      const origin = { cameraId: `cam-${row % cameras}`, epoch: 1 };
      insertCrossing(database, origin, aCrossing({ trackId: row, at, direction }));
    }
  });
  for (let from = 0; from < rows; from += 50_000) fill(from, Math.min(rows, from + 50_000));
  for (let camera = 0; camera < cameras; camera += 1) {
    for (let day = 0; day < 30; day += 1) {
      const from = start + day * 24 * hour;
      addObserved(database, `cam-${camera}`, { from, to: from + 23 * hour });
    }
  }
  database.close();
}

/** Each transaction holds one record with one row and a checkpoint of 10 kB for each of `batch` cameras. */
async function measureWrites(store: Store): Promise<void> {
  for (const batch of [1, 16, 64]) {
    const count = Math.ceil(600 / batch) + 60;
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const records = Array.from({ length: batch }, (_, camera) => {
        const trackId = 1_000_000 + batch * 1_000_000 + index;
        const at = start + month + index;
        const observed = { from: at, to: at + 1 };
        return aRecord({
          cameraId: `cam-${camera}`,
          frameSeq: index,
          at,
          state,
          observed,
          crossings: [{ trackId, at }],
        });
      });
      times.push((await timed(() => store.crossings.recordBatch(records))).ms);
    }
    const seconds = times.reduce((sum, ms) => sum + ms, 0) / 1000;
    console.log(
      `batches of ${batch}: ${(count / seconds).toFixed(0)} transactions/s, ${((count * batch) / seconds).toFixed(0)} records/s, p50 ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms`,
    );
  }
}

async function measureQueries(store: Store): Promise<void> {
  const timeZone = 'Europe/Berlin';
  const day = { from: start + 10 * 24 * hour, to: start + 11 * 24 * hour };
  const all = { from: start, to: start + month };
  const questions: [string, () => Promise<unknown[]>][] = [
    ['a day by hour', () => store.tallies.query({ ...day, bucket: 'hour', timeZone })],
    ['a day by quarter', () => store.tallies.query({ ...day, bucket: 'quarter', timeZone })],
    ['a day by minute', () => store.tallies.query({ ...day, bucket: 'minute', timeZone })],
    ['a month by hour', () => store.tallies.query({ ...all, bucket: 'hour', timeZone })],
    ['a month by day', () => store.tallies.query({ ...all, bucket: 'day', timeZone })],
    ['a month at once', () => store.tallies.query({ ...all, bucket: 'all', timeZone })],
    [
      'an odd range at once',
      () =>
        store.tallies.query({ from: start + 1, to: start + month - 1, bucket: 'all', timeZone }),
    ],
    ['the newest 100 rows', () => store.crossings.list({ limit: 100 })],
    [
      '100 rows of a camera, mid-month',
      () => store.crossings.list({ cameraId: 'cam-3', to: day.to, limit: 100 }),
    ],
    [
      'a page before the middle row',
      () => store.crossings.list({ beforeId: rows / 2, limit: 100 }),
    ],
    ['coverage of the month', () => store.coverage.query(all)],
  ];
  for (const [name, ask] of questions) {
    const times: number[] = [];
    const cpuTimes: number[] = [];
    let found = 0;
    for (let round = 0; round < 9; round += 1) {
      const { ms, cpuMs, value } = await timed(ask);
      times.push(ms);
      cpuTimes.push(cpuMs);
      found = value.length;
    }
    console.log(
      `${name}: first ${times[0]?.toFixed(1)} ms, p50 ${percentile(times, 0.5)} ms, processor ${percentile(cpuTimes, 0.5)} ms (${found} answers)`,
    );
  }
}

/** Wall time and, for a machine that is busy with other things, the processor time of all threads. */
async function timed<T>(
  work: () => T | Promise<T>,
): Promise<{ ms: number; cpuMs: number; value: T }> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000, value };
}

function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
}
