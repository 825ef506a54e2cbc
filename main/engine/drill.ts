/**
 * A recovery drill: starts a throw-away station with one simulated camera, lets one thing after the other fail, and measures how
 * long it takes until the station knows and until all is as before.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StationConfig } from '#contract/config.ts';
import type { Door } from '#contract/door.ts';
import { type DrillReport, ExerciseName, type ExerciseResult } from '#contract/drill.ts';
import { StationError } from '#contract/error.ts';
import type { RecoveryAction } from '#contract/recovery.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { machineStrain } from './base/machine-strain.ts';
import { exercises, type DrillRig } from './drill-exercises.ts';
import type { Host } from './host.ts';

/** A throw-away station as a drill needs it. */
export interface DrilledStation {
  readonly door: Door;
  /** The database may not grow any more, or may again. */
  fillDisk(isFull: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface DrillDeps {
  readonly host: Host;
  readonly clock: Clock;
  /** Starts a station of its own on the folder that the host names. */
  readonly start: (host: Host, config: StationConfig) => Promise<DrilledStation>;
  /** Actions that are switched off in the plan of this station */
  readonly switchedOff: readonly RecoveryAction[];
}

export interface DrillOptions {
  readonly only?: readonly ExerciseName[] | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number, text: string) => void;
}

/** Nobody who crosses the plaza is let off; and no two drills see the same people. */
const people = 12;
/** A new model is watched so long in a drill: longer than it takes to find out that a run never ends */
const watchSeconds = 20;
const servingMemoryMb = 4;

/** Rejects when the throw-away station cannot be started at all. */
export async function runDrill(deps: DrillDeps, options: DrillOptions): Promise<DrillReport> {
  const { clock } = deps;
  const at = clock.now();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-drill-'));
  const offset = { ms: 0 };
  const host: Host = {
    ...deps.host,
    paths: { ...deps.host.paths, data: folder },
    keyGuard: null,
    log: markedLog(deps.host.log),
    clock: { now: () => clock.now() + offset.ms, monotonicMs: () => clock.monotonicMs() },
  };
  const wanted = options.only ?? ExerciseName.options;
  const results: ExerciseResult[] = [];
  let station: DrilledStation | null = null;
  try {
    const started = await deps.start(host, drillConfig(folder));
    station = started;
    const rig = await setUp(started, { deps, folder, offset, signal: options.signal });
    for (const [index, name] of wanted.entries()) {
      options.signal.throwIfAborted();
      options.onProgress(index / wanted.length, name);
      results.push(await makeExercise(rig, name));
    }
  } finally {
    await station?.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return {
    ...{ id: randomUUID(), at, endedAt: clock.now(), version: deps.host.version },
    machine: `${process.platform} ${process.arch}, ${String(os.availableParallelism())} cores, ${os.cpus()[0]?.model ?? ''}`,
    isPassed: results.every(({ state }) => state === 'passed'),
    switchedOff: [...deps.switchedOff],
    exercises: results,
  };
}

/** What a drill says must not be taken for a failure of the real station. */
function markedLog(log: Logger): Logger {
  return {
    debug: (fact, fields) => log.debug(`drill: ${fact}`, fields),
    info: (fact, fields) => log.debug(`drill: ${fact}`, fields),
    warn: (fact, fields) => log.info(`drill: ${fact}`, fields),
    error: (fact, fields) => log.info(`drill: ${fact}`, fields),
  };
}

function drillConfig(dataFolder: string): StationConfig {
  const config = StationConfig.parse({
    ...{ dataFolder, workers: 1, demo: 'off', logLevel: 'warn', hardwareDecoding: 'off' },
    ...{ modelWatchSeconds: watchSeconds, servingLoad: 'lazy' },
  });
  // Less than a site may choose: not even the smallest model has room.
  return { ...config, servingMemoryMb };
}

interface Setting {
  readonly deps: DrillDeps;
  readonly folder: string;
  readonly offset: { ms: number };
  readonly signal: AbortSignal;
}

async function setUp(station: DrilledStation, setting: Setting): Promise<DrillRig> {
  const { door } = station;
  const { deps, folder, offset, signal } = setting;
  for (const action of deps.switchedOff) await door.call('recovery.set', { action, isOn: false });
  const seed = String(deps.clock.now() % 1_000_000);
  const source = `simulated://plaza?people=${String(people)}&seed=${seed}&fps=10`;
  await door.call('camera.add', { id: 'drill', name: 'Drill', source, isUngated: true });
  await door.call('line.save', {
    ...{ cameraId: 'drill', name: 'Drill', labels: ['person'] },
    points: [
      { x: 0.05, y: 0.6 },
      { x: 0.95, y: 0.6 },
    ],
  });
  const rig: DrillRig = {
    ...{ door, source, folder, signal, resources: deps.host.paths.resources },
    nowMs: () => deps.clock.monotonicMs(),
    strain: machineStrain,
    fillDisk: (isFull) => station.fillDisk(isFull),
    jump(ms) {
      offset.ms += ms;
    },
  };
  return rig;
}

async function makeExercise(rig: DrillRig, name: ExerciseName): Promise<ExerciseResult> {
  try {
    return { name, ...(await exercises[name](rig)) };
  } catch (error) {
    rig.signal.throwIfAborted();
    const { code, message } = StationError.from(error, 'SYS_001');
    return {
      ...{ name, state: 'failed', detectMs: null, recoverMs: null },
      ...{ notObservedSeconds: 0, expectedLost: 0, detail: `${code}: ${message}`, steps: [] },
    };
  }
}
