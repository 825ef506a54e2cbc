/**
 * What the writing thread does: one line per operation, each change in a transaction of its own.
 */
import type { Database } from 'better-sqlite3';
import {
  removeKey,
  removeSessions,
  removeUser,
  saveKey,
  saveSession,
  saveUser,
} from './accounts.ts';
import { addStretch, answerPair, pruneExperiments, saveExperiment } from './experiments.ts';
import { pruneAlerts, removeAlertRule, saveAlert, saveAlertRule } from './alerts.ts';
import { addArchivePart, removeArchived, restoreArchived, setArchiveState } from './archive.ts';
import { appendAudit } from './audit.ts';
import { addBlindCount, finishClip, saveVerdicts } from './blind-counts.ts';
import { addCamera, removeCamera, updateCamera } from './cameras.ts';
import { addCertificate } from './certificates.ts';
import { noteAlive } from './coverage.ts';
import { flows, saveFlow } from './flows.ts';
import type { FolderLock } from './folder-lock.ts';
import type { Ledger } from './ledger.ts';
import { removeLine, saveLine } from './lines.ts';
import { removeMask, saveMask } from './masks.ts';
import type { Handlers, WriterOperations } from './messages.ts';
import { addRun, beginRun, recordJob, removeJob, saveItem, saveJob, saveRun } from './jobs.ts';
import { pruneIncidents, saveIncidents } from './incidents.ts';
import { type DiskLimit, saveDrill } from './drills.ts';
import { addMetrics, pruneMetrics } from './metrics.ts';
import { assignAlias } from './model-history.ts';
import { addRehearsal } from './model-rehearsals.ts';
import { tagModel, untagModel } from './model-tags.ts';
import { addModel, removeModel } from './models.ts';
import {
  addNotifications,
  hasten,
  pruneNotifications,
  recordTry,
  removeChannel,
  saveChannel,
} from './notifications.ts';
import { replaceSecrets, scrub } from './secrets.ts';
import { addSegments, findSegmentEvents, removeSegments } from './segments.ts';
import { removeSetting, setSetting } from './settings.ts';
import { saveSiteChange } from './site-state.ts';
import { removeZone, zones } from './zones.ts';
import { insertBlock, pruneBlocks } from './trajectories.ts';
import { addTrustHours, pruneTrustHours } from './trust-hours.ts';

export interface WriterParts {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly lock: FolderLock;
  readonly limit: DiskLimit;
  /** Number of this run of the station */
  readonly run: number;
}

export function writerHandlers(parts: WriterParts): Handlers<WriterOperations> {
  const { database, ledger, lock, limit, run } = parts;

  function change<T>(work: () => T): T {
    return database.transaction(work).immediate();
  }

  function changeOnly(work: () => void): null {
    change(work);
    return null;
  }

  /**
   * What is lost in a power cut is made again or not missed: it is not worth a wait for the disk, which crossings are. The
   * order of the changes is kept in any case.
   */
  function changeLightly<T>(work: () => T): T {
    database.pragma('synchronous = NORMAL');
    try {
      return change(work);
    } finally {
      database.pragma('synchronous = FULL');
    }
  }

  return {
    'cameras.add': (settings, now) => changeOnly(() => addCamera(database, settings, now)),
    'cameras.update': (settings) => changeOnly(() => updateCamera(database, settings)),
    'cameras.remove': (id, now) => change(() => removeCamera(database, id, now)),
    'lines.save': (definition, now) => change(() => saveLine(database, definition, now)),
    'lines.remove': (id, now) => change(() => removeLine(database, id, now)),
    'zones.save': (definition, now) => change(() => zones.save(database, definition, now)),
    'zones.remove': (id, now) => change(() => removeZone(database, id, now)),
    'flows.save': (definition, now) => change(() => saveFlow(database, definition, now)),
    'flows.remove': (id, now) => change(() => flows.remove(database, id, now)),
    'site.change': (siteChange, now) => change(() => saveSiteChange(database, siteChange, now)),
    'crossings.record': (records, now) => ledger.record(records, now),
    'checkpoints.beginEpoch': (cameraId, now) => ledger.beginEpoch(cameraId, now),
    'checkpoints.load': (cameraId) => ledger.loadCheckpoint(cameraId),
    'coverage.openGap': (gap, now) => {
      ledger.openGap(gap, now);
      return null;
    },
    'trajectories.add': (blocks) =>
      changeLightly(() => {
        for (const block of blocks) insertBlock(database, block);
        return null;
      }),
    'trajectories.prune': (step) => changeLightly(() => pruneBlocks(database, step)),
    'models.add': (model) => change(() => addModel(database, model)),
    'models.remove': (digest, now) => change(() => removeModel(database, digest, now)),
    'models.assign': (to, now) => changeOnly(() => assignAlias(database, to, now)),
    'models.addRehearsal': (report, now) => change(() => addRehearsal(database, report, now)),
    'models.tag': (tag, now) => change(() => tagModel(database, tag, now)),
    'models.untag': (tag) => changeOnly(() => untagModel(database, tag)),
    'alerts.saveRule': (rule) => changeOnly(() => saveAlertRule(database, rule)),
    'alerts.removeRule': (id) => changeOnly(() => removeAlertRule(database, id)),
    'alerts.save': (alerts) =>
      changeOnly(() => {
        for (const alert of alerts) saveAlert(database, alert);
      }),
    'alerts.prune': (step) => changeLightly(() => pruneAlerts(database, step)),
    'experiments.save': (experiment) => changeOnly(() => saveExperiment(database, experiment)),
    'experiments.addStretch': (stretch) => changeOnly(() => addStretch(database, stretch)),
    'experiments.answer': (given) => change(() => answerPair(database, given)),
    'jobs.save': (job) => changeOnly(() => saveJob(database, job)),
    'jobs.remove': (id) => change(() => removeJob(database, id)),
    'jobs.addRun': (run) => change(() => addRun(database, run)),
    'jobs.saveRun': (run) => changeOnly(() => saveRun(database, run)),
    'jobs.beginRun': (begun) => change(() => beginRun(database, begun)),
    'jobs.saveItem': (item) => changeOnly(() => saveItem(database, item)),
    'jobs.record': (record) =>
      changeLightly(() => {
        recordJob(database, record);
        return null;
      }),
    'experiments.prune': (step) => changeLightly(() => pruneExperiments(database, step)),
    'incidents.save': (incidents) => changeOnly(() => saveIncidents(database, incidents)),
    'incidents.prune': (step) => changeLightly(() => pruneIncidents(database, step)),
    'drills.save': (report) => changeOnly(() => saveDrill(database, report)),
    'drills.fill': (isFull) => {
      limit.set(isFull);
      return null;
    },
    'metrics.add': (minute) =>
      changeLightly(() => {
        addMetrics(database, minute);
        return null;
      }),
    'metrics.prune': (step) => changeLightly(() => pruneMetrics(database, step)),
    'trust.add': (hours) =>
      changeLightly(() => {
        addTrustHours(database, hours);
        return null;
      }),
    'trust.prune': (step) => changeLightly(() => pruneTrustHours(database, step)),
    'masks.save': (mask, now) => changeOnly(() => saveMask(database, mask, now)),
    'masks.remove': (id) => change(() => removeMask(database, id)),
    'segments.add': (segments) => changeOnly(() => addSegments(database, segments)),
    'segments.findEvents': (review) => changeOnly(() => findSegmentEvents(database, review)),
    'segments.remove': (files) => changeOnly(() => removeSegments(database, files)),
    'blindCounts.add': (count) => change(() => addBlindCount(database, count)),
    'blindCounts.finishClip': (done) => changeOnly(() => finishClip(database, done)),
    'blindCounts.judge': (said) => changeOnly(() => saveVerdicts(database, said)),
    'certificates.add': (certificate) => change(() => addCertificate(database, certificate)),
    'channels.save': (channel, now) => changeOnly(() => saveChannel(database, channel, now)),
    'channels.remove': (id, now) => changeOnly(() => removeChannel(database, id, now)),
    'notifications.add': (rows) => changeOnly(() => addNotifications(database, rows)),
    'notifications.recordTry': (outcome) => changeOnly(() => recordTry(database, outcome)),
    'notifications.hasten': (id, now) => changeOnly(() => hasten(database, id, now)),
    'notifications.prune': (step) => changeLightly(() => pruneNotifications(database, step)),
    'secrets.replace': (changes) => {
      // What is replaced is overwritten in its page, not only forgotten.
      database.pragma('secure_delete = ON');
      try {
        return change(() => replaceSecrets(database, changes));
      } finally {
        database.pragma('secure_delete = OFF');
      }
    },
    'secrets.scrub': (wish) => scrub(database, wish),
    'settings.set': ({ key, value }, now) =>
      changeOnly(() => setSetting(database, { key, value, now })),
    'settings.remove': (key) => changeOnly(() => removeSetting(database, key)),
    'accounts.saveUser': (user) => changeOnly(() => saveUser(database, user)),
    'accounts.removeUser': (id) => changeOnly(() => removeUser(database, id)),
    'accounts.saveSession': (session) => changeOnly(() => saveSession(database, session)),
    'accounts.removeSessions': (ids) => changeOnly(() => removeSessions(database, ids)),
    'accounts.saveKey': (key) => changeOnly(() => saveKey(database, key)),
    'accounts.removeKey': (id) => changeOnly(() => removeKey(database, id)),
    'audit.append': (fact) => change(() => appendAudit(database, fact)),
    'archive.add': (part) => changeOnly(() => addArchivePart(database, part)),
    'archive.become': ({ part, state }) => changeOnly(() => setArchiveState(database, part, state)),
    'archive.remove': ({ part, limit: most }) => change(() => removeArchived(database, part, most)),
    'archive.restore': ({ part, rows }) => change(() => restoreArchived(database, part, rows)),
    announce: (url) => {
      lock.announce(url);
      return null;
    },
    alive: (_, now) => changeOnly(() => noteAlive(database, run, now)),
  };
}
