/**
 * The cameras of the site as they are now: settings, what is drawn, state; what workers report becomes ledger rows and events.
 */
import type {
  Camera,
  CameraCounting,
  CameraId,
  CameraSettings,
  CaptureState,
} from '#contract/camera.ts';
import type { GapCause } from '#contract/coverage.ts';
import type { EventOf, Topic } from '#contract/events.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import type { CameraOccupancy } from '#contract/zone.ts';
import type { Clock } from './base/clock.ts';
import type { Keeping } from './capture/capture.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import { type ConfigDigests, configDigests } from './config-digest.ts';
import type { CountingPlan } from './counting-plan.ts';
import type { Fleet, FleetEvents } from './fleet.ts';
import { toFrameRecord } from './frame-record.ts';
import { createPlayBook, isPlayedOnce } from './play-book.ts';
import type { PreviewHub } from './preview-hub.ts';
import type { LedgerRows } from './store/records.ts';
import type { Store } from './store/store.ts';
import type { Assignment, FromWorker, LineTruth, WorkerCounting } from './worker-protocol.ts';

export type EventMap = { [T in Topic]: EventOf<T> };

const inferenceNoticeMs = 30_000;

export interface SiteDeps {
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  readonly previews: PreviewHub;
  readonly clock: Clock;
  readonly log: Logger;
  /** Replaces the password in an address by `***`. */
  readonly redact: (source: string) => string;
  readonly onCrossing: (crossing: EventOf<'crossing'>) => void;
  /** What of a camera is hidden and recorded, asked each time it is started */
  readonly keepingOf: (cameraId: CameraId) => Promise<Keeping>;
  readonly onRecording: (message: RecordingMessage) => void;
  /** Who counts on a camera while the champion fails, asked each time it is started */
  readonly failoverOf: (settings: CameraSettings) => Promise<Assignment['failover']>;
  /** `name@version` of a digest */
  readonly modelName: (digest: string) => string;
}

/** What decides beside the weights, and whether it is the small detector that comes with the station. */
export interface SiteModel {
  readonly card: ModelCard;
  readonly isEmbedded: boolean;
}

/** What a worker says about the recording of a camera. */
export type RecordingMessage = Extract<FromWorker, { kind: 'segment' | 'recording' }>;

interface SiteCamera {
  settings: CameraSettings;
  plan: CountingPlan;
  occupancy: CameraOccupancy | null;
  state: CaptureState;
  picture: Size | null;
  masks: Keeping['masks'];
  digests: ConfigDigests;
  noticedAt: number;
  counting: CameraCounting | null;
  /** Newest true counts of a simulated camera */
  truth: readonly LineTruth[];
}

export interface Site extends FleetEvents {
  /** Starts all cameras of the store. */
  start(fleet: Fleet): Promise<void>;
  cameras(): Camera[];
  camera(id: CameraId): Camera;
  settings(id: CameraId): CameraSettings;
  /** What is drawn on the picture of a camera. */
  plan(cameraId: CameraId): CountingPlan;
  /** Who is inside the zones of a camera; null before it was first counted. */
  occupancy(cameraId: CameraId): CameraOccupancy | null;
  /** SHA-256 of the settings with which lines count now; null without such a camera. */
  configDigest(cameraId: CameraId): string | null;
  /** True counts of the current lines of a simulated camera; empty for real ones. */
  truth(cameraId: CameraId): readonly LineTruth[];
  /** Adds a camera or changes one, and starts it with the new settings. */
  put(settings: CameraSettings): Promise<Camera>;
  remove(id: CameraId): Promise<void>;
  /** Counts with what is drawn now, as the store has it. */
  refreshPlan(cameraId: CameraId): Promise<void>;
  /** Looks anew who counts on each camera while the champion fails. */
  refreshFailover(): Promise<void>;
  /** The settings of the model are part of what decides a crossing. */
  setModels(modelOf: (cameraId: CameraId) => SiteModel | null): void;
  /** Resolves when everything that workers have reported is written. */
  settled(): Promise<void>;
}

export function createSite(deps: SiteDeps): Site {
  const { store, events, clock, log } = deps;
  const cameras = new Map<CameraId, SiteCamera>();
  const writing = new Set<Promise<void>>();
  const plays = createPlayBook(store, clock);
  let fleet: Fleet | null = null;
  let modelOf: (cameraId: CameraId) => SiteModel | null = () => null;

  function known(id: CameraId): SiteCamera {
    const camera = cameras.get(id);
    if (!camera) throw new StationError('REQ_002', `There is no camera "${id}".`);
    return camera;
  }

  function view(id: CameraId): Camera {
    const { settings, state, picture } = known(id);
    const workerId = fleet?.workerOf(id) ?? null;
    const worker = fleet?.workers().find(({ handle }) => handle.id === workerId);
    const report = worker?.handle.report()?.cameras.find((camera) => camera.cameraId === id);
    return {
      ...settings,
      source: deps.redact(settings.source),
      capture: state,
      counting: known(id).counting,
      picture,
      workerId,
      figures: {
        capturedFps: report?.capturedFps ?? 0,
        inferredFps: report?.inferredFps ?? 0,
        gatedShare: report?.gatedShare ?? 0,
        view: report?.view ?? null,
        dropped: report?.dropped ?? 0,
        late: report?.late ?? 0,
        p95Ms: report?.p95Ms ?? 0,
      },
    };
  }

  function setState(id: CameraId, state: CaptureState): void {
    const camera = cameras.get(id);
    if (!camera) return;
    const before = camera.state;
    camera.state = state;
    const cause = gapCauseOf(state);
    if (cause !== null && gapCauseOf(before) !== cause) {
      openGap(id, cause, state.state === 'frozen' ? state.since : clock.now());
    }
    if (before.state !== state.state || state.state === 'waiting') {
      log.info('camera state', { cameraId: id, state: state.state, ...reasonOf(state) });
    }
    events.emit('camera', view(id));
    if (before.state !== 'live' && state.state === 'live') warnOfSmallModel(id, camera.settings);
  }

  /** The detector that comes with the station sees simulated people only; a real camera would count almost nobody. */
  function warnOfSmallModel(id: CameraId, { source }: CameraSettings): void {
    if (!modelOf(id)?.isEmbedded || source.startsWith('simulated:')) return;
    const message =
      'This camera is counted with the small built-in detector, which finds almost nobody on real pictures: ' +
      'fetch a better one from the catalog or import one, and make it count.';
    log.warn('real camera with the embedded detector', { cameraId: id });
    notice('warning', { code: 'MODEL_003', message }, id);
  }

  /** A change of who counts is told to people when somebody begins or ends to stand in. */
  function setCounting(cameraId: CameraId, told: WorkerCounting): void {
    const camera = cameras.get(cameraId);
    if (!camera) return;
    const before = camera.counting;
    camera.counting = {
      model: told.by === null ? null : deps.modelName(told.by),
      standsInFor: told.by === told.champion ? null : deps.modelName(told.champion),
      breaker: told.breaker,
      since: clock.now(),
      reason: told.reason,
      retryAt: told.retryAt,
    };
    const { model, standsInFor, reason } = camera.counting;
    if (before?.model === model && before.standsInFor === standsInFor) {
      camera.counting = { ...camera.counting, since: before.since };
    } else if (standsInFor !== null && reason !== null) {
      const message =
        model === null
          ? `${standsInFor} fails and no other model can count on this camera: ${reason.message}`
          : `${model} counts on this camera, because ${standsInFor} fails: ${reason.message}`;
      log.warn('another model counts', {
        cameraId,
        model,
        champion: standsInFor,
        code: reason.code,
      });
      notice(model === null ? 'error' : 'warning', { code: reason.code, message }, cameraId);
    } else if (before?.standsInFor != null) {
      log.info('the champion counts again', { cameraId, model });
      notice(
        'info',
        { code: null, message: `${String(model)} counts on this camera again.` },
        cameraId,
      );
    }
    events.emit('camera', view(cameraId));
  }

  function openGap(cameraId: CameraId, cause: GapCause, from = clock.now()): void {
    track(store.coverage.openGap({ cameraId, cause, from }), 'gap not written');
  }

  function track(promise: Promise<unknown>, fact: string): void {
    const done = promise
      .catch((error: unknown) => {
        const { code, message } = StationError.from(error, 'SYS_002');
        log.error(fact, { code, reason: message });
        notice('error', { code, message });
      })
      .then(() => {
        writing.delete(done);
      });
    writing.add(done);
  }

  function notice(
    severity: 'info' | 'warning' | 'error',
    { code, message }: { code: string | null; message: string },
    cameraId: CameraId | null = null,
  ): void {
    events.emit('notice', { severity, code, message, cameraId, at: clock.now() });
  }

  async function readPlan(cameraId: CameraId): Promise<CountingPlan> {
    const [lines, zones, flows] = await Promise.all([
      store.lines.list(cameraId),
      store.zones.list(cameraId),
      store.flows.list(cameraId),
    ]);
    return { lines, zones, flows };
  }

  function digestsOf({ settings, masks, plan }: SiteCamera): ConfigDigests {
    return configDigests({ ...settings, masks }, plan, modelOf(settings.id)?.card ?? null);
  }

  async function startCamera(settings: CameraSettings): Promise<void> {
    const { id } = settings;
    const plan = await readPlan(id);
    const keeping = await deps.keepingOf(id);
    const { masks } = keeping;
    const state: CaptureState = settings.isEnabled
      ? { state: 'connecting', since: clock.now(), attempt: 1 }
      : { state: 'disabled', since: clock.now() };
    cameras.set(id, {
      settings,
      plan,
      occupancy: null,
      state,
      picture: cameras.get(id)?.picture ?? null,
      masks,
      digests: configDigests({ ...settings, masks }, plan, modelOf(id)?.card ?? null),
      noticedAt: -Infinity,
      counting: null,
      truth: [],
    });
    if (!settings.isEnabled) {
      openGap(id, 'camera-disabled');
      return;
    }
    const play = await plays.begin(settings);
    if (play?.isEnded) {
      setState(id, { state: 'ended', since: clock.now() });
      return;
    }
    const epoch = play?.epoch ?? (await store.checkpoints.beginEpoch(id));
    const newest = await store.checkpoints.load(id);
    fleet?.place({
      camera: settings,
      plan,
      epoch,
      checkpoint: play && newest?.epoch !== play.epoch ? null : newest,
      isReplay: play !== null,
      play,
      wantsFrames: false,
      keeping,
      failover: await deps.failoverOf(settings),
    });
  }

  function record(message: Extract<FromWorker, { kind: 'record' }>): void {
    const camera = cameras.get(message.cameraId);
    if (!camera) return;
    fleet?.remember(message.checkpoint);
    const { cameraId, checkpoint, occupancy } = message;
    track(
      store.crossings.recordFrame(toFrameRecord(message, camera.digests)).then((recorded) => {
        if (recorded.state === 'fenced') {
          log.warn('record of an older epoch left out', { cameraId, epoch: recorded.epoch });
          return;
        }
        if (recorded.state === 'written') announce({ ...recorded, crossings: recorded.rows });
        occupy({ cameraId, at: checkpoint.at, zones: [...occupancy] });
      }),
      'rows of a frame not written',
    );
  }

  /** A play has ended when all that it had to say is written: killed before, the station reads its end again. */
  function endPlay(cameraId: CameraId): void {
    track(
      Promise.all(writing).then(() => plays.end(cameraId)),
      'end of a recording not written',
    );
  }

  function announce({ crossings, zoneEvents, passages }: LedgerRows): void {
    for (const row of crossings) {
      deps.onCrossing(row);
      events.emit('crossing', row);
    }
    for (const row of zoneEvents) events.emit('zoneEvent', row);
    for (const row of passages) events.emit('flowPassage', row);
  }

  /** Told only now that the checkpoint, in which it stands, is durable. */
  function occupy(occupancy: CameraOccupancy): void {
    const camera = cameras.get(occupancy.cameraId);
    if (!camera) return;
    const isNews = camera.plan.zones.length > 0 || (camera.occupancy?.zones.length ?? 0) > 0;
    camera.occupancy = occupancy;
    if (isNews) events.emit('occupancy', occupancy);
  }

  store.listen('replayed', (rows) => announce(rows));
  store.listen('ledger', (state) => {
    if (state.state === 'writable')
      notice('info', { code: null, message: 'The ledger is written again.' });
    else notice('error', state.reason);
  });

  return {
    async start(started) {
      fleet = started;
      for (const settings of await store.cameras.list()) await startCamera(settings);
    },
    cameras: () => [...cameras.keys()].map((id) => view(id)),
    camera: (id) => view(id),
    settings: (id) => known(id).settings,
    plan: (cameraId) => known(cameraId).plan,
    occupancy: (cameraId) => known(cameraId).occupancy,
    configDigest: (cameraId) => cameras.get(cameraId)?.digests.lines ?? null,
    truth: (cameraId) => known(cameraId).truth,
    async put(settings) {
      if (cameras.has(settings.id)) {
        await store.cameras.update(settings);
        if (!settings.isEnabled) await fleet?.remove(settings.id);
      } else {
        await store.cameras.add(settings);
      }
      await startCamera(settings);
      const camera = view(settings.id);
      events.emit('camera', camera);
      return camera;
    },
    async remove(id) {
      known(id);
      await fleet?.remove(id);
      await Promise.all(writing);
      await store.cameras.remove(id);
      await plays.forget(id);
      cameras.delete(id);
      events.emit('cameraRemoved', { id });
    },
    async refreshPlan(cameraId) {
      const plan = await readPlan(cameraId);
      const camera = known(cameraId);
      camera.plan = plan;
      camera.digests = digestsOf(camera);
      fleet?.setPlan(cameraId, plan);
    },
    async refreshFailover() {
      for (const { settings } of cameras.values()) {
        fleet?.setFailover(settings.id, await deps.failoverOf(settings));
      }
    },
    setModels(next) {
      modelOf = next;
      for (const camera of cameras.values()) {
        camera.digests = digestsOf(camera);
      }
    },
    async settled() {
      while (writing.size > 0) await Promise.all(writing);
    },

    onMessage(message) {
      switch (message.kind) {
        case 'capture':
          setState(message.cameraId, message.state);
          if (message.state.state === 'ended') endPlay(message.cameraId);
          return;
        case 'opened': {
          const camera = cameras.get(message.cameraId);
          if (camera) camera.picture = message.picture;
          if (camera) events.emit('camera', view(message.cameraId));
          return;
        }
        case 'record':
          record(message);
          return;
        case 'paths': {
          const { cameraId, epoch, block } = message;
          if (cameras.has(cameraId)) store.trajectories.add({ cameraId, epoch, block });
          return;
        }
        case 'frame':
          events.emit('overlay', {
            cameraId: message.cameraId,
            at: message.at,
            tracks: message.tracks
              .filter((entry) => entry.unseenSeconds === 0)
              .map(({ trackId, label, score, box, isConfirmed }) => ({
                trackId,
                label,
                score,
                box,
                isConfirmed,
              })),
          });
          return;
        case 'preview':
          deps.previews.show(message.cameraId, message);
          return;
        case 'truth': {
          const camera = cameras.get(message.cameraId);
          if (camera) camera.truth = message.counts;
          return;
        }
        case 'counting':
          setCounting(message.cameraId, message.counting);
          return;
        case 'segment':
        case 'recording':
          deps.onRecording(message);
          return;
        case 'inference-failed': {
          const camera = cameras.get(message.cameraId);
          const { code, message: why } = message.error;
          if (!camera || clock.now() - camera.noticedAt < inferenceNoticeMs) return;
          camera.noticedAt = clock.now();
          log.error('inference failed', { cameraId: message.cameraId, code, reason: why });
          notice('error', { code, message: why }, message.cameraId);
          return;
        }
        default:
      }
    },
    onLost(cameraId, cause) {
      // A play that is interrupted leaves nothing out.
      const camera = cameras.get(cameraId);
      if (camera && !isPlayedOnce(camera.settings)) openGap(cameraId, 'worker-restart');
      setState(cameraId, { state: 'connecting', since: clock.now(), attempt: 1 });
      const message = `The worker of this camera ended and another takes over: ${cause}.`;
      notice('warning', { code: null, message }, cameraId);
    },
    onPlaced(cameraId, workerId) {
      log.info('camera placed', { cameraId, workerId });
    },
    onTrouble(error) {
      const { code, message } = StationError.from(error, 'SYS_001');
      log.error('worker trouble', { code, reason: message });
      notice('error', { code, message });
    },
  };
}

/** Why nothing is observed in this state; null where frames are analysed. */
function gapCauseOf(state: CaptureState): GapCause | null {
  switch (state.state) {
    case 'live':
    case 'connecting':
      return null;
    case 'disabled':
      return 'camera-disabled';
    case 'frozen':
      return 'camera-frozen';
    case 'stalled':
    case 'waiting':
    case 'ended':
      return 'camera-offline';
  }
}

function reasonOf(state: CaptureState): Record<string, unknown> {
  return state.state === 'waiting'
    ? { code: state.reason.code, reason: state.reason.message, attempt: state.attempt }
    : {};
}
