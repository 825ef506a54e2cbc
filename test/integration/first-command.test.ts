/**
 * The first command on a bare machine: no ffmpeg, no camera, no model of one's own, and the counts rise.
 */
import { afterAll, expect, it } from 'vitest';
import { cleanUp, scratchFolder, startStation, until } from '#test/station-process.ts';

afterAll(cleanUp);

/** Somebody crosses every few seconds; a busy machine takes its time to start. */
const countLimitMs = 110_000;

it('counts the demonstration where there is no ffmpeg, beside its truth', async () => {
  const station = await startStation({
    flags: ['--demo', 'auto'],
    env: { PATH: scratchFolder() },
  });
  const { cameras } = await station.call('demo.get', {});
  expect(cameras).toEqual(['demo-plaza', 'demo-road']);
  expect((await station.call('station.info', {})).ffmpeg).toBeNull();

  const crossings = (cameraId: string) =>
    station.call('crossing.list', { cameraId, limit: 10 }).then((rows) => rows.length);
  await until(
    () => Promise.all(cameras.map(crossings)),
    (counts) => counts.every((count) => count >= 3),
    countLimitMs,
  );
  // Nobody has to believe it: the cameras know what is true.
  const compared = (
    await Promise.all(cameras.map((cameraId) => station.call('truth.get', { cameraId })))
  ).flat();
  expect(compared.length).toBe((await station.call('line.list', {})).length);
  await station.stop();
}, 240_000);
