/**
 * A clip as a camera, counted by a real worker, at which challengers may look on.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Line } from '#contract/counting.ts';
import { asOnCard } from '#contract/experiment-arm.ts';
import type { ArmModel } from '#engine/arm-model.ts';
import { systemClock as clock } from '#engine/base/clock.ts';
import { emptyPlan } from '#engine/counting-plan.ts';
import { createFleet, type Fleet } from '#engine/fleet.ts';
import type { ChildProcessHandle, Host } from '#engine/host.ts';
import type { ShadowFound } from '#engine/shadow-protocol.ts';
import { lookOn } from '#engine/shadow-run.ts';
import type { FromWorker, WorkerReport } from '#engine/worker-protocol.ts';
import { createNodeHost } from '#server/node-host.ts';
import { yoloxNanoCard } from './cards.ts';
import { sharedPath } from './shared.ts';
import { spoiledModel, type Spoiling } from './spoiled-models.ts';
import { aCamera } from './store-records.ts';

export const shadowedLine: Line = {
  ...{ id: 'middle', cameraId: 'street', name: 'Middle', revision: 1, anchor: 'bottom' },
  points: [
    { x: 0.5, y: 0.01 },
    { x: 0.5, y: 0.99 },
  ],
  labels: ['person'],
};
/** PETS09-S2L1 has seven pictures in a second. */
const fps = 10;

export interface ShadowedCamera {
  readonly fleet: Fleet;
  /** What the camera has counted so far */
  readonly counted: { frames: number; records: number; crossings: number };
  /** What became worse: cameras that lost their worker, models that could not be loaded */
  readonly losses: readonly string[];
  readonly champion: ArmModel;
  /** The same network under another digest, turned bad. */
  spoiled(spoiling: Spoiling): ArmModel;
  /** Lets B look on for so long while A counts, as a stretch of an experiment does. */
  shadow(b: ArmModel, lengthMs: number, a?: ArmModel): Promise<ShadowFound>;
  /** The process of the challenger that was started last */
  challenger(): ChildProcessHandle | null;
  close(): Promise<void>;
}

export function armOf(file: string, digest: string): ArmModel {
  return { settings: asOnCard, model: { path: file, digest, card: yoloxNanoCard } };
}

/** Needs the shared material. `onReport` hears what the worker says about itself each second. */
export async function openShadowedCamera(
  onReport: (report: WorkerReport) => void = () => undefined,
): Promise<ShadowedCamera> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-shadow-'));
  const counted = { frames: 0, records: 0, crossings: 0 };
  const losses: string[] = [];
  const champion = armOf(sharedPath('models/yolox_nano.onnx')!, 'a'.repeat(64));
  let challenger: ChildProcessHandle | null = null;
  const node = createNodeHost({
    ...{
      kind: 'cli',
      version: '0',
      dataFolder: folder,
      resourcesFolder: path.resolve('resources'),
    },
    ...{ workersFolder: path.resolve('main/workers'), logLevel: 'warn', terminalLevel: 'silent' },
  });
  const host: Host = {
    ...node,
    spawnWorker(entry, env) {
      const child = node.spawnWorker(entry, env);
      if (entry === 'shadow') challenger = child;
      return child;
    },
  };
  function receive(message: FromWorker): void {
    if (message.kind === 'frame') counted.frames++;
    if (message.kind !== 'record') return;
    counted.records++;
    counted.crossings += message.crossings.length;
  }
  const fleet = createFleet(
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
  await fleet.useModel(champion.model);
  fleet.place({
    camera: aCamera({
      ...{ id: 'street', source: sharedPath('videos/mot15_pets09-s2l1.mp4')!, fps },
      ...{ isLooped: true, isUngated: true },
    }),
    ...{ plan: { ...emptyPlan, lines: [shadowedLine] }, epoch: 1, checkpoint: null },
    ...{ isReplay: false, play: null, wantsFrames: false },
    ...{ keeping: { masks: [], recording: null }, failover: [] },
  });
  let told: WorkerReport | null = null;
  const listening = setInterval(() => {
    const report = fleet.workers()[0]?.handle.report() ?? null;
    if (report && report !== told) onReport(report);
    told = report;
  }, 200);

  return {
    ...{ fleet, counted, losses, champion },
    spoiled(spoiling) {
      const file = path.join(folder, `${spoiling}.onnx`);
      writeFileSync(file, spoiledModel(readFileSync(champion.model.path), spoiling));
      return armOf(file, 'b'.repeat(64));
    },
    shadow: (b, lengthMs, a = champion) =>
      lookOn(
        { a, b },
        { cameraId: 'street', lines: [shadowedLine], fps },
        { host, fleet, lengthMs, signal: new AbortController().signal },
      ),
    challenger: () => challenger,
    async close() {
      clearInterval(listening);
      await fleet.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
