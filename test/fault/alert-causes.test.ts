/**
 * Default rules driven over and under their limit by real causes: a model that is slow, a disk that is full. Over a restart.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Alert, AlertMetric } from '#contract/alert.ts';
import { presetRules } from '#engine/alerting/presets.ts';
import { spoiledModel } from '#test/spoiled-models.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  until,
  type StationProcess,
} from '#test/station-process.ts';
import { hasTmpfs, mountTmpfs, tmpfsMissing } from '#test/tmpfs.ts';

const embedded = path.resolve(import.meta.dirname, '../../resources/models/embedded');
const limitMs = 90_000;

afterAll(cleanUp);

/** The preset as it came, only without its long waits. */
async function hasten(station: StationProcess, metric: AlertMetric): Promise<void> {
  const rule = presetRules.find((each) => each.metric === metric)!;
  await station.call('alertRule.save', { ...rule, durationS: 1, clearS: 1 });
}

const alertOf = (station: StationProcess, metric: AlertMetric, state: Alert['state']) =>
  until(
    async () => (await station.call('alert.list', { metric, limit: 1 }))[0],
    (alert) => alert?.state === state,
    limitMs,
  );

it('a slow model fires the rule of latency, and goes on over a restart', async () => {
  const bundle = path.join(scratchFolder(), 'slow');
  mkdirSync(bundle);
  const good = readFileSync(path.join(embedded, 'model.onnx'));
  writeFileSync(path.join(bundle, 'model.onnx'), spoiledModel(good, 'slow'));
  const card = JSON.parse(readFileSync(path.join(embedded, 'card.json'), 'utf8')) as object;
  writeFileSync(path.join(bundle, 'card.json'), JSON.stringify({ ...card, name: 'slow' }));
  const flags = ['--workers', '1', '--model-watch-seconds', '0'];
  const first = await startStation({ flags });
  await first.call('camera.add', {
    ...{ id: 'gate', name: 'Gate', source: 'simulated://plaza?people=4&seed=7', isUngated: true },
  });
  await hasten(first, 'latency');
  const { digest } = await first.call('model.import', { path: bundle });
  await first.call('model.activate', { digest, skipRehearsal: 'a test of alerts' });
  const fired = await alertOf(first, 'latency', 'firing');
  expect(fired).toMatchObject({ subject: 'gate', severity: 'warning', limit: 100 });
  expect(fired!.value).toBeGreaterThan(100);
  await first.call('alert.acknowledge', { id: fired!.id });
  await first.kill();

  const second = await startStation({ dataFolder: first.dataFolder, flags });
  expect(await alertOf(second, 'latency', 'acknowledged')).toMatchObject({ id: fired!.id });
}, 300_000);

it.skipIf(!hasTmpfs)(
  `a full disk fires the rules of disk and database, until there is room (${tmpfsMissing})`,
  async () => {
    const { folder } = mountTmpfs(48_000_000);
    const dataFolder = path.join(folder, 'data');
    const station = await startStation({ dataFolder, flags: ['--workers', '1'] });
    await station.call('camera.add', {
      ...{ id: 'gate', name: 'Gate', source: 'simulated://plaza?people=4&seed=7' },
    });
    await hasten(station, 'disk');
    await hasten(station, 'database');
    expect(await alertOf(station, 'disk', 'firing')).toMatchObject({ severity: 'critical' });
    const filler = path.join(folder, 'filler');
    // In ever smaller pieces, until not even one byte more has room.
    for (const bytes of [1_000_000, 4_096, 1]) {
      for (let isFull = false; !isFull;) {
        try {
          writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
        } catch {
          isFull = true;
        }
      }
    }
    const fired = await alertOf(station, 'database', 'firing').catch((error: unknown) => {
      throw new Error(station.output(), { cause: error });
    });
    expect(fired).toMatchObject({ subject: 'station', severity: 'critical' });
    rmSync(filler);
    const over = await alertOf(station, 'database', 'resolved');
    expect(over!.id).toBe(fired!.id);
    const [incident] = await station.call('incident.list', { kind: 'database' });
    expect(incident).toMatchObject({ code: 'RES_004', steps: [{ action: 'spool' }] });
    await station.stop();
  },
  300_000,
);
