/**
 * Wires the whole station and returns its door: store, cameras, workers, services.
 */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Certificate } from '#contract/certificate.ts';
import type { StationConfig } from '#contract/config.ts';
import type { Door } from '#contract/door.ts';
import { StationError } from '#contract/error.ts';
import type { EventOf } from '#contract/events.ts';
import type { Model, ModelCard } from '#contract/model.ts';
import { createAccessPart } from './access-part.ts';
import { createCameraHandlers } from './camera-handlers.ts';
import { keepCentral } from './central-keeper.ts';
import { copyElsewhere } from './copy-thread.ts';
import type { Access, Identity } from './access/access.ts';
import { systemClock } from './base/clock.ts';
import { createEmitter, type Emitter } from './base/emitter.ts';
import { withRequestIds } from './base/request-scope.ts';
import { redact } from './capture/redact.ts';
import { createFfmpegFinder } from './capture/ffmpeg-locate.ts';
import { endOrphans } from './capture/orphans.ts';
import { createCountingHandlers } from './counting-handlers.ts';
import { createDoor } from './create-door.ts';
import { demoCameras } from './demo-cameras.ts';
import { runDrill, type DrilledStation } from './drill.ts';
import { keepDrills } from './drill-keeper.ts';
import { embeddedModel } from './embedded-model.ts';
import { createJobPart } from './job-part.ts';
import { createLivePressure } from './live-pressure.ts';
import { createExperimentPart } from './experiment-part.ts';
import { failoverFor } from './failover-lists.ts';
import { keepExecutions } from './executions.ts';
import { createFleet } from './fleet.ts';
import { createFrameMetrics } from './frame-metrics.ts';
import type { HealthKeeper } from './health-keeper.ts';
import { entryFile, type Host } from './host.ts';
import { keepIncidents } from './incident-keeper.ts';
import { createIncidentViews } from './incident-views.ts';
import { readMachine } from './machine.ts';
import { removeLocalKey, writeLocalKey } from './local-key.ts';
import { endlessGrowth, keepMemory, plannedPauseMs, plannedRestarts } from './memory-keeper.ts';
import { createModelPart } from './model-part.ts';
import { createModelRollout } from './model-rollout.ts';
import { createNotifier } from './notify/notifier.ts';
import { createPreviewHub } from './preview-hub.ts';
import { createPictures } from './recorded-pictures.ts';
import { createRecordingRing } from './recording-ring.ts';
import { createReportPart } from './report-part.ts';
import { createRetentionPart } from './retention-part.ts';
import { createResourceMetrics, gatherResources } from './resource-metrics.ts';
import { createRequestServing } from './request-serving.ts';
import { loadRecoveryPlan } from './recovery-plan.ts';
import { createReviewThread } from './review-thread.ts';
import { type Caller, createRouter, type KeepSession, type Router } from './router.ts';
import { openSecretPart } from './secret-part.ts';
import { createBackupService } from './services/backup-service.ts';
import { createCentralService } from './services/central-service.ts';
import { withChanges } from './services/certificate-service.ts';
import { createDoctorService } from './services/doctor-service.ts';
import { createDrillService } from './services/drill-service.ts';
import { createClipOverlay } from './clip-overlay.ts';
import { createDemoService } from './services/demo-service.ts';
import { createLogService } from './services/log-service.ts';
import { createNotificationService } from './services/notification-service.ts';
import { createRecoveryService } from './services/recovery-service.ts';
import { createUpdateService } from './services/update-service.ts';
import { createSite, type EventMap } from './site.ts';
import { keepSiteOccupancy } from './site-occupancy.ts';
import { stationInfo } from './station-info.ts';
import { createStationMetrics, type StationMetrics } from './station-metrics.ts';
import type { DatabaseCopy } from './store/copy-database.ts';
import { createStore } from './store/create-store.ts';
import type { Store } from './store/store.ts';
import { keepUpdates } from './update-keeper.ts';
import { keepTrust } from './trust-keeper.ts';
import { createWatchPart } from './watch-part.ts';
import { startAfterUpdate } from './update-start.ts';
import { shareNumber } from './update/staged-share.ts';
import type { StartVerdict } from './update/trial.ts';

export interface Station {
  readonly router: Router;
  readonly events: Emitter<EventMap>;
  readonly metrics: StationMetrics;
  /** Who is let in, and as what. */
  readonly access: Access;
  /** Whether it can do what it is there for, for whoever watches it from outside. */
  readonly readiness: HealthKeeper['readiness'];
  /** The station as this one sees it; `keepSession` keeps the session that is begun through this door. */
  door(who: Caller | Identity, keepSession?: KeepSession): Door;
  /** Files that come with the product */
  readonly resourcesFolder: string;
  /** Imports a model file and makes it count, unless it does already. */
  countWith(file: string): Promise<void>;
  /** Lets its database grow no more, or again: for drills, in a throw-away station. */
  fillDisk(isFull: boolean): Promise<void>;
  /** Puts the address into the data folder, where the command line finds it. */
  announce(url: string): Promise<void>;
  /** Stops cameras and workers, writes what they still have to say, closes the database. */
  close(): Promise<void>;
}

const demoCaller = { user: 'demo', role: 'admin', door: 'station' } as const;

/**
 * Starts a station on its data folder.
 * @throws StationError SYS_004 when the folder is in use or cannot be written, SYS_002 when its database cannot be used
 */
export async function createStation(host: Host, config: StationConfig): Promise<Station> {
  const { log, version, updates, paths } = host;
  return startAfterUpdate({ log, version, updates, dataFolder: paths.data }, (started) =>
    openStation(host, config, started),
  );
}

async function openStation(
  given: Host,
  config: StationConfig,
  started: StartVerdict,
): Promise<Station> {
  const host = { ...given, log: withRequestIds(given.log) };
  const { paths, log } = host;
  const clock = host.clock ?? systemClock;
  const startedAt = clock.now();
  const { store, box, secretHandlers } = await openSecretPart(
    await createStore({
      folder: paths.data,
      entry: entryFile(paths.workers, 'store'),
      clock,
      log,
    }),
    { folder: paths.data, guard: host.keyGuard, log },
  );
  const owner = await ownerOf(store);
  await endOrphans(owner, log);

  const events = createEmitter<EventMap>((error) => log.error('listener failed', { error }));
  const findFfmpeg = createFfmpegFinder({
    configured: config.ffmpegPath,
    resourcesFolder: paths.resources,
    hardwareDecoding: config.hardwareDecoding,
  });
  const previews = createPreviewHub((cameraId, wish) => fleet.watch(cameraId, wish));
  const metrics = createStationMetrics(
    () => site.cameras(),
    async () =>
      [
        ...[await requests.metrics(), await watch.alertMetrics(), await resourceMetrics()],
        frameMetrics.text(),
      ].join('\n') + '\n',
  );
  const resources = gatherResources({ store, clock, cameras: () => site.cameras() });
  const resourceMetrics = createResourceMetrics(resources);
  /** `name@version` of each digest */
  const names = new Map<string, string>();
  function modelName(digest: string): string {
    return names.get(digest) ?? digest.slice(0, 12);
  }
  function learnNames(models: readonly Pick<Model, 'digest' | 'card'>[]): void {
    for (const { digest, card } of models) names.set(digest, `${card.name}@${card.version}`);
  }
  const frameMetrics = createFrameMetrics(modelName);
  const recordingFolder = path.join(paths.data, 'recordings');
  const ring = createRecordingRing({
    store,
    folder: recordingFolder,
    clock,
    log,
    record: (cameraId, target) => fleet.record(cameraId, target),
    onPaused: (cameraId, reason) =>
      events.emit('notice', { severity: 'warning', ...reason, cameraId, at: clock.now() }),
  });
  const pictures = createPictures({
    store,
    folder: recordingFolder,
    clipFolder: path.join(paths.data, 'clips'),
    reserveBytes: async () => (await ring.disk()).reserveGb * 1e9,
    findFfmpeg,
    overlay: (stretch, burnIn, signal) => clipOverlay(stretch, burnIn, signal),
    owner,
    clock,
  });
  let lastCrossingAt: number | null = null;
  const recovery = await loadRecoveryPlan(store);
  const site = createSite({
    store,
    events,
    previews,
    clock,
    log,
    redact,
    onCrossing(row) {
      lastCrossingAt = clock.now();
      metrics.crossing(row);
    },
    keepingOf: async (cameraId) => ({
      masks: await store.masks.list(cameraId),
      recording: ring.targetOf(cameraId),
    }),
    onRecording: (message) => ring.onMessage(message),
    failoverOf: async (settings) => {
      if (!recovery.isOn('fail-over')) return [];
      const models = await store.models.list();
      learnNames(models);
      return failoverFor(settings, {
        models,
        setting: config.failover,
        onMissing: (name) => log.warn('failover model not found', { cameraId: settings.id, name }),
      });
    },
    modelName,
  });
  const cameraName = (id: string): string =>
    site.cameras().find((camera) => camera.id === id)?.name ?? id;
  function notify(notice: Pick<EventOf<'notice'>, 'severity' | 'code' | 'message'>): void {
    events.emit('notice', { ...notice, cameraId: null, at: clock.now() });
  }
  const machine = await readMachine();
  const executions = await keepExecutions({
    ...{ store, machine, modelName, notify, clock, log },
    onChanged(digest, broken) {
      const counting = site.cameras().filter(({ id }) => rollout.counting(id) === digest);
      const ids = counting.map(({ id }) => id);
      incidents.provider(modelName(digest), ids, broken);
    },
  });
  const fleet = createFleet(
    {
      settings: {
        owner,
        ffmpegPath: config.ffmpegPath,
        resourcesFolder: paths.resources,
        hardwareDecoding: config.hardwareDecoding,
      },
      workers: config.workers,
      threads: config.inferenceThreads,
      cores: os.availableParallelism(),
      mayRestart: () => recovery.isOn('restart-worker'),
    },
    {
      ...site,
      onWorker(change) {
        if (change.state === 'ended') {
          memory.forget(change.workerId);
          executions.ended(change.workerId);
        }
        incidents.worker(change);
      },
      onExecution: (workerId, { digest, broken }) => executions.told(workerId, digest, broken),
      onReport(workerId, report) {
        memory.report(workerId, report);
        watch.report(workerId, report);
        frameMetrics.report(workerId, report);
      },
    },
    { host, clock, log },
  );

  const incidents = await keepIncidents({
    ...{ store, events, clock, log, plan: recovery, startedAt },
    cameras: () => site.cameras(),
  });
  const memory = keepMemory({
    ...{ rules: endlessGrowth, budget: plannedRestarts, pauseMs: plannedPauseMs, clock },
    isOn: () => recovery.isOn('planned-restart') && recovery.isOn('restart-worker'),
    onPlanned: (planned) => incidents.planned(planned),
    restartWorker: (workerId) => void fleet.restartWorker(workerId),
    restartStation: host.restart,
  });
  const rollout = createModelRollout({
    ...{ fleet, site, store, events, clock, log },
    watchMs: config.modelWatchSeconds * 1000,
    executionsOf: (digest) => executions.of(digest),
    onModels: learnNames,
    onChanged: async (digests) => {
      await Promise.all([site.refreshFailover(), requests.forget(digests)]);
    },
  });

  const timeZone =
    config.timeZone === '' ? Intl.DateTimeFormat().resolvedOptions().timeZone : config.timeZone;
  const occupancy = await keepSiteOccupancy({ store, events, clock, log, timeZone });
  const experiments = createExperimentPart({
    ...{ store, host, clock, config, owner, timeZone, site, fleet, rollout, previews, pictures },
    findFfmpeg,
    tryModel: (model) => models.inspect(model.path, model.card),
    makePdf: (paper, signal) => reports.makeExperimentPdf(paper, signal),
  });
  const { splits } = experiments;
  const requests = createRequestServing({
    ...{ host, config, store, fleet, executions, notify, clock, splits },
  });
  const notifier = await createNotifier({
    ...{ store, clock, log, seal: box, random: Math.random },
    later,
    around: {
      station: os.hostname(),
      timeZone,
      pageUrl: config.pageUrl === '' ? null : config.pageUrl.replace(/\/+$/, ''),
      cameraName,
    },
    notify,
  });
  const models = createModelPart({
    ...{ store, host, clock, config, owner, box, site, fleet, rollout, machine, executions },
    ...{ previews, pictures, findFfmpeg },
    renewRequests: (digest) => requests.renew(digest),
  });

  async function countWith(file: string, embeddedCard: ModelCard | null = null): Promise<void> {
    const model = await models.importFile(
      file,
      embeddedCard ? { isEmbedded: true, card: embeddedCard } : { isEmbedded: false },
    );
    await rollout.follow();
    const { digest } = model;
    await rollout.swap({ cameraId: null, digest, by: 'station', cause: 'chosen', reason: '' });
  }

  const review = createReviewThread({
    entry: entryFile(paths.workers, 'review'),
    folder: paths.data,
    log,
  });
  const clipOverlay = createClipOverlay({ review, timeZone });
  const trust = keepTrust({
    ...{ store, review, clock, log, later },
    plans: () => site.cameras().map(({ id }) => ({ cameraId: id, ...site.plan(id) })),
    pathDays: () => keeping.retention.daysOf('paths'),
  });
  const certificates = async (): Promise<Certificate[]> =>
    withChanges({ site, store }, await store.certificates.list({}));
  const central = await keepCentral({ store, clock, log, box, random: Math.random });
  const watch = await createWatchPart({
    ...{ store, events, clock, log, timeZone, site, fleet, rollout, requests, central, notifier },
    ...{ certificates, cameraName, modelName },
    onSite: () => (occupancy.definition().doors.length === 0 ? null : occupancy.reading().count),
    disk: () => ring.disk(),
    verdict: async (line) =>
      (await review.ask('check', line, new AbortController().signal)).verdict,
    judged: () => trust.newest(),
  });
  const logFolder = path.join(paths.data, 'logs');
  const keeping = await createRetentionPart({
    ...{ store, host, clock, config, box, central, logFolder, later },
    downloads: models.downloads,
    tidyClips: () => pictures.tidy(),
  });

  const copyDatabase = (target: string): Promise<DatabaseCopy> =>
    copyElsewhere(entryFile(paths.workers, 'copy'), {
      file: path.join(paths.data, 'station.db'),
      target,
    });
  const updates = await keepUpdates({
    ...{ store, clock, log, later, timeZone, started, copyDatabase, version: host.version },
    dataFolder: paths.data,
    driver: host.updates,
    feed: { url: config.updateUrl, publicKey: config.updateKey },
    share: shareNumber(owner),
    health: () => ({
      isDatabaseWritable: store.crossings.state().state === 'writable',
      liveCameras: site.cameras().filter(({ capture }) => capture.state === 'live').length,
      hasModel: rollout.counting(null) !== null,
      lastCrossingAt,
    }),
    onChanged: (status) => events.emit('update', status),
  });
  function noteError(message: string, code: string): void {
    events.emit('notice', {
      ...{ severity: 'error', code, message, cameraId: null, at: clock.now() },
    });
  }
  const incidentViews = createIncidentViews({
    ...{ store, site, clock },
    unwritten: () => incidents.unwritten(),
  });
  const reports = await createReportPart({
    ...{ store, host, clock, config, timeZone, later, cameraName, modelName, notify: noteError },
    incidents: incidentViews,
    send: (report, channels) => notifier.sendReport(report, channels),
    withChanges: (issued) => withChanges({ site, store }, issued),
  });
  const drills = await keepDrills({
    ...{ store, clock, log, later, timeZone },
    run: (options) =>
      runDrill(
        {
          ...{ host, clock, start: startDrilled },
          switchedOff: recovery.rules().flatMap(({ action, isOn }) => (isOn ? [] : [action])),
        },
        options,
      ),
    notify: noteError,
  });
  const jobs = createJobPart({
    ...{ store, host, clock, config, owner, timeZone, pictures, findFfmpeg, later },
    cameras: () => site.cameras(),
    linesOf: (cameraId) => site.plan(cameraId).lines,
    isLiveLate: createLivePressure(fleet, clock),
    notify: (message, code) =>
      events.emit('notice', {
        ...{ severity: 'warning', code, message, cameraId: null, at: clock.now() },
      }),
  });
  const demo = createDemoService({
    store,
    site,
    cameras: demoCameras,
    async add({ camera, lines }) {
      const door = openDoor(demoCaller);
      await door.call('camera.add', camera);
      for (const line of lines) await door.call('line.save', { ...line, cameraId: camera.id });
    },
  });

  const { access, audit, handlers } = await createAccessPart({
    store,
    clock,
    log,
    router: () => router,
  });

  const router = createRouter(
    {
      ...handlers,
      ...secretHandlers,
      ...createCameraHandlers({
        ...{ store, site, events, clock, timeZone, owner, findFfmpeg, ring, pictures },
      }),
      ...createCountingHandlers({
        ...{ store, site, events, clock, timeZone, occupancy, review, trust, pictures },
      }),
      ...watch.handlers,
      ...experiments.handlers,
      ...jobs.handlers,
      ...createLogService({
        ...{ folder: logFolder, clock },
        ask: (name, input, context) => router.call(name, input, context),
        sources: () => site.cameras().map(({ id }) => site.settings(id).source),
      }),
      ...createDrillService(drills),
      ...createNotificationService({ notifier, store, clock }),
      ...createRecoveryService({
        ...{ plan: recovery, incidents: incidentViews },
        onChanged: () => site.refreshFailover(),
      }),
      ...reports.handlers,
      ...keeping.handlers,
      ...createUpdateService(updates),
      ...createCentralService({ keeper: central, timeZone, dayStartHour: config.dayStartHour }),
      ...createBackupService({
        ...{ clock, copyDatabase, dataFolder: paths.data },
        ...{ version: host.version, guard: host.keyGuard },
      }),
      ...models.handlers,
      ...requests.handlers,
      'demo.get': demo['demo.get'],
      'demo.remove': demo['demo.remove'],
      'truth.get': demo['truth.get'],
      'station.info': () => stationInfo({ host, startedAt, fleet, findFfmpeg }),
      ...createDoctorService({
        host,
        clock,
        ffmpegPath: config.ffmpegPath,
        findFfmpeg,
        inspect: models.inspect,
        checkDatabase: async () => {
          const state = store.crossings.state();
          if (state.state !== 'writable') throw StationError.fromBody(state.reason);
          const rows = await store.crossings.list({ limit: 1 });
          return rows.length === 0 ? 'writable, no crossings yet' : 'writable';
        },
        newestCrossingAt: async () => (await store.crossings.list({ limit: 1 }))[0]?.at ?? null,
        model: () => store.models.champion(),
        embedded: () => embeddedModel(paths.resources),
        providers: () => fleet.providers(),
      }),
      'config.get': () => ({ ...config, redisUrl: redact(config.redisUrl) }),
    },
    { 'preview.watch': (request, { onBytes }) => previews.open(request, onBytes) },
    {
      ...{ log, audit },
      onFailed(code) {
        watch.failed(code);
        frameMetrics.error(code);
      },
    },
  );

  function openDoor(who: Caller | Identity, keepSession?: KeepSession): Door {
    const identity = 'caller' in who ? who : { caller: () => who };
    return createDoor({
      ...{ router, events, access, identity },
      ...(keepSession === undefined ? {} : { keepSession }),
    });
  }

  await startModel();
  await ring.start();
  await site.start(fleet);
  experiments.start();
  const preloaded = requests.preload();
  if (config.demo === 'auto') await demo.setUp();

  /** The model named in the settings, else the one activated last, else the one that comes with the station. */
  async function startModel(): Promise<void> {
    try {
      if (config.model !== '') {
        await countWith(config.model);
        return;
      }
      const champion = await store.models.champion();
      if (champion) {
        await rollout.follow();
        return;
      }
      const embedded = await embeddedModel(paths.resources);
      if (embedded) await countWith(embedded.path, embedded.card);
    } catch (error) {
      // Cameras run and are shown without a model; the notice and the log say why nothing counts.
      site.onTrouble(StationError.from(error, 'MODEL_002'));
    }
  }

  return {
    router,
    events,
    metrics,
    access,
    readiness: () => watch.readiness(),
    resourcesFolder: paths.resources,
    door: openDoor,
    countWith: (file) => countWith(file),
    fillDisk: (isFull) => store.drills.fill(isFull),
    async announce(url) {
      writeLocalKey(paths.data, access.localKey);
      await store.announce(url);
    },
    async close() {
      removeLocalKey(paths.data);
      memory.close();
      await drills.close();
      updates.close();
      await experiments.close();
      await jobs.keeper.close();
      await watch.close();
      resources.close();
      await rollout.close();
      await Promise.all([fleet.close(), requests.close(), preloaded]);
      await site.settled();
      await notifier.close();
      await ring.close();
      await occupancy.close();
      await reports.keeper.close();
      await keeping.retention.close();
      await review.close();
      await incidents.close();
      await keeping.archive.close();
      await central.close();
      await store.close();
    },
  };
}

/** A throw-away station for a drill. */
export async function startDrilled(host: Host, config: StationConfig): Promise<DrilledStation> {
  const station = await createStation(host, config);
  return {
    door: station.door({ user: 'drill', role: 'admin', door: 'station' }),
    fillDisk: (isFull) => station.fillDisk(isFull),
    close: () => station.close(),
  };
}

/** Calls `act` once after `ms`; what it returns calls it off. */
function later(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms).unref();
  return () => clearTimeout(timer);
}

/** A name by which processes of this station are known, the same after every start. */
async function ownerOf(store: Store): Promise<string> {
  const known = await store.settings.get('owner', z.string());
  if (known !== null) return known;
  const owner = randomBytes(8).toString('hex');
  await store.settings.set('owner', owner);
  return owner;
}
