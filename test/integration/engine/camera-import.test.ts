/**
 * Cameras come in bulk and one like another, at a real station.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cleanUp, startStation, type StationProcess } from '#test/station-process.ts';

let station: StationProcess;
beforeAll(async () => {
  station = await startStation();
}, 200_000);
afterAll(cleanUp);

const csv = [
  'name;source;enabled',
  'Plaza;simulated://plaza?people=3&seed=1&fps=5;no',
  'Gate;rtsp://joe:geheim@10.0.0.9/1;no',
  'Yard;;no',
].join('\n');

it('a dry run adds nothing, the run adds the rows that are right, a second one none', async () => {
  const asked = async (isDryRun: boolean) => {
    const rows = await station.call('camera.import', { csv, isDryRun });
    return rows.map(({ line, source, id, problems }) => [line, source, id, problems.length]);
  };
  const gate = 'rtsp://joe:***@10.0.0.9/1';
  const plaza = 'simulated://plaza?people=3&seed=1&fps=5';
  const names = async () => (await station.call('camera.list', {})).map(({ name }) => name);
  expect(await asked(true)).toEqual([
    [2, plaza, null, 0],
    [3, gate, null, 0],
    [4, '', null, 1],
  ]);
  expect(await names()).toEqual([]);
  expect(await asked(false)).toEqual([
    [2, plaza, 'plaza', 0],
    [3, gate, 'gate', 0],
    [4, '', null, 1],
  ]);
  expect(await names()).toEqual(['Plaza', 'Gate']);
  expect(await asked(false)).toEqual([
    [2, plaza, null, 1],
    [3, gate, null, 1],
    [4, '', null, 1],
  ]);
});

it('a copy has the lines, zones, masks and settings of the other, and is switched off', async () => {
  const points = [
    { x: 0.2, y: 0.2 },
    { x: 0.8, y: 0.2 },
    { x: 0.8, y: 0.8 },
  ];
  await station.call('line.save', { cameraId: 'gate', name: 'Door', points: points.slice(0, 2) });
  await station.call('zone.save', { cameraId: 'gate', name: 'Hall', points });
  await station.call('mask.save', { cameraId: 'gate', name: 'Window', points });
  await station.call('camera.update', { id: 'gate', fps: 7, isEnabled: true });
  const copy = await station.call('camera.duplicate', { id: 'gate', name: 'Gate 2' });
  expect([copy.id, copy.source, copy.fps, copy.isEnabled, copy.capture.state]).toEqual([
    ...['gate-2', 'rtsp://joe:***@10.0.0.9/1', 7, false, 'disabled'],
  ]);
  const of = { cameraId: 'gate-2' };
  const drawn = [
    ...(await station.call('line.list', of)),
    ...(await station.call('zone.list', of)),
    ...(await station.call('mask.list', of)),
  ];
  expect(drawn.map(({ id, name, points: drawnPoints }) => [id, name, drawnPoints.length])).toEqual([
    ['door-2', 'Door', 2],
    ['hall-2', 'Hall', 3],
    ['window-2', 'Window', 3],
  ]);
  // The password went with it: with the host that it belongs to, the hidden one is accepted.
  const moved = await station.call('camera.update', {
    id: 'gate-2',
    source: 'rtsp://joe:***@10.0.0.9/2',
  });
  expect(moved.source).toBe('rtsp://joe:***@10.0.0.9/2');
});
