/**
 * Writes down what fails and what the station does about it: begins an incident, notes each step with its cause and what came
 * of it, and ends it when all is as before. The steps themselves are taken where they belong: fleet, capture, failover, store.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Camera, CameraId } from '#contract/camera.ts';
import type { BrokenExecution } from '#contract/execution.ts';
import { ErrorCode, StationError } from '#contract/error.ts';
import type { Incident, IncidentKind, RecoveryStep } from '#contract/recovery.ts';
import { type Said, say, sayWith } from '#contract/station-sentence.ts';
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import type { WorkerChange } from './fleet.ts';
import type { PlannedRestart } from './memory-keeper.ts';
import { createIncidentBook, type OpenIncident } from './monitoring/incident-book.ts';
import type { RecoveryPlan } from './recovery-plan.ts';
import type { EventMap } from './site.ts';
import type { LedgerState } from './store/records.ts';
import type { Store } from './store/store.ts';

const aliveKey = 'station.run';
/** How far back the end of the former run is looked for, ms */
const lookBackMs = 30 * 86_400_000;
/** More open incidents than this are not taken over from the run before */
const mostCarried = 1_000;
const saveMs = 1_000;

export interface IncidentKeeperDeps {
  readonly store: Pick<Store, 'incidents' | 'settings' | 'coverage' | 'listen'>;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly plan: Pick<RecoveryPlan, 'note'>;
  readonly cameras: () => readonly Camera[];
  /** Unix time in ms */
  readonly startedAt: number;
}

export interface IncidentKeeper {
  worker(change: WorkerChange): void;
  /** Another provider computes a model than the one that was chosen, on those cameras; null: the chosen one again. */
  provider(model: string, cameras: readonly CameraId[], broken: BrokenExecution | null): void;
  /** A worker or the station is ended between two frames because its memory grows, or should be. */
  planned(planned: PlannedRestart): void;
  /** Incidents that last or are not written yet. */
  unwritten(): OpenIncident[];
  /** Notes that the station stops because it was asked to. */
  close(): Promise<void>;
}

type Outcome = RecoveryStep['outcome'];

export async function keepIncidents(deps: IncidentKeeperDeps): Promise<IncidentKeeper> {
  const { store, events, clock, log, plan } = deps;
  const book = createIncidentBook(randomUUID);
  const unsaved = new Map<string, OpenIncident>();
  /** Cameras as they were when they were last told */
  const before = new Map<CameraId, Camera>();
  let saving: Promise<void> = Promise.resolve();

  function keep(open: OpenIncident): OpenIncident {
    unsaved.set(open.incident.id, open);
    return open;
  }

  function begin(
    kind: IncidentKind,
    what: { subject: string; cameras: readonly CameraId[]; code?: string | null; cause: Said },
    at = clock.now(),
  ): OpenIncident {
    const { subject, cameras } = what;
    const { detail: cause, said } = what.cause;
    const code = ErrorCode.safeParse(what.code).data ?? null;
    const cameraId = kind.startsWith('camera') || kind === 'model-failing' ? subject : null;
    const isNew = book.find(kind, subject) === null;
    if (isNew) log.warn('incident', { kind, subject, cause, cameras });
    return keep(book.begin({ kind, subject, cameras, cause, said, code, cameraId, at }));
  }

  function step(
    open: OpenIncident,
    action: RecoveryStep['action'],
    what: { cause: string; effect?: Said; outcome: Outcome },
  ): OpenIncident {
    const { cause, outcome } = what;
    const effect = what.effect?.detail ?? null;
    const { kind, subject } = open.incident;
    log.info('recovery', { incident: kind, subject, action, cause, effect, outcome });
    if (outcome !== 'refused') {
      const last = open.incident.steps.findLast((each) => each.action === action);
      // What a try that was noted already came to is no other try.
      if (last?.outcome !== 'running' || outcome === 'running') plan.note(action, clock.now());
    }
    const said = what.effect?.said;
    return keep(book.step(open, { at: clock.now(), action, cause, effect, said, outcome }));
  }

  function end(open: OpenIncident, at = clock.now()): void {
    keep(book.end(open, at));
    const { kind, subject, from } = open.incident;
    log.info('incident over', { kind, subject, seconds: Math.round((at - from) / 1000) });
  }

  // Workers
  function workerEnded(change: Extract<WorkerChange, { state: 'ended' }>): void {
    const { workerId, cause, cameras, next, movedTo } = change;
    let open = begin('worker-ended', {
      ...{ subject: workerId, cameras, code: 'SYS_001' },
      cause: say('workerFailed', { worker: workerId, cause }),
    });
    if (cameras.length > 0 && movedTo.length > 0) {
      open = step(open, 'move-camera', {
        ...{ cause: `Worker ${workerId} had ${cameras.join(', ')}.`, outcome: 'done' },
        effect: say('camerasMoved', { cameras: movedTo.join(', ') }),
      });
    }
    const why = { cause: `Worker ${workerId} ended.` };
    if (next === 'restart') step(open, 'restart-worker', { ...why, outcome: 'running' });
    else {
      const effect = next === 'off' ? say('actionOff') : say('endedTooOften');
      step(open, 'restart-worker', { ...why, effect, outcome: 'refused' });
    }
    endWorkerIncidents();
  }

  function workerReady(workerId: string): void {
    const open = book.find('worker-ended', workerId) ?? book.find('memory-growth', workerId);
    if (open === null) return;
    const { kind, cause } = open.incident;
    const effect = say('workerBack', { worker: workerId });
    if (kind === 'memory-growth') step(open, 'planned-restart', { cause, effect, outcome: 'done' });
    else {
      const why = `Worker ${workerId} ended.`;
      step(open, 'restart-worker', { cause: why, effect, outcome: 'done' });
    }
    endWorkerIncidents();
  }

  /** Over when it is decided what becomes of the worker, and its cameras are seen again, or are lost for a reason of their own. */
  function endWorkerIncidents(): void {
    const cameras = new Map(deps.cameras().map((camera) => [camera.id, camera]));
    for (const open of book.open()) {
      const { kind, steps } = open.incident;
      if (kind !== 'worker-ended' && kind !== 'memory-growth') continue;
      const isWaited = steps.some(({ outcome }) => outcome === 'running');
      const areBack = open.cameras.every((id) => {
        const camera = cameras.get(id);
        return (
          !camera ||
          (camera.capture.state !== 'connecting' && camera.workerId !== null) ||
          isOff(camera)
        );
      });
      if (!isWaited && areBack) end(open);
    }
  }

  // Cameras
  function cameraChanged(camera: Camera): void {
    const last = before.get(camera.id);
    before.set(camera.id, camera);
    followCapture(camera);
    if (last?.counting !== camera.counting) followCounting(camera);
    endWorkerIncidents();
  }

  function followCapture({ id, name, capture }: Camera): void {
    const lost = book.find('camera-lost', id);
    const frozen = book.find('camera-frozen', id);
    switch (capture.state) {
      case 'stalled':
      case 'waiting': {
        const isWaiting = capture.state === 'waiting';
        const why = isWaiting ? capture.reason.message : 'No picture came for too long.';
        const open = begin('camera-lost', {
          ...{ subject: id, cameras: [id], code: isWaiting ? capture.reason.code : 'CAM_001' },
          cause: isWaiting
            ? sayWith(say('noPictures', { camera: name }), capture.reason)
            : say('noPictureLong', { camera: name }),
        });
        const tries = open.incident.steps.at(-1)?.tries ?? 0;
        if (!isWaiting || capture.attempt > tries) {
          step(open, 'reconnect', { cause: why, outcome: 'running' });
        }
        return;
      }
      case 'frozen':
        if (frozen === null) {
          const cause = say('pictureStill', { camera: name });
          const open = begin('camera-frozen', { subject: id, cameras: [id], cause }, capture.since);
          step(open, 'reconnect', { cause: cause.detail, outcome: 'running' });
        }
        return;
      case 'connecting':
        return;
      default:
        for (const open of [lost, frozen]) {
          if (open === null) continue;
          const effect = say(capture.state === 'live' ? 'picturesAgain' : 'wasSwitchedOff');
          const cause = open.incident.steps.at(-1)?.cause ?? open.incident.cause;
          end(step(open, 'reconnect', { cause, effect, outcome: 'done' }));
        }
    }
  }

  function followCounting({ id, counting }: Camera): void {
    if (counting === null) return;
    const { standsInFor, model, reason } = counting;
    const open = book.find('model-failing', id);
    if (standsInFor !== null && reason !== null) {
      const why = sayWith(say('modelFails', { model: standsInFor }), reason);
      const about = { subject: id, cameras: [id], code: reason.code, cause: why };
      const now = begin('model-failing', about);
      const cause = why.detail;
      const effect = model === null ? say('noOtherModel') : say('countsInstead', { model });
      const next = step(now, 'fail-over', {
        ...{ cause, effect, outcome: model === null ? 'failed' : 'done' },
      });
      step(next, counting.breaker === 'closed' ? 'reload-model' : 'try-again', {
        ...{ cause, outcome: 'running' },
      });
    } else if (standsInFor === null && open !== null) {
      const last = open.incident.steps.findLast(({ outcome }) => outcome === 'running');
      const effect = say('countsAgain', { model: String(model) });
      const { cause } = open.incident;
      end(step(open, last?.action ?? 'try-again', { cause, effect, outcome: 'done' }));
    }
  }

  // Database
  function ledgerChanged(state: LedgerState): void {
    const open = book.find('database', 'station');
    if (state.state !== 'writable') {
      const { code, message } = state.reason;
      const cameras = deps.cameras().map(({ id }) => id);
      const now = begin('database', {
        subject: 'station',
        cameras,
        code,
        cause: { detail: message },
      });
      step(now, 'spool', { cause: message, outcome: 'running' });
    } else if (open !== null) {
      const { cause } = open.incident;
      const effect = say('keptIsWritten');
      end(step(open, 'spool', { cause, effect, outcome: 'done' }));
    }
  }

  // The station itself
  async function lookBack(): Promise<void> {
    for (const stored of await store.incidents.list({ isOpen: true, limit: mostCarried })) {
      const { incident } = stored;
      const isPlanned = incident.kind === 'memory-growth' && incident.subject === 'station';
      const { detail: effect, said } = say(isPlanned ? 'runsWithLittle' : 'endedMeanwhile');
      const come = { outcome: isPlanned ? 'done' : 'failed', effect, said } as const;
      const steps = incident.steps.map((each) =>
        each.outcome === 'running' ? { ...each, ...come } : each,
      );
      keep({ ...stored, incident: { ...incident, steps, to: deps.startedAt } });
    }
    const last = await store.settings.get(aliveKey, aliveSchema);
    await store.settings.set(aliveKey, { isStopped: false });
    if (last === null || last.isStopped) return;
    const covered = await store.coverage.query({
      ...{ from: deps.startedAt - lookBackMs, to: deps.startedAt },
    });
    const ends = covered
      .flatMap(({ gaps }) => gaps)
      .filter(({ cause, to }) => cause === 'station-down' && to >= deps.startedAt - saveMs)
      .map(({ from }) => from);
    const cause = say('endedUnasked');
    const cameras = covered.map(({ cameraId }) => cameraId);
    const from = Math.min(deps.startedAt, ...ends);
    const open = begin(
      'station-down',
      { subject: 'station', cameras, code: 'SYS_001', cause },
      from,
    );
    end(
      step(open, 'restart-station', {
        ...{ cause: cause.detail, outcome: 'done', effect: say('goesOn') },
      }),
    );
  }

  /** What cannot be written now is tried again a second later. */
  async function save(): Promise<void> {
    const batch = [...unsaved];
    if (batch.length === 0) return;
    try {
      await store.incidents.save(
        batch.map(([, open]) => ({ ...open, cameras: [...open.cameras] })),
      );
      for (const [id, open] of batch) if (unsaved.get(id) === open) unsaved.delete(id);
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_002');
      log.debug('incidents not written, trying again', { code, reason: message });
    }
  }

  await lookBack();
  const stops = [
    events.listen('camera', cameraChanged),
    events.listen('cameraRemoved', ({ id }) => {
      before.delete(id);
      for (const open of book.open()) if (open.incident.cameraId === id) end(open);
    }),
    events.listen('modelTrial', ({ state, reason, cameraId }) => {
      if (state !== 'rolled-back') return;
      const cameras = cameraId === null ? deps.cameras().map(({ id }) => id) : [cameraId];
      const cause = say('didWorse', { reason });
      const open = begin('model-rolled-back', {
        ...{ subject: cameraId ?? 'station', cameras, code: 'MODEL_003', cause },
      });
      end(
        step(open, 'roll-back', {
          ...{ cause: cause.detail, effect: say('formerCounts'), outcome: 'done' },
        }),
      );
    }),
    store.listen('ledger', ledgerChanged),
  ];
  const timer = setInterval(() => {
    saving = saving.then(save);
  }, saveMs);
  timer.unref();

  return {
    worker(change) {
      if (change.state === 'ready') workerReady(change.workerId);
      else if (book.find('memory-growth', change.workerId) === null) workerEnded(change);
    },
    provider(model, cameras, broken) {
      if (broken === null) {
        const open = book.find('provider-failing', model);
        if (open === null) return;
        const effect = say('providerAgain');
        const { cause } = open.incident;
        end(step(open, 'try-again', { cause, effect, outcome: 'done' }));
        return;
      }
      const { provider, instead, error } = broken;
      const why = sayWith(say('providerBroke', { provider, model }), error);
      const about = { subject: model, cameras, code: error.code, cause: why };
      const cause = why.detail;
      const effect = say('computesInstead', { provider: instead });
      const moved = step(begin('provider-failing', about), 'change-provider', {
        ...{ cause, effect, outcome: 'done' },
      });
      step(moved, 'try-again', { cause, outcome: 'running' });
    },
    planned({ subject, cause, refusal }) {
      const isOf = ({ workerId }: Camera): boolean => subject === 'station' || workerId === subject;
      const cameras = deps
        .cameras()
        .filter(isOf)
        .map(({ id }) => id);
      const open = begin('memory-growth', {
        ...{ subject, cameras, code: 'RES_001', cause: { detail: cause } },
      });
      if (refusal === null) {
        step(open, 'planned-restart', { cause, outcome: 'running' });
        return;
      }
      end(
        step(open, 'planned-restart', { cause, effect: { detail: refusal }, outcome: 'refused' }),
      );
      // Nobody looks at the recovery page of a station that seems to be well.
      events.emit('notice', {
        ...{ severity: 'warning', code: 'RES_001', message: `${cause} ${refusal}` },
        ...{ cameraId: null, at: clock.now() },
      });
    },
    unwritten: () => [...unsaved.values()],
    async close() {
      clearInterval(timer);
      for (const stop of stops) stop();
      await saving;
      await save();
      await store.settings.set(aliveKey, { isStopped: true }).catch((error: unknown) => {
        log.warn('the end of the station is not noted', { reason: String(error) });
      });
    },
  };
}

const aliveSchema = z.object({ isStopped: z.boolean() });

function isOff({ capture }: Camera): boolean {
  return capture.state === 'disabled' || capture.state === 'ended';
}

/** Whether an incident is among those that were asked for. */
export function isAsked(
  { kind, from }: Pick<Incident, 'kind' | 'from'>,
  query: { kind?: IncidentKind | undefined; from?: number | undefined; to?: number | undefined },
): boolean {
  return (
    (query.kind ?? kind) === kind && from >= (query.from ?? 0) && from < (query.to ?? Infinity)
  );
}
