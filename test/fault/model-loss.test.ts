/**
 * The model that counts fails, its engine is killed, its server dies: another counts on the same camera at once, people are
 * told, and the champion comes back by itself.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Camera } from '#contract/camera.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { hasKserve, kserveMissing, startKserve } from '#test/kserve-server.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';

const enginesFolder = path.resolve(import.meta.dirname, '../../resources/engines');
const hasPython = spawnSync('python3', ['--version']).status === 0;
/** A pause of the breaker, and a machine that others share */
const backLimitMs = 200_000;
const allTime = { from: 0, to: 4_102_444_800_000 };

afterAll(cleanUp);

const camera = async (station: StationProcess): Promise<Camera> =>
  (await station.call('camera.list', {}))[0]!;

/** Resolves when this model counts on the camera, with how long that took, ms. */
async function countsWith(station: StationProcess, model: string, limitMs = 60_000) {
  const fromMs = performance.now();
  const found = await until(
    () => camera(station),
    ({ counting, figures }) => counting?.model === model && figures.inferredFps > 0,
    limitMs,
  );
  return { found, ms: performance.now() - fromMs };
}

/** Frames go on being looked at: the camera's rate is that of the last ten seconds. */
async function coverageGaps(station: StationProcess) {
  const [coverage] = await station.call('coverage.query', { ...allTime, cameraId: 'door' });
  return coverage?.gaps.map(({ cause }) => cause) ?? [];
}

describe.skipIf(!hasPython)('engine beside the station (needs python3)', () => {
  it('fails, is killed: the stand-in counts, and the engine when it is well', async () => {
    const folder = scratchFolder();
    const sick = path.join(folder, 'sick');
    const pidFile = path.join(folder, 'pids');
    writeFileSync(
      path.join(folder, 'spot.py'),
      [
        'import os, sys',
        `sys.path.insert(0, ${JSON.stringify(enginesFolder)})`,
        `open(${JSON.stringify(pidFile)}, "a").write("%d\\n" % os.getpid())`,
        'import tallywatch_engine',
        'serve = tallywatch_engine.serve',
        'def patched(card, run, engine, **more):',
        '    def checked(*a):',
        `        if os.path.exists(${JSON.stringify(sick)}): raise RuntimeError("out of order")`,
        '        return run(*a)',
        '    serve(card, checked, engine, **more)',
        'tallywatch_engine.serve = patched',
        'import example_engine',
      ].join('\n'),
    );
    const file = path.join(folder, 'spot.json');
    writeFileSync(
      file,
      JSON.stringify({ kind: 'engine', command: ['python3', path.join(folder, 'spot.py')] }),
    );

    const station = await startStation();
    const local = (await station.call('model.list', {})).find(({ isEmbedded }) => isEmbedded)!;
    const localName = `${local.card.name}@${local.card.version}`;
    const engine = await station.call('model.import', { path: file });
    const engineName = `${engine.card.name}@${engine.card.version}`;
    await station.call('model.activate', { digest: engine.digest });
    await station.call('camera.add', {
      id: 'door',
      name: 'Door',
      source: 'simulated://plaza?seed=7',
      fps: 10,
      isUngated: true,
      failover: [localName],
    });
    await countsWith(station, engineName);

    writeFileSync(sick, '');
    const failing = await countsWith(station, localName);
    console.log(`stand-in after ${failing.ms.toFixed(0)} ms of failing runs`);
    expect(failing.found.counting).toMatchObject({
      standsInFor: engineName,
      breaker: 'open',
      reason: { code: 'INF_001' },
    });
    expect(await (await fetch(`${station.url}/metrics`)).text()).toContain(
      'tallywatch_camera_stand_in{camera="door"} 1',
    );
    rmSync(sick);
    const back = await countsWith(station, engineName, backLimitMs);
    console.log(`champion again after ${(back.ms / 1000).toFixed(0)} s`);

    for (const pid of readFileSync(pidFile, 'utf8').trim().split('\n')) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // One of those that were tried at the import
      }
    }
    const killed = await until(
      () => camera(station),
      ({ counting }) => counting?.standsInFor === engineName || counting?.model === engineName,
      60_000,
    );
    expect(killed.figures.inferredFps).toBeGreaterThan(0);
    await countsWith(station, engineName, backLimitMs);
    // Nothing was missed but what a busy machine drops.
    expect(await coverageGaps(station)).not.toContain('worker-restart');
    expect(await station.stop()).toBe(0);
  }, 500_000);
});

const reason = hasShared ? kserveMissing : sharedMissing;

describe.skipIf(!hasShared || !hasKserve)(`model on a KServe server (${reason})`, () => {
  it('is killed under load: the model that counted before counts, and the server when it is back', async () => {
    const file = sharedPath('models/yolox_nano.onnx')!;
    const server = await startKserve(file, yoloxNanoCard);
    const remote = path.join(scratchFolder(), 'remote.json');
    const card = { ...yoloxNanoCard, name: 'far-away' };
    writeFileSync(
      remote,
      JSON.stringify({
        kind: 'remote',
        url: server.httpUrl,
        model: 'detector',
        answerSeconds: 30,
        card,
      }),
    );
    const station = await startStation({ flags: ['--model', file] });
    const [near] = (await station.call('model.list', {})).filter(({ isChampion }) => isChampion);
    const nearName = `${near!.card.name}@${near!.card.version}`;
    const far = await station.call('model.import', { path: remote });
    await station.call('model.activate', { digest: far.digest });
    const source = sharedPath('videos/mot15_pets09-s2l1.mp4')!;
    await station.call('camera.add', { id: 'door', name: 'Door', source, fps: 5 });
    await countsWith(station, 'far-away@1.0.0');

    await server.kill();
    const { ms, found } = await countsWith(station, nearName);
    console.log(`local model after ${ms.toFixed(0)} ms`);
    expect(found.counting).toMatchObject({
      standsInFor: 'far-away@1.0.0',
      reason: { code: 'SYS_001' },
    });
    await server.start();
    const back = await countsWith(station, 'far-away@1.0.0', backLimitMs);
    console.log(`server again after ${(back.ms / 1000).toFixed(0)} s`);
    expect(await coverageGaps(station)).not.toContain('worker-restart');

    // A station that starts while the server is away counts with the local one.
    await server.kill();
    expect(await station.stop()).toBe(0);
    const again = await startStation({ dataFolder: station.dataFolder });
    await countsWith(again, nearName);
    expect(await again.stop()).toBe(0);
    await server.close();
  }, 600_000);
});
