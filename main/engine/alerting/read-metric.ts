/**
 * Reads the metric of a rule of what the station knows: one reading for each subject, with null where nobody can tell.
 */
import type { AlertMetric, AlertRule } from '#contract/alert.ts';
import type { Camera, ViewState } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { Zone } from '#contract/zone.ts';
import type { Reading } from './alert-machine.ts';
import { findAnomaly } from './count-anomaly.ts';
import type { StationFigures } from './figures.ts';
import { tellHour } from './trust-words.ts';

type Found = Pick<Reading, 'value' | 'detail'>;
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
      ? unknown('no frame was analysed in the last seconds')
      : found(p95Ms, `A frame takes ${number(p95Ms)} ms from its arrival to its detections.`),
  ),
  throughput: ofCameras(({ capture, figures: { capturedFps, inferredFps, gatedShare } }) => {
    if (capture.state !== 'live' || capturedFps === 0) return unknown('no frames come');
    const processed = Math.min(1, inferredFps / capturedFps + gatedShare) * 100;
    const detail = `${number(processed)} % of ${number(capturedFps)} frames per second are processed.`;
    return found(processed, detail);
  }),
  cpu: ofStation(({ cpu }) =>
    cpu === null
      ? unknown('not measured yet')
      : found(cpu * 100, `The processor of this PC is busy to ${number(cpu * 100)} %.`),
  ),
  memory: ofStation(({ memory }) =>
    memory === null
      ? unknown('not measured yet')
      : found(memory * 100, `The memory of this PC is used to ${number(memory * 100)} %.`),
  ),
  errors: ofStation(({ errors }) => {
    const codes = [...Map.groupBy(errors, (code) => code)]
      .map(([code, those]) => `${code} × ${String(those.length)}`)
      .join(', ');
    return found(
      errors.length,
      `${String(errors.length)} errors in five minutes${codes === '' ? '' : `: ${codes}`}.`,
    );
  }),
  accuracy: ofLines((line, { certificates }) => {
    const newest = certificates.find(({ lineId }) => lineId === line.id);
    if (newest === undefined) return unknown('nobody has counted clips of this line blind');
    if (newest.changes.length > 0) return unknown('its certificate is out of date');
    const { recall, precision } = newest.both;
    if (recall === null || precision === null) return unknown('its certificate saw no crossing');
    const percent = Math.min(recall.value, precision.value) * 100;
    const detail = `The certificate of "${line.name}" finds ${number(recall.value * 100)} % of the crossings, and ${number(precision.value * 100)} % of what it counts is right.`;
    return found(percent, detail);
  }),
  'camera-offline': ofCameras(({ capture, name }) => {
    const isOffline = ['connecting', 'waiting', 'stalled'].includes(capture.state);
    if (!isOffline) return state(false, `Pictures of ${name} come.`);
    const why =
      capture.state === 'waiting'
        ? ` ${capture.reason.message} The station tries again by itself (attempt ${String(capture.attempt)}).`
        : '';
    return state(true, `No pictures come from ${name}.${why}`);
  }),
  'camera-frozen': ofCameras(({ capture, name }) =>
    capture.state === 'live' || capture.state === 'frozen'
      ? state(capture.state === 'frozen', `The picture of ${name} does not change.`)
      : unknown('no pictures come'),
  ),
  'camera-view': ofCameras(({ capture, figures: { view }, name }) => {
    if (capture.state !== 'live') return unknown('no pictures come');
    if (view === null) return unknown('the view is being learned');
    return state(view.state !== 'clear', viewDetails[view.state](name));
  }),
  'count-anomaly': ofLines((line, { hours }, rule) => {
    const hour = hours.get(line.id);
    if (hour === undefined) return unknown('not looked at yet');
    const anomaly = findAnomaly(hour, rule.limit);
    if (!anomaly.isKnown) return unknown(anomaly.reason);
    const { sigma, low, high, weeks } = anomaly;
    const detail = `${String(hour.now.count)} crossed "${line.name}" in the last hour, where ${String(low)} to ${String(high)} are usual at this time of the week (${String(weeks)} weeks).`;
    return found(sigma, detail);
  }),
  occupancy: (rule, figures) =>
    rule.scope === 'station'
      ? ofStation(({ onSite }) =>
          onSite === null
            ? unknown('the site has no doors')
            : found(onSite, `${String(onSite)} are on the site.`),
        )(rule, figures)
      : ofZones((zone, { occupancies, at }) => {
          const seen = occupancies.find(({ cameraId }) => cameraId === zone.cameraId);
          const inside = seen?.zones.find(({ zoneId }) => zoneId === zone.id);
          if (seen === undefined || inside === undefined || at - seen.at > staleMs) {
            return unknown('the camera of this zone shows nothing now');
          }
          return found(inside.count, `${String(inside.count)} are inside "${zone.name}".`);
        })(rule, figures),
  loitering: ofZones((zone, { loiterings }) => {
    if (zone.loiterSeconds === null) return unknown('the zone has no limit for stays');
    const count = loiterings.filter(({ zoneId }) => zoneId === zone.id).length;
    const detail = `${String(count)} stayed in "${zone.name}" for longer than ${number(zone.loiterSeconds)} s.`;
    return found(count, detail);
  }),
  'line-trust': ofLines((line, { verdicts }) => {
    const verdict = verdicts.get(line.id);
    if (verdict === undefined || verdict === 'unknown') return unknown('too little has passed it');
    const detail = `The line "${line.name}" cannot be counted where it lies.`;
    return state(verdict === 'not-countable', detail);
  }),
  'count-trust': ofLines((line, { judged, at }) => {
    const hour = judged.get(line.id);
    if (hour === undefined || at - hour.to > 2 * hourMs) return unknown('no hour was judged yet');
    if (hour.verdict === 'unknown') return unknown('too little is known of its last hour');
    const detail = tellHour(line.name, hour);
    return detail === null
      ? state(false, `The counts of "${line.name}" are as reliable as usual.`)
      : state(true, detail);
  }),
  disk: ofStation(({ disk }) => {
    if (disk === null) return unknown('the disk could not be asked');
    const percent = (disk.freeBytes / (disk.reserveGb * gb)) * 100;
    const detail = `${number(disk.freeBytes / gb)} GB are free, where ${number(disk.reserveGb)} GB are the reserve.`;
    return found(percent, detail);
  }),
  database: ofStation(({ ledgerTrouble }) =>
    state(ledgerTrouble !== null, ledgerTrouble?.message ?? 'The ledger is written.'),
  ),
  'central-behind': ofStation(({ centralBehindMs }) => {
    if (centralBehindMs === null) return unknown('no central database is set');
    const minutes = String(Math.floor(centralBehindMs / minuteMs));
    const detail = `The central database lacks what was counted in the last ${minutes} minutes. Nothing is lost: see Health for why, it is brought as soon as it can be.`;
    return state(centralBehindMs > centralLateMs, detail);
  }),
  'model-rolled-back': (_rule, { rolledBack, cameras }) => {
    const subjects: Reading[] = [null, ...cameras.map(({ id }) => id)].map((cameraId) => {
      const name = cameras.find(({ id }) => id === cameraId)?.name ?? null;
      const subject = cameraId === null ? { ...station } : ofCamera(cameraId, name ?? cameraId);
      const back = rolledBack?.find((one) => one.cameraId === cameraId);
      const detail = `A model was taken back: ${back?.reason ?? ''}`;
      const read =
        rolledBack === null ? unknown('not read yet') : state(back !== undefined, detail);
      return { ...subject, ...read };
    });
    return subjects;
  },
  'stand-in': ofCameras(({ counting }) => {
    if (counting === null) return unknown('its worker has not said yet');
    const isStandIn = counting.standsInFor !== null && counting.model !== null;
    const why = counting.reason?.message ?? '';
    const detail = `${counting.model ?? ''} counts, because ${counting.standsInFor ?? ''} fails: ${why}`;
    return state(isStandIn, detail);
  }),
  'no-model': ofCameras(({ id, counting, name }, { withModel }) => {
    if (!withModel.has(id)) return state(true, `No model is chosen that counts on ${name}.`);
    if (counting === null) return unknown('its worker has not said yet');
    const why = counting.reason?.message ?? '';
    return state(counting.model === null, `No model can count on ${name}. ${why}`.trim());
  }),
};

const station = { subject: 'station', subjectName: null, cameraId: null } as const;

const viewDetails: Readonly<Record<ViewState, (name: string) => string>> = {
  clear: (name) => `${name} looks where it did.`,
  moved: (name) =>
    `${name} no longer looks where it did: its lines may lie at the wrong place. Turn it back, or draw its lines again.`,
  covered: (name) => `Hardly anything is seen on ${name}: it is covered, dirty or out of focus.`,
  dark: (name) => `${name} sees only the dark.`,
};

function found(value: number, detail: string): Found {
  return { value, detail };
}

function unknown(detail: string): Found {
  return { value: null, detail };
}

function state(isSo: boolean, detail: string): Found {
  return { value: isSo ? 1 : 0, detail };
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
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
