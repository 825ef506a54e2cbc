/**
 * Makes the store: one thread that writes, one that reads, and the functions by noun in front of them.
 */
import { assert } from '#engine/base/assert.ts';
import { createEmitter } from '#engine/base/emitter.ts';
import { createJobStore } from './job-store.ts';
import type { OutboxRows } from '#engine/base/outbox.ts';
import { createArchiveStore } from './archive-store.ts';
import { createAuditLog } from './audit-log.ts';
import type { ReaderOperations, WriterOperations } from './messages.ts';
import { createRecordQueue } from './record-queue.ts';
import type { LedgerState, StoreEvents } from './records.ts';
import { parseJson } from './rows.ts';
import type { Store, StoreOptions } from './store.ts';
import { createTrajectoryQueue } from './trajectory-queue.ts';
import { startStoreThread, type StoreThread, type StoreThreadOptions } from './store-thread.ts';

const defaultSpoolBytes = 32 * 1024 * 1024;
/** How often the store notes that the station runs; after a crash without live cameras, coverage is exact to this. */
const aliveMs = 5_000;
/** An activation of the station itself, such as at its first start */
const unexplained = { by: 'station', cause: 'chosen', reason: '' } as const;

/**
 * Opens the store on a data folder, which it makes where it is missing and locks for this process.
 * @throws StationError SYS_004 when another station has the folder or it cannot be written, SYS_002 when the database is
 *   damaged, newer or not ours, RES_004 when the disk is full
 */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { folder, entry, clock, log, spoolBytes = defaultSpoolBytes } = options;
  const emitter = createEmitter<StoreEvents>((error) => {
    log.error('listener of the store failed', { error: String(error) });
  });
  let ledgerState: LedgerState = { state: 'writable' };

  const threadOptions = (role: 'writer' | 'reader'): StoreThreadOptions => ({
    entry,
    settings: { role, folder, spoolBytes },
    clock,
    log,
    onEvent(event) {
      if (event.kind === 'replayed') {
        emitter.emit('replayed', event.rows);
        return;
      }
      const isNews = standing(ledgerState) !== standing(event.state);
      ledgerState = event.state;
      if (isNews) emitter.emit('ledger', event.state);
    },
  });
  const writer = await startStoreThread<WriterOperations>(threadOptions('writer'));
  const reader = await startReader(threadOptions('reader'), writer);
  const queue = createRecordQueue((records) => writer.ask('crossings.record', records));
  const trajectoryQueue = createTrajectoryQueue({
    afterCrossings: () => queue.idle(),
    write: (blocks) => writer.ask('trajectories.add', blocks),
    log,
  });
  const alive = setInterval(() => {
    writer.ask('alive', null).catch((error: unknown) => {
      log.warn('the run of the station could not be noted', { error: String(error) });
    });
  }, aliveMs);
  alive.unref();

  return {
    cameras: {
      list: () => reader.ask('cameras.list', null),
      get: (id) => reader.ask('cameras.get', id),
      add: (settings) => done(writer.ask('cameras.add', settings)),
      update: (settings) => done(writer.ask('cameras.update', settings)),
      remove: (id) => writer.ask('cameras.remove', id),
    },
    lines: {
      list: (cameraId) => reader.ask('lines.list', cameraId ?? null),
      get: (id) => reader.ask('lines.get', id),
      save: (definition) => writer.ask('lines.save', definition),
      remove: (id) => writer.ask('lines.remove', id),
      revisions: (id) => reader.ask('lines.revisions', id),
    },
    zones: {
      list: (cameraId) => reader.ask('zones.list', cameraId ?? null),
      save: (definition) => writer.ask('zones.save', definition),
      remove: (id) => writer.ask('zones.remove', id),
      revisions: (id) => reader.ask('zones.revisions', id),
      events: (query) => reader.ask('zones.events', query),
    },
    flows: {
      list: (cameraId) => reader.ask('flows.list', cameraId ?? null),
      save: (definition) => writer.ask('flows.save', definition),
      remove: (id) => writer.ask('flows.remove', id),
      revisions: (id) => reader.ask('flows.revisions', id),
      passages: (query) => reader.ask('flows.passages', query),
      tallies: (query) => reader.ask('flows.tallies', query),
    },
    site: {
      state: () => reader.ask('site.state', null),
      newestCrossingId: () => reader.ask('site.newestCrossingId', null),
      doorCrossings: (query) => reader.ask('site.doorCrossings', query),
      change: (change) => writer.ask('site.change', change),
      corrections: (query) => reader.ask('site.corrections', query),
    },
    crossings: {
      recordFrame: (record) => queue.add(record),
      recordBatch: (records) => Promise.all(records.map((record) => queue.add(record))),
      list: (query) => reader.ask('crossings.list', query),
      get: (id) => reader.ask('crossings.get', id),
      state: () => ledgerState,
    },
    checkpoints: {
      beginEpoch: (cameraId) => writer.ask('checkpoints.beginEpoch', cameraId),
      load: (cameraId) => writer.ask('checkpoints.load', cameraId),
    },
    trajectories: {
      add: (block) => trajectoryQueue.add(block),
      prune: (step) => writer.ask('trajectories.prune', step),
    },
    coverage: {
      openGap: (gap) => done(writer.ask('coverage.openGap', gap)),
      query: (query) => reader.ask('coverage.query', query),
    },
    tallies: {
      query: (query) => reader.ask('tallies.query', query),
      boundaries: (query) => reader.ask('tallies.boundaries', query),
    },
    reports: {
      counts: (query) => reader.ask('reports.counts', query),
      rows: (query) => reader.ask('reports.rows', query),
      stays: (query) => reader.ask('reports.stays', query),
    },
    setups: { list: (query) => reader.ask('setups.list', query) },
    blindCounts: {
      list: (query) => reader.ask('blindCounts.list', query),
      get: (id) => reader.ask('blindCounts.get', id),
      add: (count) => writer.ask('blindCounts.add', count),
      finishClip: (clip) => done(writer.ask('blindCounts.finishClip', clip)),
      judge: (said) => done(writer.ask('blindCounts.judge', said)),
    },
    certificates: {
      list: (query) => reader.ask('certificates.list', query),
      get: (id) => reader.ask('certificates.get', id),
      add: (certificate) => writer.ask('certificates.add', certificate),
    },
    models: {
      list: () => reader.ask('models.list', null),
      get: (digest) => reader.ask('models.get', digest),
      add: (model) => writer.ask('models.add', model),
      remove: (digest) => writer.ask('models.remove', digest),
      champion: () => reader.ask('models.champion', null),
      async activate(digest, why = unexplained) {
        await writer.ask('models.assign', { alias: 'champion', cameraId: null, digest, ...why });
        const model = await reader.ask('models.get', digest);
        assert(model !== null, 'a champion that is not in the registry');
        return model;
      },
      assign: (change) => done(writer.ask('models.assign', change)),
      tag: (tag) => writer.ask('models.tag', tag),
      untag: (tag) => done(writer.ask('models.untag', tag)),
      activations: () => reader.ask('models.activations', null),
      history: () => reader.ask('models.history', null),
      uses: () => reader.ask('models.uses', null),
      addRehearsal: (report) => writer.ask('models.addRehearsal', report),
      rehearsals: (query) => reader.ask('models.rehearsals', query),
    },
    alerts: {
      rules: () => reader.ask('alerts.rules', null),
      saveRule: (rule) => done(writer.ask('alerts.saveRule', rule)),
      removeRule: (id) => done(writer.ask('alerts.removeRule', id)),
      list: (query) => reader.ask('alerts.list', query),
      save: (alerts) => done(writer.ask('alerts.save', alerts)),
      prune: (step) => writer.ask('alerts.prune', step),
    },
    experiments: {
      list: () => reader.ask('experiments.list', null),
      save: (experiment) => done(writer.ask('experiments.save', experiment)),
      addStretch: (stretch) => done(writer.ask('experiments.addStretch', stretch)),
      answer: (given) => writer.ask('experiments.answer', given),
      prune: (step) => writer.ask('experiments.prune', step),
      stretches: (id) => reader.ask('experiments.stretches', id),
      pairs: (id) => reader.ask('experiments.pairs', id),
      minutes: (id) => reader.ask('experiments.minutes', id),
      crossings: (query) => reader.ask('experiments.crossings', query),
    },
    jobs: createJobStore(writer, reader),
    incidents: {
      list: (query) => reader.ask('incidents.list', query),
      save: (incidents) => done(writer.ask('incidents.save', incidents)),
      prune: (step) => writer.ask('incidents.prune', step),
    },
    drills: {
      list: (limit) => reader.ask('drills.list', limit),
      save: (report) => done(writer.ask('drills.save', report)),
      fill: (isFull) => done(writer.ask('drills.fill', isFull)),
    },
    metrics: {
      add: (minute) => done(writer.ask('metrics.add', minute)),
      list: (query) => reader.ask('metrics.list', query),
      sums: (query) => reader.ask('metrics.sums', query),
      serving: (query) => reader.ask('metrics.serving', query),
      modelTimes: (range) => reader.ask('metrics.modelTimes', range),
      prune: (step) => writer.ask('metrics.prune', step),
    },
    trust: {
      add: (hours) => done(writer.ask('trust.add', hours)),
      unmeasured: (query) => reader.ask('trust.unmeasured', query),
      prune: (step) => writer.ask('trust.prune', step),
    },
    masks: {
      list: (cameraId) => reader.ask('masks.list', cameraId ?? null),
      save: (mask) => done(writer.ask('masks.save', mask)),
      remove: (id) => writer.ask('masks.remove', id),
    },
    segments: {
      list: (query) => reader.ask('segments.list', query),
      use: () => reader.ask('segments.use', null),
      add: (segments) => done(writer.ask('segments.add', segments)),
      findEvents: (review) => done(writer.ask('segments.findEvents', review)),
      remove: (files) => done(writer.ask('segments.remove', files)),
    },
    channels: {
      list: () => reader.ask('channels.list', null),
      save: (channel) => done(writer.ask('channels.save', channel)),
      remove: (id) => done(writer.ask('channels.remove', id)),
    },
    notifications: {
      list: (query) => reader.ask('notifications.list', query),
      waiting: (channelId) => reader.ask('notifications.waiting', channelId),
      counts: () => reader.ask('notifications.counts', null),
      add: (rows) => done(writer.ask('notifications.add', rows)),
      recordTry: (outcome) => done(writer.ask('notifications.recordTry', outcome)),
      hasten: (channelId) => done(writer.ask('notifications.hasten', channelId)),
      prune: (step) => writer.ask('notifications.prune', step),
    },
    outbox: {
      ends: () => reader.ask('outbox.ends', null),
      page: async (kind, { after, limit }) =>
        // The operation answers rows of the kind it was asked for.
        (await reader.ask('outbox.page', { kind, after, limit })) as OutboxRows[typeof kind][],
    },
    archive: createArchiveStore(writer, reader),
    amounts: (query) => reader.ask('amounts', query),
    secrets: {
      list: () => reader.ask('secrets.list', null),
      replace: (changes) => writer.ask('secrets.replace', changes),
      scrub: (isWhole) => writer.ask('secrets.scrub', { isWhole }),
    },
    settings: {
      async get(key, schema) {
        const text = await reader.ask('settings.get', key);
        return text === null ? null : parseJson(schema, text, `setting "${key}"`);
      },
      set: (key, value) => done(writer.ask('settings.set', { key, value })),
      remove: (key) => done(writer.ask('settings.remove', key)),
    },
    accounts: {
      load: () => reader.ask('accounts.load', null),
      saveUser: (user) => done(writer.ask('accounts.saveUser', user)),
      removeUser: (id) => done(writer.ask('accounts.removeUser', id)),
      saveSession: (session) => done(writer.ask('accounts.saveSession', session)),
      removeSessions: (ids) => done(writer.ask('accounts.removeSessions', ids)),
      saveKey: (key) => done(writer.ask('accounts.saveKey', key)),
      removeKey: (id) => done(writer.ask('accounts.removeKey', id)),
    },
    audit: createAuditLog(folder, {
      append: (fact) => writer.ask('audit.append', fact),
      list: (query) => reader.ask('audit.list', query),
      verify: (head) => reader.ask('audit.verify', head),
    }),
    announce: (url) => done(writer.ask('announce', url)),
    listen: (topic, listener) => emitter.listen(topic, listener),
    async close() {
      clearInterval(alive);
      await queue.idle();
      await trajectoryQueue.idle();
      await reader.close();
      await writer.close();
    },
  };
}

/** What a listener must hear of; how full the spool is can be asked for. */
function standing(ledger: LedgerState): string {
  return ledger.state === 'writable' ? 'writable' : ledger.reason.code;
}

/** A reader that cannot start leaves no writer behind. */
async function startReader(
  options: StoreThreadOptions,
  writer: StoreThread<WriterOperations>,
): Promise<StoreThread<ReaderOperations>> {
  try {
    return await startStoreThread<ReaderOperations>(options);
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function done(change: Promise<null>): Promise<void> {
  await change;
}
