/**
 * A challenger looks on while a camera is counted, and breaks down in every way: the arm is named, and the worker that counts
 * goes on as if nobody had looked. Real processes, real networks, a real clip as a camera.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import { asOnCard } from '#contract/experiment-arm.ts';
import { systemClock as clock } from '#engine/base/clock.ts';
import { emptyPlan } from '#engine/counting-plan.ts';
import type { ArmModel } from '#engine/arm-model.ts';
import { ArmFailure } from '#engine/experiment-run.ts';
import { createFleet, type Fleet } from '#engine/fleet.ts';
import type { ChildProcessHandle, Host } from '#engine/host.ts';
import { judgeShadow } from '#engine/judge-shadow.ts';
import { lookOn, stretchOf } from '#engine/shadow-run.ts';
import type { FromWorker } from '#engine/worker-protocol.ts';
import { createNodeHost } from '#server/node-host.ts';
import { aCamera } from '#test/store-records.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { spoiledModel, type Spoiling } from '#test/spoiled-models.ts';
import { until } from '#test/station-process.ts';

const limitMs = 300_000;
const canRun = hasShared && ffmpegPath !== null;
const around = { cameraId: 'street', lengthMs: 12_000 };
const line: Line = {
  ...{ id: 'middle', cameraId: 'street', name: 'Middle', revision: 1, anchor: 'bottom' },
  points: [
    { x: 0.5, y: 0.01 },
    { x: 0.5, y: 0.99 },
  ],
  labels: ['person'],
};

let folder: string;
let host: Host;
let fleet: Fleet;
let challenger: ChildProcessHandle | null = null;
const losses: string[] = [];
const counted = { frames: 0, records: 0 };

function armOf(file: string, digest: string): ArmModel {
  return { settings: asOnCard, model: { path: file, digest, card: yoloxNanoCard } };
}
const champion = (): ArmModel => armOf(sharedPath('models/yolox_nano.onnx')!, 'a'.repeat(64));

function spoiled(spoiling: Spoiling): ArmModel {
  const file = path.join(folder, `${spoiling}.onnx`);
  writeFileSync(file, spoiledModel(readFileSync(champion().model.path), spoiling));
  return armOf(file, 'b'.repeat(64));
}

const shadow = (b: ArmModel, lengthMs: number) =>
  lookOn(
    { a: champion(), b },
    { cameraId: 'street', lines: [line], fps: 10 },
    { host, fleet, lengthMs, signal: new AbortController().signal },
  );

function receive(message: FromWorker): void {
  if (message.kind === 'frame') counted.frames++;
  if (message.kind === 'record') counted.records++;
}

beforeAll(async () => {
  if (!canRun) return;
  folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-shadow-'));
  const node = createNodeHost({
    ...{
      kind: 'cli',
      version: '0',
      dataFolder: folder,
      resourcesFolder: path.resolve('resources'),
    },
    ...{ workersFolder: path.resolve('main/workers'), logLevel: 'warn', terminalLevel: 'silent' },
  });
  host = {
    ...node,
    spawnWorker(entry, env) {
      const child = node.spawnWorker(entry, env);
      if (entry === 'shadow') challenger = child;
      return child;
    },
  };
  fleet = createFleet(
    {
      settings: {
        ...{ owner: `shadow-${String(process.pid)}`, ffmpegPath: '', resourcesFolder: '' },
        hardwareDecoding: 'off',
      },
      ...{ workers: 1, threads: 1, cores: 1 },
    },
    {
      onMessage: receive,
      onLost: (cameraId, cause) => losses.push(`${cameraId}: ${cause}`),
      onPlaced: () => undefined,
      onTrouble: (error) => losses.push(error.message),
    },
    { host, clock, log: host.log },
  );
  await fleet.useModel(champion().model);
  fleet.place({
    camera: aCamera({
      ...{ id: 'street', source: sharedPath('videos/mot15_pets09-s2l1.mp4')!, fps: 10 },
      ...{ isLooped: true, isUngated: true },
    }),
    ...{ plan: { ...emptyPlan, lines: [line] }, epoch: 1, checkpoint: null, isReplay: false },
    ...{ play: null, wantsFrames: false, keeping: { masks: [], recording: null }, failover: [] },
  });
  await until(() => counted.frames, Boolean, limitMs);
}, limitMs);

afterAll(async () => {
  if (!canRun) return;
  await fleet.close();
  rmSync(folder, { recursive: true, force: true });
}, limitMs);

/** The worker is the one that it was, and counts. */
async function expectLive(): Promise<void> {
  const before = { ...counted };
  await until(
    () => counted,
    ({ frames, records }) => frames > before.frames + 5 && records > before.records,
    limitMs,
  );
  expect(losses).toEqual([]);
  expect(fleet.workers().map(({ restarts }) => restarts)).toEqual([0]);
}

describe.skipIf(!canRun)(
  `a challenger that looks on (${hasShared ? 'PETS09-S2L1' : sharedMissing})`,
  { timeout: limitMs },
  () => {
    it('is the same network: it counts the same on the same frames, with the same boxes', async () => {
      const found = await shadow(champion(), 12_000);
      const { frames, pairs, minutes } = stretchOf(found, 'street');
      expect(frames.a).toBeGreaterThan(0);
      expect(frames.a).toBe(frames.b);
      expect(pairs.filter(({ kind }) => kind !== 'both')).toEqual([]);
      const sum = (value: (minute: (typeof minutes)[number]) => number, arm: 'a' | 'b') =>
        minutes.filter((each) => each.arm === arm).reduce((total, each) => total + value(each), 0);
      expect(sum(({ expected }) => expected, 'b')).toBeGreaterThan(0);
      expect(sum(({ matched }) => matched, 'b')).toBe(sum(({ expected }) => expected, 'b'));
      expect(sum(({ detections }) => detections, 'b')).toBe(
        sum(({ detections }) => detections, 'a'),
      );
      await expectLive();
    });

    it('sees nothing of a camera on which another model counts', async () => {
      const other = { a: armOf(champion().model.path, 'c'.repeat(64)), b: champion() };
      const found = await lookOn(
        other,
        { cameraId: 'street', lines: [line], fps: 10 },
        { host, fleet, lengthMs: 3_000, signal: new AbortController().signal },
      );
      expect(found.missed.foreign).toBeGreaterThan(0);
      expect(() => judgeShadow(found, { cameraId: 'street', lengthMs: 3_000 })).toThrow(
        /Another model than A counts/,
      );
    });

    it('is killed: the arm is named, and the camera is counted on', async () => {
      challenger = null;
      const looking = shadow(champion(), limitMs);
      looking.catch(() => undefined);
      const pid = await until(() => challenger?.pid, Boolean, limitMs);
      process.kill(pid!, 'SIGKILL');
      await expect(looking).rejects.toThrow(/B broke down: Its process ended with exit code 137/);
      await expect(looking).rejects.toBeInstanceOf(ArmFailure);
      await expectLive();
    });

    it('hangs: it is ended, the arm is named, and the camera is counted on', async () => {
      const looking = shadow(spoiled('hanging'), limitMs);
      await expect(looking).rejects.toThrow(/B broke down: A run of the network did not end/);
      await expectLive();
    });

    it('fails on every picture: the arm is named', async () => {
      const found = await shadow(spoiled('nan'), 5_000);
      expect(found.failures).toBe(found.runs);
      const judge = () => judgeShadow({ ...found, runs: 10, failures: 10 }, around);
      expect(judge).toThrow(/B broke down: It failed on 100 % of the pictures: .*NaN/);
      await expectLive();
    });

    it('is far slower: it is left behind, the arm is named, and the camera is counted on', async () => {
      const found = await shadow(spoiled('slow'), around.lengthMs);
      expect(found.missed.dropped).toBeGreaterThan(found.runs);
      expect(() => judgeShadow(found, around)).toThrow(/B broke down: It is too slow/);
      await expectLive();
    });
  },
);
