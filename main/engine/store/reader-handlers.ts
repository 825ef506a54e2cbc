/**
 * What the reading thread does: one line per operation.
 */
import type { Database } from 'better-sqlite3';
import { listArchiveParts, nextArchiveDay, readArchiveRows } from './archive.ts';
import { loadAccounts } from './accounts.ts';
import { countModelCrossings } from './model-crossings.ts';
import {
  listCountedFiles,
  listItems,
  listJobCrossings,
  listJobs,
  listRuns,
  readCheckpoint,
  tallyRun,
} from './jobs.ts';
import { listExperiments, listMinutes, listPairs, listStretches } from './experiments.ts';
import { listAlertRules, listAlerts } from './alerts.ts';
import { measureAmount } from './amounts.ts';
import { listAudit, verifyAudit } from './audit.ts';
import { getBlindCount, listBlindCounts } from './blind-counts.ts';
import { getCamera, listCameras } from './cameras.ts';
import { getCertificate, listCertificates } from './certificates.ts';
import { queryCoverage } from './coverage.ts';
import { listFlowPassages, queryFlowTallies } from './flow-passages.ts';
import { flows } from './flows.ts';
import { getCrossing, listCrossings } from './crossings.ts';
import { getLine, listLines, listRevisions } from './lines.ts';
import { listMasks } from './masks.ts';
import type { Handlers, ReaderOperations } from './messages.ts';
import { listIncidents } from './incidents.ts';
import { listDrills } from './drills.ts';
import { sumMetrics } from './metric-sums.ts';
import { listMetrics, listModelTimes, listServing } from './metrics.ts';
import { listActivations, listHistory } from './model-history.ts';
import { listBoundaries } from './model-boundaries.ts';
import { listRehearsals } from './model-rehearsals.ts';
import { listUses } from './model-uses.ts';
import { getChampion, getModel, listModels } from './models.ts';
import {
  countWaiting,
  listChannels,
  listNotifications,
  waitingNotifications,
} from './notifications.ts';
import { outboxEnds, readOutbox } from './outbox.ts';
import { queryReportCounts } from './report-counts.ts';
import { readRows } from './report-rows.ts';
import { listSecrets } from './secrets.ts';
import { listSegments, segmentUse } from './segments.ts';
import { listSetups } from './setups.ts';
import { getSetting } from './settings.ts';
import {
  listCorrections,
  listDoorCrossings,
  loadSiteState,
  newestCrossingId,
} from './site-state.ts';
import { queryTallies } from './tallies.ts';
import { listUnmeasured } from './trust-hours.ts';
import { listZoneEvents } from './zone-events.ts';
import { queryZoneStays } from './zone-stays.ts';
import { zones } from './zones.ts';

export function readerHandlers(database: Database): Handlers<ReaderOperations> {
  return {
    'cameras.list': () => listCameras(database),
    'cameras.get': (id) => getCamera(database, id),
    'lines.list': (cameraId) => listLines(database, cameraId),
    'lines.get': (id) => getLine(database, id),
    'lines.revisions': (id) => listRevisions(database, id),
    'zones.list': (cameraId) => zones.list(database, cameraId),
    'zones.revisions': (id) => zones.revisions(database, id),
    'zones.events': (query) => listZoneEvents(database, query),
    'flows.list': (cameraId) => flows.list(database, cameraId),
    'flows.revisions': (id) => flows.revisions(database, id),
    'flows.passages': (query) => listFlowPassages(database, query),
    'flows.tallies': (query) => queryFlowTallies(database, query),
    'site.state': () => loadSiteState(database),
    'site.newestCrossingId': () => newestCrossingId(database),
    'site.doorCrossings': (query) => listDoorCrossings(database, query),
    'site.corrections': (query) => listCorrections(database, query),
    'crossings.list': (query) => listCrossings(database, query),
    'crossings.get': (id) => getCrossing(database, id),
    'coverage.query': (query, now) => queryCoverage(database, query, now),
    'tallies.query': (query) => queryTallies(database, query),
    'reports.counts': (query, now) =>
      // One transaction: all figures of a report are of the same moment.
      database.transaction(() => queryReportCounts(database, query, now))(),
    'reports.rows': (query) => readRows(database, query),
    'reports.stays': (query) => queryZoneStays(database, query),
    'tallies.boundaries': (query) => listBoundaries(database, query),
    'setups.list': (query) => listSetups(database, query),
    'certificates.list': (query) => listCertificates(database, query),
    'certificates.get': (id) => getCertificate(database, id),
    'blindCounts.list': (query) => listBlindCounts(database, query),
    'blindCounts.get': (id) => getBlindCount(database, id),
    'models.list': () => listModels(database),
    'models.get': (digest) => getModel(database, digest),
    'models.champion': () => getChampion(database),
    'models.activations': () => listActivations(database),
    'models.history': () => listHistory(database),
    'models.rehearsals': (query) => listRehearsals(database, query),
    'models.uses': () => listUses(database),
    'alerts.rules': () => listAlertRules(database),
    'alerts.list': (query) => listAlerts(database, query),
    'experiments.list': () => listExperiments(database),
    'experiments.stretches': (id) => listStretches(database, id),
    'experiments.pairs': (id) => listPairs(database, id),
    'experiments.minutes': (id) => listMinutes(database, id),
    'experiments.crossings': (query) => countModelCrossings(database, query),
    'jobs.list': () => listJobs(database),
    'jobs.runs': (jobId) => listRuns(database, jobId),
    'jobs.items': (runId) => listItems(database, runId),
    'jobs.checkpoint': (item) => readCheckpoint(database, item),
    'jobs.crossings': (query) => listJobCrossings(database, query),
    'jobs.tallies': (runId) => tallyRun(database, runId),
    'jobs.countedFiles': (jobId) => listCountedFiles(database, jobId),
    'incidents.list': (query) => listIncidents(database, query),
    'drills.list': (limit) => listDrills(database, limit),
    'metrics.list': (query) => listMetrics(database, query),
    'metrics.sums': (query) => sumMetrics(database, query),
    'metrics.serving': (query) => listServing(database, query),
    'metrics.modelTimes': (range) => listModelTimes(database, range),
    'trust.unmeasured': (query) => listUnmeasured(database, query),
    'masks.list': (cameraId) => listMasks(database, cameraId),
    'segments.list': (query) => listSegments(database, query),
    'segments.use': () => segmentUse(database),
    'channels.list': () => listChannels(database),
    'notifications.list': (query) => listNotifications(database, query),
    'notifications.waiting': (id) => waitingNotifications(database, id),
    'notifications.counts': () => countWaiting(database),
    'outbox.ends': () => outboxEnds(database),
    'outbox.page': (query) => readOutbox(database, query),
    'archive.parts': () => listArchiveParts(database),
    'archive.nextDay': (query) => nextArchiveDay(database, query),
    'archive.rows': (query) => readArchiveRows(database, query),
    amounts: (query) => measureAmount(database, query),
    'secrets.list': () => listSecrets(database),
    'settings.get': (key) => getSetting(database, key),
    'accounts.load': () => loadAccounts(database),
    'audit.list': (query) => listAudit(database, query),
    'audit.verify': (head) => verifyAudit(database, head),
  };
}
