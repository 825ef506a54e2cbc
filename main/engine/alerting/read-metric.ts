/**
 * Reads the metric of a rule of what the station knows: one reading for each subject, with null where nobody can tell.
 */
import type { AlertMetric, AlertRule } from '#contract/alert.ts';
import type { Camera, ViewState } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { ErrorBody } from '#contract/error.ts';
import { type Said, say, sayWith } from '#contract/station-sentence.ts';
import type { Zone } from '#contract/zone.ts';
import type { Reading } from './alert-machine.ts';
import { findAnomaly } from './count-anomaly.ts';
import type { StationFigures } from './figures.ts';
import { tellHour } from './trust-words.ts';

type Found = Pick<Reading, 'value' | 'detail' | 'said'>;
type Reader = (rule: AlertRule, figures: StationFigures) => Reading[];

/** What was seen of a zone longer ago is no longer known, ms. */
const staleMs = 5_000;
const gb = 1e9;
const minuteMs = 60_000;
/** The central database may lack so much before it is late, ms. */
const centralLateMs = 15 * minuteMs;
const hourMs = 3_600_000;

/** Subjects that are not there any more, or are switched off, are not among the answers. */
export function readMetric(rule: AlertRule, figures: StationFigures): Reading[] {
  return readers[rule.metric](rule, figures);
}

const readers: Record<AlertMetric, Reader> = {
  latency: ofCameras(({ capture, figures: { p95Ms, inferredFps } }) =>
    capture.state !== 'live' || inferredFps === 0
      ? unknown(say('nothingAnalysed'))
      : found(p95Ms, say('frameTakes', { ms: rounded(p95Ms) })),
  ),
  throughput: ofCameras(({ capture, figures: { capturedFps, inferredFps, gatedShare } }) => {
    if (capture.state !== 'live' || capturedFps === 0) return unknown(say('noFramesNow'));
    const processed = Math.min(1, inferredFps / capturedFps + gatedShare) * 100;
    const values = { percent: rounded(processed), fps: rounded(capturedFps) };
    return found(processed, say('processedOf', values));
  }),
  cpu: ofStation(({ cpu }) =>
    cpu === null
      ? unknown(say('notMeasured'))
      : found(cpu * 100, say('processorBusy', { percent: rounded(cpu * 100) })),
  ),
  memory: ofStation(({ memory }) =>
    memory === null
      ? unknown(say('notMeasured'))
      : found(memory * 100, say('memoryUsed', { percent: rounded(memory * 100) })),
  ),
  errors: ofStation(({ errors }) => {
    const codes = [...Map.groupBy(errors, (code) => code)]
      .map(([code, those]) => `${code} × ${String(those.length)}`)
      .join(', ');
    if (errors.length === 0) return found(0, say('noErrors'));
    return found(errors.length, say('errorsSeen', { errors: errors.length, codes }));
  }),
  accuracy: ofLines((line, { certificates }) => {
    const newest = certificates.find(({ lineId }) => lineId === line.id);
    if (newest === undefined) return unknown(say('nobodyCounted'));
    if (newest.changes.length > 0) return unknown(say('certificateOld'));
    const { recall, precision } = newest.both;
    if (recall === null || precision === null) return unknown(say('certificateEmpty'));
    const percent = Math.min(recall.value, precision.value) * 100;
    const values = {
      line: line.name,
      recall: rounded(recall.value * 100),
      precision: rounded(precision.value * 100),
    };
    return found(percent, say('certificateFinds', values));
  }),
  'camera-offline': ofCameras(({ capture, name }) => {
    const isOffline = ['connecting', 'waiting', 'stalled'].includes(capture.state);
    if (!isOffline) return state(false, say('picturesCome', { camera: name }));
    if (capture.state !== 'waiting') return state(true, say('noPictures', { camera: name }));
    const { attempt, reason } = capture;
    return state(true, sayWith(say('noPicturesTrying', { camera: name, attempt }), reason));
  }),
  'camera-frozen': ofCameras(({ capture, name }) =>
    capture.state === 'live' || capture.state === 'frozen'
      ? state(capture.state === 'frozen', say('pictureStill', { camera: name }))
      : unknown(say('noPicturesNow')),
  ),
  'camera-view': ofCameras(({ capture, figures: { view }, name }) => {
    if (capture.state !== 'live') return unknown(say('noPicturesNow'));
    if (view === null) return unknown(say('viewLearned'));
    return state(view.state !== 'clear', say(viewSentences[view.state], { camera: name }));
  }),
  'count-anomaly': ofLines((line, { hours }, rule) => {
    const hour = hours.get(line.id);
    if (hour === undefined) return unknown(say('notLookedAt'));
    const anomaly = findAnomaly(hour, rule.limit);
    if (!anomaly.isKnown) return unknown(anomaly.reason);
    const { sigma, low, high, weeks } = anomaly;
    const values = { crossings: hour.now.count, line: line.name, low, high, weeks };
    return found(sigma, say('unusualCount', values));
  }),
  occupancy: (rule, figures) =>
    rule.scope === 'station'
      ? ofStation(({ onSite }) =>
          onSite === null
            ? unknown(say('noDoors'))
            : found(onSite, say('onSite', { people: onSite })),
        )(rule, figures)
      : ofZones((zone, { occupancies, at }) => {
          const seen = occupancies.find(({ cameraId }) => cameraId === zone.cameraId);
          const inside = seen?.zones.find(({ zoneId }) => zoneId === zone.id);
          if (seen === undefined || inside === undefined || at - seen.at > staleMs) {
            return unknown(say('zoneUnseen'));
          }
          return found(inside.count, say('insideZone', { people: inside.count, zone: zone.name }));
        })(rule, figures),
  loitering: ofZones((zone, { loiterings }) => {
    if (zone.loiterSeconds === null) return unknown(say('noStayLimit'));
    const count = loiterings.filter(({ zoneId }) => zoneId === zone.id).length;
    const seconds = rounded(zone.loiterSeconds);
    return found(count, say('stayedLong', { people: count, zone: zone.name, seconds }));
  }),
  'line-trust': ofLines((line, { verdicts }) => {
    const verdict = verdicts.get(line.id);
    if (verdict === undefined || verdict === 'unknown') return unknown(say('tooLittlePassed'));
    return state(verdict === 'not-countable', say('notCountable', { line: line.name }));
  }),
  'count-trust': ofLines((line, { judged, at }) => {
    const hour = judged.get(line.id);
    if (hour === undefined || at - hour.to > 2 * hourMs) return unknown(say('noHourJudged'));
    if (hour.verdict === 'unknown') return unknown(say('hourUnknown'));
    const told = tellHour(line.name, hour);
    return told === null
      ? state(false, say('countsReliable', { line: line.name }))
      : state(true, told);
  }),
  disk: ofStation(({ disk }) => {
    if (disk === null) return unknown(say('diskUnasked'));
    const percent = (disk.freeBytes / (disk.reserveGb * gb)) * 100;
    const values = { free: rounded(disk.freeBytes / gb), reserve: rounded(disk.reserveGb) };
    return found(percent, say('diskFree', values));
  }),
  database: ofStation(({ ledgerTrouble }) =>
    ledgerTrouble === null
      ? state(false, say('ledgerWritten'))
      : state(true, sayWith(say('ledgerStopped'), ledgerTrouble)),
  ),
  'central-behind': ofStation(({ centralBehindMs }) => {
    if (centralBehindMs === null) return unknown(say('noCentralSet'));
    const minutes = Math.floor(centralBehindMs / minuteMs);
    return state(centralBehindMs > centralLateMs, say('centralBehind', { minutes }));
  }),
  'model-rolled-back': (_rule, { rolledBack, cameras }) => {
    const subjects: Reading[] = [null, ...cameras.map(({ id }) => id)].map((cameraId) => {
      const name = cameras.find(({ id }) => id === cameraId)?.name ?? null;
      const subject = cameraId === null ? { ...station } : ofCamera(cameraId, name ?? cameraId);
      const back = rolledBack?.find((one) => one.cameraId === cameraId);
      const told = say('modelTakenBack', { reason: back?.reason ?? '' });
      const read = rolledBack === null ? unknown(say('notRead')) : state(back !== undefined, told);
      return { ...subject, ...read };
    });
    return subjects;
  },
  'stand-in': ofCameras(({ counting }) => {
    if (counting === null) return unknown(say('workerSilent'));
    const { model, standsInFor, reason } = counting;
    const told = say('standInCounts', { model: model ?? '', failing: standsInFor ?? '' });
    return state(standsInFor !== null && model !== null, withReason(told, reason));
  }),
  'no-model': ofCameras(({ id, counting, name }, { withModel }) => {
    if (!withModel.has(id)) return state(true, say('noModelChosen', { camera: name }));
    if (counting === null) return unknown(say('workerSilent'));
    const { model, reason } = counting;
    return state(model === null, withReason(say('noModelCan', { camera: name }), reason));
  }),
};

const station = { subject: 'station', subjectName: null, cameraId: null } as const;

const viewSentences = {
  clear: 'viewClear',
  moved: 'viewMoved',
  covered: 'viewCovered',
  dark: 'viewDark',
} as const satisfies Readonly<Record<ViewState, string>>;

function found(value: number, said: Said): Found {
  return { value, ...said };
}

function unknown(said: Said): Found {
  return { value: null, ...said };
}

function state(isSo: boolean, said: Said): Found {
  return { value: isSo ? 1 : 0, ...said };
}

function withReason(said: Said, reason: ErrorBody | null): Said {
  return reason === null ? said : sayWith(said, reason);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function ofCamera(cameraId: string, name: string) {
  return { subject: cameraId, subjectName: name, cameraId };
}

function ofStation(read: (figures: StationFigures) => Found): Reader {
  return (_rule, figures) => [{ ...station, ...read(figures) }];
}

/** Cameras that are switched off, or have come to the end of their clip, are no subjects. */
function watched(rule: AlertRule, { cameras }: StationFigures): Camera[] {
  return cameras.filter(
    ({ id, capture }) =>
      capture.state !== 'disabled' &&
      capture.state !== 'ended' &&
      (rule.scope !== 'camera' || rule.cameraId === id),
  );
}

function ofCameras(read: (camera: Camera, figures: StationFigures) => Found): Reader {
  return (rule, figures) =>
    watched(rule, figures).map((camera) => ({
      ...ofCamera(camera.id, camera.name),
      ...read(camera, figures),
    }));
}

function ofLines(read: (line: Line, figures: StationFigures, rule: AlertRule) => Found): Reader {
  return (rule, figures) => {
    const ids = new Set(watched(rule, figures).map(({ id }) => id));
    return figures.lines
      .filter(({ cameraId }) => ids.has(cameraId))
      .map((line) => ({
        ...{ subject: `line:${line.id}`, subjectName: line.name, cameraId: line.cameraId },
        ...read(line, figures, rule),
      }));
  };
}

function ofZones(read: (zone: Zone, figures: StationFigures) => Found): Reader {
  return (rule, figures) => {
    const ids = new Set(watched(rule, figures).map(({ id }) => id));
    return figures.zones
      .filter(
        ({ id, cameraId }) => ids.has(cameraId) && (rule.scope !== 'zone' || rule.zoneId === id),
      )
      .map((zone) => ({
        ...{ subject: `zone:${zone.id}`, subjectName: zone.name, cameraId: zone.cameraId },
        ...read(zone, figures),
      }));
  };
}
