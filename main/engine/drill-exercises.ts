/**
 * What is made to fail in a drill, how the station should notice, and when it is as before.
 */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Camera } from '#contract/camera.ts';
import type { Door } from '#contract/door.ts';
import type { ExerciseName, ExerciseResult } from '#contract/drill.ts';
import type { HealthState } from '#contract/health-tree.ts';
import { StationError } from '#contract/error.ts';
import type { IncidentKind, IncidentView, RecoveryStep } from '#contract/recovery.ts';
import { twinModel, wedgedModel } from './wedged-model.ts';

export interface DrillRig {
  readonly door: Door;
  /** Address of the simulated camera */
  readonly source: string;
  /** Data folder of the throw-away station */
  readonly folder: string;
  readonly resources: string;
  readonly signal: AbortSignal;
  nowMs(): number;
  /** How many times slower than usual this PC is */
  strain(): number;
  fillDisk(isFull: boolean): Promise<void>;
  /** Sets the clock of the station by so much. */
  jump(ms: number): void;
}

type Found = Omit<ExerciseResult, 'name'>;
type Exercise = (rig: DrillRig) => Promise<Found>;

const cameraId = 'drill';
const pollMs = 100;
/** A camera that is well, before anything is made to fail */
const settleLimitMs = 60_000;
const hourMs = 3_600_000;
/** What is watched after a jump of the clock, to see that nothing comes of it */
const calmMs = 4_000;

export const exercises: Readonly<Record<ExerciseName, Exercise>> = {
  'kill-worker': (rig) =>
    fail(rig, {
      async act() {
        const [worker] = (await rig.door.call('station.info', {})).workers;
        if (worker?.pid == null) throw new StationError('SYS_001', 'There is no worker to kill.');
        process.kill(worker.pid, 'SIGKILL');
      },
      ...{ incident: 'worker-ended', limitMs: 15_000 },
    }),
  'freeze-stream': (rig) =>
    fail(rig, {
      act: () => sendFault(rig, 'freeze'),
      undo: () => heal(rig),
      ...{ incident: 'camera-frozen', limitMs: 30_000 },
    }),
  'cut-stream': (rig) =>
    fail(rig, {
      act: () => sendFault(rig, 'stall'),
      undo: () => heal(rig),
      ...{ incident: 'camera-lost', limitMs: 20_000 },
    }),
  'wedge-model': async (rig) => {
    const good = await champion(rig);
    const digest = await importVersion(rig, 'drill-wedged', wedgedModel);
    return fail(rig, {
      act: () => activate(rig, digest),
      ...{ incident: 'model-rolled-back', limitMs: 45_000 },
      isBack: async () => (await champion(rig)) === good,
    });
  },
  'corrupt-model': async (rig) => {
    const digest = await importVersion(rig, 'drill-twin', (bytes) => twinModel(bytes, 'drill'));
    await activate(rig, digest);
    // A model that is still watched would be rolled back: what is to be proven is that another one stands in.
    await until(
      rig,
      { ask: () => trialState(rig, digest), isDone: (state) => state === 'passed' },
      60_000,
    );
    const file = await modelFile(rig, digest);
    const copy = path.join(rig.folder, 'drill', 'copy.onnx');
    await copyFile(file, copy);
    const found = await fail(rig, {
      async act() {
        await writeFile(file, 'no model any more');
        await rig.door.call('health.check', {});
        await exerciseWorker(rig);
      },
      ...{ incident: 'model-failing', limitMs: 30_000, mayLast: true },
      isDetected: async () => (await checkState(rig, 'registry')) === 'down',
      isBack: async () => {
        const { counting, figures } = await camera(rig);
        return counting?.standsInFor != null && counting.model !== null && figures.inferredFps > 0;
      },
    });
    await copyFile(copy, file);
    await rig.door.call('model.rollBack', { reason: 'end of the drill' });
    return found;
  },
  'fill-disk': (rig) =>
    fail(rig, {
      act: () => rig.fillDisk(true),
      undo: () => rig.fillDisk(false),
      ...{ incident: 'database', limitMs: 20_000 },
    }),
  'jump-clock': async (rig) => {
    await settle(rig);
    const startMs = rig.nowMs();
    const before = await newest(rig, null);
    for (const ms of [hourMs, -hourMs]) {
      rig.jump(ms);
      await wait(rig, calmMs);
      const { capture } = await camera(rig);
      if (capture.state !== 'live') return failed(`The camera was ${capture.state} after a jump.`);
    }
    const after = await newest(rig, null);
    if (after?.id !== before?.id) {
      return failed(`An incident came of it: ${after?.cause ?? ''}`, after?.steps);
    }
    return {
      ...{
        state: 'passed',
        detectMs: 0,
        recoverMs: Math.round(rig.nowMs() - startMs - 2 * calmMs),
      },
      ...{ notObservedSeconds: 0, expectedLost: 0, steps: [] },
      detail:
        'The clock was set an hour ahead and back; counting went on and nothing was taken for a failure.',
    };
  },
  'exhaust-memory': async (rig) => {
    await settle(rig);
    const { stillJpeg } = await rig.door.call('camera.test', { source: rig.source });
    const { modelId } = { modelId: (await camera(rig)).counting?.model ?? 'champion' };
    const startMs = rig.nowMs();
    try {
      await rig.door.call('inference.run', { modelId, image: stillJpeg });
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_001');
      const detectMs = Math.round(rig.nowMs() - startMs);
      if (!code.startsWith('RES_'))
        return failed(`Refused, but not for the memory: ${code}: ${message}`);
      await wait(rig, calmMs);
      const { figures, capture } = await camera(rig);
      const isCounting = capture.state === 'live' && figures.inferredFps > 0;
      return {
        ...{ state: isCounting ? 'passed' : 'failed', detectMs, recoverMs: detectMs },
        ...{ notObservedSeconds: 0, expectedLost: 0, steps: [] },
        detail: `Refused with ${code}; the camera was counted meanwhile. ${message}`,
      };
    }
    return failed('A model was loaded although there was no memory for it.');
  },
};

interface Failure {
  act(): Promise<void>;
  /** Ends what was made to fail, when it is known to the station. */
  undo?(): Promise<void>;
  readonly incident: IncidentKind;
  readonly limitMs: number;
  /** What else tells that the station knows; left out, the incident does */
  isDetected?(): Promise<boolean>;
  /** What else must be so beside a camera that is live, and an incident that is over */
  isBack?(): Promise<boolean>;
  /** The incident goes on after the drill has seen enough */
  readonly mayLast?: boolean;
}

/** Makes something fail, and waits until the station knows, and until all is as before. */
async function fail(rig: DrillRig, failure: Failure): Promise<Found> {
  await settle(rig);
  const limitMs = failure.limitMs * Math.max(1, rig.strain());
  const before = await newest(rig, failure.incident);
  const rate = await crossingsPerSecond(rig);
  const startMs = rig.nowMs();
  await failure.act();
  let detectMs: number | null = null;
  let recoverMs: number | null = null;
  let incident: IncidentView | null = null;
  while (recoverMs === null && rig.nowMs() - startMs < limitMs) {
    await wait(rig, pollMs);
    const now = await newest(rig, failure.incident);
    incident = now?.id === before?.id ? null : now;
    const isKnown = incident !== null || ((await failure.isDetected?.()) ?? false);
    if (isKnown && detectMs === null) {
      detectMs = Math.round(rig.nowMs() - startMs);
      await failure.undo?.();
    }
    // Nobody will do what the plan does not allow.
    if (incident?.steps.some(({ outcome }) => outcome === 'refused')) break;
    if (incident !== null && (await isBack(rig, failure, incident))) {
      recoverMs = Math.round(rig.nowMs() - startMs);
    }
  }
  if (detectMs === null) await failure.undo?.();
  return report({ detectMs, recoverMs, incident, rate, limitMs });
}

async function isBack(rig: DrillRig, failure: Failure, incident: IncidentView): Promise<boolean> {
  if (incident.to === null && failure.mayLast !== true) return false;
  const { capture } = await camera(rig);
  return capture.state === 'live' && ((await failure.isBack?.()) ?? true);
}

interface Measured {
  readonly detectMs: number | null;
  readonly recoverMs: number | null;
  readonly incident: IncidentView | null;
  /** Crossings per second before */
  readonly rate: number;
  readonly limitMs: number;
}

function report({ detectMs, recoverMs, incident, rate, limitMs }: Measured): Found {
  const missed = incident?.impact.reduce((sum, each) => sum + each.notObservedSeconds, 0) ?? 0;
  const refused = incident?.steps.find(({ outcome }) => outcome === 'refused');
  const seconds = String(Math.round(limitMs / 1000));
  const detail =
    detectMs === null
      ? `The station did not notice within ${seconds} s.`
      : recoverMs === null
        ? (refused?.effect ?? `Not as before within ${seconds} s.`)
        : (incident?.cause ?? '');
  return {
    ...{ state: recoverMs === null ? 'failed' : 'passed', detectMs, recoverMs, detail },
    notObservedSeconds: missed,
    expectedLost: Math.round(missed * rate * 10) / 10,
    steps: incident?.steps ?? [],
  };
}

function failed(detail: string, steps: RecoveryStep[] = []): Found {
  return {
    ...{ state: 'failed', detectMs: null, recoverMs: null },
    ...{ notObservedSeconds: 0, expectedLost: 0, detail, steps },
  };
}

/** Waits until the camera is live and counted. Rejects with SYS_001 when that takes too long. */
async function settle(rig: DrillRig): Promise<void> {
  await until(
    rig,
    {
      ask: () => camera(rig),
      isDone: ({ capture, counting, figures }) =>
        capture.state === 'live' && counting?.model != null && figures.inferredFps > 0,
    },
    settleLimitMs * Math.max(1, rig.strain()),
  );
}

function camera({ door }: DrillRig): Promise<Camera> {
  return door.call('camera.get', { id: cameraId });
}

async function newest({ door }: DrillRig, kind: IncidentKind | null): Promise<IncidentView | null> {
  const [first] = await door.call('incident.list', {
    ...(kind === null ? {} : { kind }),
    limit: 1,
  });
  return first ?? null;
}

async function crossingsPerSecond({ door }: DrillRig): Promise<number> {
  const { series } = await door.call('metrics.history', {
    ...{ cameraId, timeRange: '2m', metrics: 'crossings,captured' },
  });
  const points = series[0]?.points ?? [];
  const crossings = points.reduce((sum, { values }) => sum + (values.crossings ?? 0), 0);
  const frames = points.reduce((sum, { values }) => sum + (values.captured ?? 0), 0);
  return frames === 0 ? 0 : (crossings / frames) * 10;
}

async function checkState({ door }: DrillRig, name: string): Promise<HealthState | null> {
  const { nodes } = await door.call('health.tree', {});
  return nodes[0]?.checks.find((check) => check.name === name)?.state ?? null;
}

async function sendFault({ door, source }: DrillRig, fault: 'freeze' | 'stall'): Promise<void> {
  await door.call('camera.update', {
    id: cameraId,
    source: `${source}&fault=${fault}&at=1&for=600`,
  });
}

async function heal({ door, source }: DrillRig): Promise<void> {
  await door.call('camera.update', { id: cameraId, source });
}

async function exerciseWorker({ door }: DrillRig): Promise<void> {
  for (const { pid } of (await door.call('station.info', {})).workers) {
    if (pid !== null) process.kill(pid, 'SIGKILL');
  }
}

async function champion({ door }: DrillRig): Promise<string | undefined> {
  return (await door.call('model.list', {})).find(({ isChampion }) => isChampion)?.digest;
}

async function activate({ door }: DrillRig, digest: string): Promise<void> {
  await door.call('model.activate', { digest, skipRehearsal: 'a drill' });
}

async function trialState({ door }: DrillRig, digest: string): Promise<string | null> {
  const trials = await door.call('model.trials', {});
  return trials.find((trial) => trial.digest === digest)?.state ?? null;
}

/** Imports another version of the embedded detector, with its card. */
async function importVersion(
  { door, folder, resources }: DrillRig,
  name: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<string> {
  const embedded = path.join(resources, 'models/embedded');
  const bundle = path.join(folder, 'drill', name);
  await mkdir(bundle, { recursive: true });
  await writeFile(
    path.join(bundle, 'model.onnx'),
    change(await readFile(path.join(embedded, 'model.onnx'))),
  );
  const card = JSON.parse(await readFile(path.join(embedded, 'card.json'), 'utf8')) as object;
  await writeFile(
    path.join(bundle, 'card.json'),
    JSON.stringify({ ...card, name, version: '1.0.0' }),
  );
  return (await door.call('model.import', { path: bundle })).digest;
}

/** Where the throw-away station keeps the file of a version. */
async function modelFile({ door, folder }: DrillRig, digest: string): Promise<string> {
  const model = (await door.call('model.list', {})).find((each) => each.digest === digest);
  const file = model?.files.find(({ kind }) => kind === 'model');
  if (!model || !file) throw new StationError('MODEL_001', 'The version for the drill is gone.');
  return path.join(folder, 'models', digest, file.path);
}

interface Wanted<T> {
  readonly ask: () => Promise<T>;
  readonly isDone: (answer: T) => boolean;
}

/** Rejects with SYS_001 when it is not so in time. */
async function until<T>(rig: DrillRig, { ask, isDone }: Wanted<T>, limitMs: number): Promise<T> {
  const endMs = rig.nowMs() + limitMs;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (rig.nowMs() > endMs) {
      throw new StationError(
        'SYS_001',
        `The throw-away station was not ready within ${String(Math.round(limitMs / 1000))} s.`,
      );
    }
    await wait(rig, pollMs);
  }
}

function wait({ signal }: DrillRig, ms: number): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve) => setTimeout(resolve, ms));
}
