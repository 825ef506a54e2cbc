/**
 * A worker is killed under load: its cameras go on in another, and nothing that was counted is lost or doubled.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { Camera } from '#contract/camera.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, startStation, until } from '#test/station-process.ts';

const goOnLimitMs = 20_000;
const allTime = { from: 0, to: 4_102_444_800_000 };

afterAll(cleanUp);

const isLive = (cameras: readonly Camera[]): boolean =>
  cameras.every((camera) => camera.capture.state === 'live' && camera.figures.inferredFps > 0);

describe.skipIf(!hasShared)(
  `worker killed under load (${hasShared ? 'real clips' : sharedMissing})`,
  () => {
    it('gives its cameras to another and keeps every count', async () => {
      const model = sharedPath('models/yolox_nano.onnx')!;
      const station = await startStation({ flags: ['--model', model] });
      for (const [id, clip] of [
        ['pets', 'videos/mot15_pets09-s2l1.mp4'],
        ['plaza', 'videos/intel_one-by-one-person.mp4'],
      ] as const) {
        await station.call('camera.add', { id, name: id, source: sharedPath(clip)!, fps: 5 });
        await station.call('line.save', {
          cameraId: id,
          name: 'middle',
          points: [
            { x: 0.5, y: 0.02 },
            { x: 0.5, y: 0.98 },
          ],
        });
      }
      await until(() => station.call('camera.list', {}), isLive, goOnLimitMs);
      await until(
        () => station.call('crossing.list', {}),
        (rows) => rows.length >= 3,
        60_000,
      );
      const before = await station.call('crossing.list', {});
      const { workers } = await station.call('station.info', {});
      // Cores are shared anew while cameras come: one may have none at this moment.
      const victim = workers.find(({ cameras }) => cameras.length > 0)!;
      process.kill(victim.pid!, 'SIGKILL');
      const killedMs = performance.now();

      await until(
        () => station.call('station.info', {}),
        (info) => {
          const others = info.workers.filter(({ pid }) => pid !== null && pid !== victim.pid);
          return others.flatMap((worker) => worker.cameras).length === 2;
        },
        goOnLimitMs,
      );
      console.log(`in another worker after ${(performance.now() - killedMs).toFixed(0)} ms`);
      await until(() => station.call('camera.list', {}), isLive, goOnLimitMs);
      const after = await until(
        () => station.call('station.info', {}),
        (info) => info.workers.every((worker) => worker.state === 'ready'),
        goOnLimitMs,
      );
      expect(after.workers.find(({ id }) => id === victim.id)).toMatchObject({ restarts: 1 });

      const rows = await until(
        () => station.call('crossing.list', {}),
        (list) => list.length > before.length,
        60_000,
      );
      const ids = rows.map((row) => row.id);
      for (const row of before) expect(ids).toContain(row.id);
      const keys = rows.map((row) => `${row.lineId} ${row.trackUid} ${String(row.ordinal)}`);
      expect(new Set(keys).size).toBe(keys.length);
      const [coverage] = await station.call('coverage.query', {
        ...allTime,
        cameraId: victim.cameras[0],
      });
      expect(coverage?.gaps.map((gap) => gap.cause)).toContain('worker-restart');
      expect(await station.stop()).toBe(0);
    }, 180_000);
  },
);
