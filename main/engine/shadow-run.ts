/**
 * One stretch of a shadow: starts the process of the challenger, lets the worker of a camera send it frames for a while, and
 * pairs what both arms counted. Whatever the challenger does ends with its own process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CameraId } from '#contract/camera.ts';
import type { Line, LineCrossing } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import type { ArmCrossing, ExperimentStretch } from '#contract/experiment-event.ts';
import { machineStrain } from './base/machine-strain.ts';
import { type ArmModel, withSettings } from './arm-model.ts';
import { ArmFailure } from './experiment-run.ts';
import type { SeenByBoth } from './experiment-sights.ts';
import { pairStretch } from './experiments/pair-stretch.ts';
import type { Fleet } from './fleet.ts';
import type { ChildProcessHandle, Host } from './host.ts';
import { judgeShadow, shadowCoreShare } from './judge-shadow.ts';
import type { FromShadow, ShadowFound, ToShadow } from './shadow-protocol.ts';

export interface ShadowPlace {
  readonly cameraId: CameraId;
  readonly lines: readonly Line[];
  /** Pictures per second that the camera is asked for */
  readonly fps: number;
}

export interface ShadowDeps {
  readonly host: Host;
  readonly fleet: Pick<Fleet, 'shadow'>;
  /** For how long it looks on, ms */
  readonly lengthMs: number;
  readonly signal: AbortSignal;
  /** Hears of each frame at which both have looked */
  readonly onSeen?: (seen: SeenByBoth) => void;
  /** How many times slower than usual the machine is; measured where not given */
  readonly strain?: () => number;
}

interface ShadowArmModels {
  readonly a: ArmModel;
  readonly b: ArmModel;
}

/** Loading and warming a model (S3) */
const startMs = 30_000;
/** A run that takes longer never ends (SERVING.md) */
const hangMs = 10_000;
const watchMs = 250;
/** What is still on its way when the stretch ends */
const settleMs = 500;
const maxMemoryBytes = 4e9;

/** Rejects as `lookOn` does, and with what `judgeShadow` says of what was found. */
export async function runShadow(
  arms: ShadowArmModels,
  place: ShadowPlace,
  deps: ShadowDeps,
): Promise<ExperimentStretch> {
  const found = await lookOn(arms, place, deps);
  judgeShadow(found, { cameraId: place.cameraId, lengthMs: deps.lengthMs });
  return stretchOf(found, place.cameraId);
}

/** Rejects with an ArmFailure when the challenger breaks down, with REQ_004 when it was aborted. */
export async function lookOn(
  arms: ShadowArmModels,
  { cameraId, lines, fps }: ShadowPlace,
  deps: ShadowDeps,
): Promise<ShadowFound> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-'));
  const address =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\${path.basename(folder)}`
      : path.join(folder, 'frames');
  const { trackFrom } = arms.b.settings;
  const eachNth = arms.b.settings.eachNth ?? 1;
  const challenger = startChallenger(deps);
  try {
    challenger.post({
      kind: 'begin',
      job: {
        ...{ address, place: cameraId, lines, fps, eachNth, maxMemoryBytes },
        challenger: withSettings(arms.b),
        tracking: trackFrom === null ? {} : { highThreshold: trackFrom },
        coreShare: shadowCoreShare,
      },
    });
    await challenger.ready;
    deps.fleet.shadow(cameraId, { address, modelDigest: arms.a.model.digest, eachNth });
    await challenger.during(deps.lengthMs);
    deps.fleet.shadow(cameraId, null);
    await challenger.during(settleMs);
    challenger.post({ kind: 'finish' });
    return await challenger.found;
  } finally {
    deps.fleet.shadow(cameraId, null);
    challenger.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Challenger {
  readonly ready: Promise<void>;
  readonly found: Promise<ShadowFound>;
  post(message: ToShadow): void;
  /** Resolves after so many ms, and rejects with what ends the challenger before. */
  during(ms: number): Promise<void>;
  kill(): void;
}

function startChallenger({ host, signal, onSeen, strain = machineStrain }: ShadowDeps): Challenger {
  const child: ChildProcessHandle = host.spawnWorker('shadow', {
    TALLYWATCH_RESOURCES: host.paths.resources,
  });
  const ready = Promise.withResolvers<undefined>();
  const found = Promise.withResolvers<ShadowFound>();
  const over = Promise.withResolvers<never>();
  // Whoever waits for one of them hears of it; the others need no listener.
  for (const each of [ready, found, over]) each.promise.catch(() => undefined);
  let busySinceMs: number | null = performance.now();
  let limitMs = startMs;

  function end(error: Error): void {
    for (const each of [ready, found, over]) each.reject(error);
  }
  const fail = (error: StationError): void => end(new ArmFailure('b', error));
  const abort = (): void => end(new StationError('REQ_004', 'The station closes.'));
  signal.addEventListener('abort', abort);

  const watch = setInterval(() => {
    if (busySinceMs === null || performance.now() - busySinceMs <= limitMs * strain()) return;
    const text = `A run of the network did not end within ${String(limitMs / 1000)} s.`;
    fail(new StationError('INF_002', text));
  }, watchMs);

  child.onMessage((raw) => {
    const message = raw as FromShadow;
    if (message.kind === 'failed') fail(StationError.fromBody(message.error));
    else if (message.kind === 'found') found.resolve(message.found);
    else if (message.kind === 'seen') onSeen?.(message.seen);
    else {
      busySinceMs = message.kind === 'running' && message.isRunning ? performance.now() : null;
      limitMs = hangMs;
      if (message.kind === 'ready') ready.resolve(undefined);
    }
  });
  child.onExit((code) =>
    fail(new StationError('SYS_001', `Its process ended with exit code ${String(code)}.`)),
  );

  return {
    ready: ready.promise,
    found: found.promise,
    post: (message) => child.post(message),
    async during(ms) {
      const waited = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => waited.resolve(undefined), ms);
      try {
        await Promise.race([waited.promise, over.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    kill() {
      clearInterval(watch);
      signal.removeEventListener('abort', abort);
      child.kill();
    },
  };
}

/** What was found, as it is kept. Pure. */
export function stretchOf(found: ShadowFound, place: CameraId): ExperimentStretch {
  const { frames, span, crossings, minutes } = found;
  const compared = (of: readonly LineCrossing[]) =>
    of.map(({ lineId, direction, label, atSeconds, box }) => {
      const at = Math.round(atSeconds * 1000);
      const seen: ArmCrossing = { direction, label, at, box };
      return { place, line: lineId, direction, label, at, seen };
    });
  return {
    place,
    from: span?.from ?? 0,
    to: span?.to ?? 0,
    frames: { a: frames, b: frames },
    pairs: pairStretch(compared(crossings.a), compared(crossings.b)),
    minutes: [...minutes],
  };
}
