/**
 * Puts together what is known of station, workers, models and cameras: values in, one list of nodes out.
 *
 *   station ── worker ── model ── camera        a camera that no worker has hangs on the station
 */
import type { Camera } from '#contract/camera.ts';
import type { ErrorBody } from '#contract/error.ts';
import { type Said, saidBy, say } from '#contract/station-sentence.ts';
import type { HealthCheck, HealthNode, HealthState } from '#contract/health-tree.ts';

export interface WorkerFacts {
  readonly id: string;
  readonly state: 'starting' | 'ready' | 'ended';
  readonly cameras: readonly string[];
  readonly restarts: number;
  /** Restarts are used up */
  readonly isGivenUp: boolean;
}

export interface TreeFacts {
  readonly workers: readonly WorkerFacts[];
  readonly cameras: readonly Camera[];
  /** Digest of the model that should count; null when none is chosen */
  readonly wantedModel: (cameraId: string) => string | null;
  readonly modelName: (digest: string) => string;
  /** By `station`, digest of a model, id of a camera */
  readonly checks: (subject: string) => HealthCheck[];
}

/** A node as it is now; since when is known by who has seen it before. */
export interface NodeNow extends Omit<HealthNode, 'since' | 'lastError'> {
  readonly error: ErrorBody | null;
}

const order: readonly HealthState[] = ['down', 'degraded', 'unknown', 'ok', 'off'];

/** The worst one; `off` when there is none, because nothing is asked for. */
export function worst(states: readonly HealthState[]): HealthState {
  return order.find((state) => states.includes(state)) ?? 'off';
}

/** The station first, then each worker with its models and their cameras. */
export function buildTree(facts: TreeFacts): NodeNow[] {
  const below = [
    ...facts.workers.flatMap((worker) => workerNodes(worker, facts)),
    ...facts.cameras
      .filter(({ id }) => !facts.workers.some((worker) => worker.cameras.includes(id)))
      .map((camera) => cameraNode(camera, 'station', facts)),
  ];
  return [stationNode(below, facts), ...below];
}

function stationNode(below: readonly NodeNow[], facts: TreeFacts): NodeNow {
  const checks = facts.checks('station');
  const own = worst(checks.map(({ state }) => state));
  const troubled = below.filter(({ state }) => state === 'down' || state === 'degraded');
  const bad = checks.find(({ state }) => state === 'down' || state === 'degraded');
  const names = troubled.map(({ name }) => name).join(', ');
  const isDegraded = own !== 'down' && troubled.length > 0;
  return {
    ...{ id: 'station', parentId: null, kind: 'station', name: 'station', cameraId: null },
    state: isDegraded ? 'degraded' : own === 'off' ? 'unknown' : own,
    ...saidBy(bad ?? (troubled.length === 0 ? say('allWell') : say('notWell', { names }))),
    ...{ error: null, retryAt: null, checks },
  };
}

function workerNodes(worker: WorkerFacts, facts: TreeFacts): NodeNow[] {
  const id = `worker/${worker.id}`;
  const cameras = facts.cameras.filter((camera) => worker.cameras.includes(camera.id));
  const models = Map.groupBy(cameras, (camera) => facts.wantedModel(camera.id));
  const node: NodeNow = {
    ...{ id, parentId: 'station', kind: 'worker', name: worker.id, cameraId: null },
    ...workerState(worker),
    ...{ retryAt: null, checks: [] },
  };
  const below = [...models].flatMap(([digest, those]) => {
    if (digest === null) return those.map((camera) => cameraNode(camera, id, facts));
    const model = modelNode(digest, { parentId: id, cameras: those }, facts);
    return [model, ...those.map((camera) => cameraNode(camera, model.id, facts))];
  });
  return [node, ...below];
}

function workerState({ id, state, isGivenUp, restarts, cameras }: WorkerFacts) {
  if (isGivenUp) {
    const words = say('workerGivenUp', { worker: id });
    return { state: 'down', ...words, error: { code: 'SYS_001', message: words.detail } } as const;
  }
  switch (state) {
    case 'ready':
      return { state: 'ok', ...workerLoad(cameras.join(', '), restarts), error: null } as const;
    case 'starting':
      return { state: 'degraded', ...say('workerStarts'), error: null } as const;
    case 'ended':
      return { state: 'down', ...say('workerEnded'), error: null } as const;
  }
}

function workerLoad(cameras: string, restarts: number): Said {
  if (cameras === '') {
    return restarts === 0 ? say('workerIdle') : say('workerIdleAgain', { restarts });
  }
  return restarts === 0
    ? say('workerHas', { cameras })
    : say('workerHasAgain', { cameras, restarts });
}

function modelNode(
  digest: string,
  { parentId, cameras }: { readonly parentId: string; readonly cameras: readonly Camera[] },
  facts: TreeFacts,
): NodeNow {
  const checks = facts.checks(digest);
  const failing = cameras.find(({ counting }) => counting?.standsInFor != null)?.counting ?? null;
  const bad = checks.find(({ state }) => state === 'down' || state === 'degraded');
  const states = checks.map(({ state }) => state);
  return {
    ...{ id: `model/${parentId.replace('worker/', '')}/${digest}`, parentId, kind: 'model' },
    ...{ name: facts.modelName(digest), cameraId: null, checks },
    state: failing === null ? modelState(states) : failing.model === null ? 'down' : 'degraded',
    ...(failing?.reason ? { detail: failing.reason.message } : saidBy(bad ?? say('modelCounts'))),
    ...{ error: failing?.reason ?? null, retryAt: failing?.retryAt ?? null },
  };
}

/** That some figure of a model cannot be told yet, for example its accuracy, is no reason to doubt it. */
function modelState(states: readonly HealthState[]): HealthState {
  const state = worst(states);
  return state === 'unknown' && states.includes('ok') ? 'ok' : state === 'off' ? 'unknown' : state;
}

function cameraNode(camera: Camera, parentId: string, facts: TreeFacts): NodeNow {
  const checks = facts.checks(camera.id);
  const capture = captureState(camera);
  const slow = checks.find(({ state }) => state === 'degraded' || state === 'down');
  const isCounted = camera.counting === null || camera.counting.model !== null;
  const state =
    capture.state === 'ok' && !isCounted
      ? 'down'
      : capture.state === 'ok' && (slow !== undefined || camera.counting?.standsInFor != null)
        ? 'degraded'
        : capture.state;
  const counting = camera.counting?.reason ?? null;
  return {
    ...{ id: `camera/${camera.id}`, parentId, kind: 'camera', name: camera.name },
    ...{ cameraId: camera.id, state, checks },
    ...(capture.state !== 'ok'
      ? saidBy(capture)
      : counting !== null
        ? { detail: counting.message }
        : saidBy(slow ?? capture)),
    error: capture.error ?? counting,
    retryAt: capture.retryAt ?? camera.counting?.retryAt ?? null,
  };
}

interface CaptureNow extends Said {
  readonly state: HealthState;
  readonly error: ErrorBody | null;
  readonly retryAt: number | null;
}

function captureState({ capture, figures }: Camera): CaptureNow {
  const calm = { error: null, retryAt: null };
  switch (capture.state) {
    case 'live': {
      const fps = Math.round(figures.capturedFps * 10) / 10;
      return { state: 'ok', ...say('pictures', { fps }), ...calm };
    }
    case 'connecting':
      return { state: 'degraded', ...say('connects'), ...calm };
    case 'frozen':
      return { state: 'down', ...say('frozen'), ...calm };
    case 'stalled':
      return { state: 'down', ...say('stalled'), ...calm };
    case 'waiting': {
      const { reason, retryAt } = capture;
      return { state: 'down', detail: reason.message, error: reason, retryAt };
    }
    case 'disabled':
      return { state: 'off', ...say('switchedOff'), ...calm };
    case 'ended':
      return { state: 'off', ...say('recordingEnded'), ...calm };
  }
}
