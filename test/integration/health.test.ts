/**
 * A worker that is killed under a real station: the tree shows it, the incident is written down with its steps and with what was
 * not observed, and all of it is there after the station itself was killed.
 */
import { afterAll, expect, it } from 'vitest';
import { cleanUp, startStation, until, type StationProcess } from '#test/station-process.ts';

const limitMs = 60_000;

afterAll(cleanUp);

const incidents = (station: StationProcess, kind: 'worker-ended' | 'station-down') =>
  station.call('incident.list', { kind });

it('is told, mended, written down, and kept over a restart', { timeout: 240_000 }, async () => {
  const first = await startStation({ flags: ['--workers', '1'] });
  await first.call('camera.add', {
    ...{ id: 'gate', name: 'Gate', source: 'simulated://plaza?people=4&seed=7' },
  });
  await first.call('line.save', {
    ...{ cameraId: 'gate', name: 'Door', labels: ['person'] },
    points: [
      { x: 0.1, y: 0.6 },
      { x: 0.9, y: 0.6 },
    ],
  });
  const states = async () =>
    new Map((await first.call('health.tree', {})).nodes.map(({ id, state }) => [id, state]));
  await until(states, (now) => now.get('camera/gate') === 'ok', limitMs);
  const captured = async (station: StationProcess): Promise<number> => {
    const { series } = await station.call('metrics.history', { cameraId: 'gate' });
    return series[0]?.points.reduce((sum, { values }) => sum + (values.captured ?? 0), 0) ?? 0;
  };
  const shareOf = async (station: StationProcess) => {
    const { rows } = await station.call('health.uptime', {});
    return rows.find(({ kind }) => kind === 'camera')!.shares[0]!;
  };
  await until(
    () => shareOf(first),
    ({ servedSeconds }) => servedSeconds > 1,
    limitMs,
  );
  await until(
    async () => (await fetch(`${first.url}/readyz`)).status,
    (status) => status === 200,
    limitMs,
  );
  const workers = async () => (await first.call('station.info', {})).workers;
  process.kill((await workers())[0]!.pid!, 'SIGKILL');
  const [ended] = await until(
    () => incidents(first, 'worker-ended'),
    ([one]) => one !== undefined && one.to !== null && one.impact[0]!.notObservedSeconds > 0,
    limitMs,
  );
  expect(ended).toMatchObject({
    ...{ subject: 'w1', code: 'SYS_001' },
    steps: [{ action: 'restart-worker', outcome: 'done', tries: 1 }],
    impact: [{ cameraId: 'gate', lines: ['Door'] }],
  });
  const plan = await first.call('recovery.plan', {});
  expect(plan.find(({ action }) => action === 'restart-worker')?.done).toBe(1);
  await first.kill();

  const second = await startStation({ dataFolder: first.dataFolder, flags: ['--workers', '1'] });
  expect((await incidents(second, 'worker-ended')).map(({ id }) => id)).toEqual([ended!.id]);
  const [down] = await until(
    () => incidents(second, 'station-down'),
    ([one]) => (one?.impact[0]?.notObservedSeconds ?? 0) > 0,
    limitMs,
  );
  expect(down).toMatchObject({ impact: [{ cameraId: 'gate', gaps: [{ cause: 'station-down' }] }] });
  const gate = await shareOf(second);
  expect(gate.servedSeconds).toBeGreaterThan(0);
  expect(gate.servedSeconds).toBeLessThan(gate.wantedSeconds);
  const before = await until(
    () => captured(second),
    (frames) => frames > 5,
    limitMs,
  );
  expect([await second.stop(), second.output()]).toEqual([
    0,
    expect.not.stringContaining('not written'),
  ]);

  const third = await startStation({ dataFolder: first.dataFolder, flags: ['--workers', '1'] });
  expect(await incidents(third, 'station-down')).toHaveLength(1);
  expect(await captured(third)).toBeGreaterThanOrEqual(before);
});
