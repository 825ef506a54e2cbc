/**
 * The station itself is killed: what was counted is there after the next start, and no process of it is left.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { spoiledModel } from '#test/spoiled-models.ts';
import { cleanUp, scratchFolder, startStation, until } from '#test/station-process.ts';

afterAll(cleanUp);

/** Processes whose environment carries the mark of this station. */
function processesOf(owner: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TALLYWATCH_OWNER=${owner}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function ownerOf(pid: number): string {
  const environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
  return /TALLYWATCH_OWNER=(\w+)/.exec(environment)?.[1] ?? 'none';
}

const isLinux = process.platform === 'linux';
const label = !isLinux ? 'reads /proc' : hasShared ? 'real clips' : sharedMissing;

describe.skipIf(!hasShared || !isLinux)(`station killed under load (${label})`, () => {
  it('keeps every crossing that was shown, and leaves no process behind', async () => {
    const dataFolder = scratchFolder();
    const flags = ['--model', sharedPath('models/yolox_nano.onnx')!];
    const first = await startStation({ dataFolder, flags });
    await first.call('camera.add', {
      id: 'pets',
      name: 'PETS',
      source: sharedPath('videos/mot15_pets09-s2l1.mp4')!,
      fps: 7,
    });
    await first.call('line.save', {
      cameraId: 'pets',
      name: 'gate',
      points: [
        { x: 0.5, y: 0.01 },
        { x: 0.5, y: 0.99 },
      ],
    });
    const before = await until(
      () => first.call('crossing.list', {}),
      (rows) => rows.length >= 3,
      60_000,
    );
    const { workers } = await first.call('station.info', {});
    const owner = ownerOf(workers[0]!.pid!);
    expect(processesOf(owner).length).toBeGreaterThan(1);
    await first.kill();

    const second = await startStation({ dataFolder, flags });
    const rows = await second.call('crossing.list', { limit: 1000 });
    const ids = rows.map((row) => row.id);
    for (const row of before) expect(ids).toContain(row.id);
    await until(
      () => second.call('crossing.list', { limit: 1000 }),
      (list) => list.length > rows.length,
      60_000,
    );
    expect(await second.stop()).toBe(0);
    await until(
      () => processesOf(owner),
      (left) => left.length === 0,
      10_000,
    );
  }, 180_000);

  it('leaves no process behind that is within a run which never ends', async () => {
    const model = path.join(scratchFolder(), 'hanging.onnx');
    const good = readFileSync(sharedPath('models/yolox_nano.onnx')!);
    writeFileSync(model, spoiledModel(good, 'hanging'));
    const station = await startStation({ flags: ['--model', model] });
    await station.call('camera.add', {
      ...{ id: 'pets', name: 'PETS', source: sharedPath('videos/mot15_pets09-s2l1.mp4')!, fps: 7 },
    });
    const { workers } = await station.call('station.info', {});
    const owner = ownerOf(workers[0]!.pid!);
    await until(
      () => station.call('camera.list', {}),
      ([camera]) => camera!.figures.capturedFps > 0,
      60_000,
    );
    await station.kill();
    expect(processesOf(owner).length).toBeGreaterThan(0);
    await until(
      () => processesOf(owner),
      (left) => left.length === 0,
      30_000,
    );
  }, 180_000);
});
