/**
 * A camera that goes offline on a real station: the alert fires, is taken, survives the station's restart, and is resolved
 * when the camera is back.
 */
import { afterAll, expect, it } from 'vitest';
import type { AlertRuleDraft } from '#contract/alert.ts';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';

const limitMs = 120_000;
const rule: AlertRuleDraft = {
  ...{ id: 'gone', name: 'Gone', metric: 'camera-offline', scope: 'camera', cameraId: 'yard' },
  ...{ condition: 'above', limit: 1, durationS: 1, clearS: 1, severity: 'critical' },
};

afterAll(cleanUp);

const newest = async (station: StationProcess) =>
  (await station.call('alert.list', { ruleId: 'gone' }))[0];

it('fires, is taken, goes on after a restart, and is resolved', { timeout: 300_000 }, async () => {
  const first = await startStation({ flags: ['--workers', '1'] });
  await first.call('camera.add', { id: 'yard', name: 'Yard', source: 'http://127.0.0.1:9/x.mjpg' });
  await first.call('alertRule.save', rule);
  const fired = await until(
    () => newest(first),
    (alert) => alert?.state === 'firing',
    limitMs,
  );
  expect(fired).toMatchObject({ subject: 'yard', severity: 'critical', repeats: 0 });
  expect(await (await fetch(`${first.url}/metrics`)).text()).toMatch(
    /tallywatch_alerts\{severity="critical",state="firing"\} [1-9]/,
  );
  const id = fired!.id;
  const taken = await first.call('alert.acknowledge', { id, note: 'cable' });
  expect(taken).toMatchObject({ state: 'acknowledged', note: 'cable' });
  await expect(first.call('alert.acknowledge', { id })).rejects.toMatchObject({ code: 'REQ_003' });
  const [row] = await first.call('audit.list', { limit: 2 });
  expect(row?.procedure).toBe('alert.acknowledge');
  await first.kill();

  const second = await startStation({ dataFolder: first.dataFolder, flags: ['--workers', '1'] });
  expect(await newest(second)).toMatchObject({ id, state: 'acknowledged', note: 'cable' });
  await second.call('camera.update', { id: 'yard', source: 'simulated://plaza?people=2&seed=7' });
  const resolved = await until(
    () => newest(second),
    (alert) => alert?.state === 'resolved',
    limitMs,
  );
  expect(resolved).toMatchObject({ id, repeats: 0, acknowledgedBy: taken.acknowledgedBy });
  expect(resolved!.since).toBeLessThanOrEqual(resolved!.firedAt!);
  expect(resolved!.firedAt!).toBeLessThanOrEqual(resolved!.acknowledgedAt!);
  expect(resolved!.acknowledgedAt!).toBeLessThanOrEqual(resolved!.resolvedAt!);
});
