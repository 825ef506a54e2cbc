/**
 * Adds up what workers report and the station sees into the figures of one minute: values in, rows out.
 */
import type { CameraId } from '#contract/camera.ts';
import type { MetricSubject } from '#contract/metrics.ts';
import {
  addSteps,
  isEmpty,
  type MetricFacts,
  noFacts,
  noteAverage,
  noteError,
  noteHighest,
  tally,
  toStored,
} from './base/metric-facts.ts';
import type { ProcessUse } from './base/process-meter.ts';
import type { LaneSince } from './lane-figures.ts';
import { type MetricRow, minuteMs, type ModelTime } from './store/metrics.ts';
import type { WorkerReport } from './worker-protocol.ts';

const dayMs = 86_400_000;
export const stationId = 'station';

/** A camera over the time since the look before. */
export interface CameraLook {
  readonly id: CameraId;
  /** Frames per second that its settings ask for; 0 while it is switched off or has come to its end */
  readonly demandedFps: number;
  /** Digest of the model that should count on it; null when none is chosen */
  readonly wanted: string | null;
  /** Whether pictures come */
  readonly isLive: boolean;
  /** Whether that model counts on it */
  readonly isServed: boolean;
}

export interface StationLook {
  /** How long ago the look before was, ms */
  readonly sinceMs: number;
  readonly cameras: readonly CameraLook[];
  readonly use: ProcessUse;
  readonly rssBytes: number;
  /** Shares of this PC, 0…1 */
  readonly machine: { readonly cpu: number | null; readonly memory: number | null };
}

export interface MinuteRows {
  readonly rows: MetricRow[];
  readonly times: ModelTime[];
}

export interface MetricBook {
  report(workerId: string, report: WorkerReport): void;
  look(look: StationLook): void;
  crossing(cameraId: CameraId): void;
  /** Something went wrong, on a camera or in the station. */
  error(code: string, cameraId: CameraId | null): void;
  /** What is known so far, as the minute that begins then, Unix time in ms. */
  rows(at: number): MinuteRows;
  /** Begins anew. */
  clear(): void;
}

export function createMetricBook(): MetricBook {
  const subjects = new Map<string, { kind: MetricSubject; subject: string; facts: MetricFacts }>();
  const times = new Map<string, { wantedMs: number; servedMs: number }>();

  function factsOf(kind: MetricSubject, subject: string): MetricFacts {
    const key = `${kind} ${subject}`;
    const known = subjects.get(key) ?? { kind, subject, facts: noFacts() };
    subjects.set(key, known);
    return known.facts;
  }

  function addLane(workerId: string, cameraId: CameraId, since: LaneSince): void {
    const camera = factsOf('camera', cameraId);
    tally(camera, 'captured', since.captured);
    tally(camera, 'dropped', since.dropped);
    tally(camera, 'late', since.late);
    tally(camera, 'processed', since.passedOver);
    for (const [code, count] of Object.entries(since.failed)) {
      tally(camera, 'failed', count);
      noteError(camera, code, count);
    }
    if (since.picture !== null) {
      noteAverage(camera, 'brightness', since.picture.brightness);
      noteAverage(camera, 'sharpness', since.picture.sharpness);
      if (since.picture.shakePx !== null) noteAverage(camera, 'shakePx', since.picture.shakePx);
    }
    for (const { digest, frames, detections, scoreSum, steps } of since.versions) {
      const all = [
        camera,
        factsOf('model', digest),
        factsOf('instance', `${workerId}/${digest}`),
        factsOf('worker', workerId),
        factsOf('station', stationId),
      ];
      for (const facts of all) {
        tally(facts, 'processed', frames);
        tally(facts, 'detections', detections);
        tally(facts, 'scoreSum', scoreSum);
        addSteps(facts, steps);
      }
    }
  }

  function addTimes({ cameras, sinceMs }: StationLook): void {
    for (const { wanted, isLive, isServed } of cameras) {
      if (wanted === null || !isLive) continue;
      const { wantedMs, servedMs } = times.get(wanted) ?? { wantedMs: 0, servedMs: 0 };
      times.set(wanted, {
        wantedMs: wantedMs + sinceMs,
        servedMs: servedMs + (isServed ? sinceMs : 0),
      });
    }
  }

  return {
    report(workerId, { cameras, rssBytes, cpuMs, loopDelayMs }) {
      const worker = factsOf('worker', workerId);
      noteHighest(worker, 'rssBytes', rssBytes);
      noteHighest(worker, 'loopDelay', loopDelayMs);
      tally(worker, 'cpuMs', cpuMs);
      for (const { cameraId, since } of cameras) addLane(workerId, cameraId, since);
    },
    look(look) {
      const { sinceMs, use, rssBytes, machine } = look;
      for (const { id, demandedFps } of look.cameras) {
        const demanded = (demandedFps * sinceMs) / 1000;
        if (demanded === 0) continue;
        tally(factsOf('camera', id), 'demanded', demanded);
        tally(factsOf('station', stationId), 'demanded', demanded);
      }
      addTimes(look);
      const station = factsOf('station', stationId);
      noteHighest(station, 'rssBytes', rssBytes);
      noteHighest(station, 'loopDelay', use.loopDelayMs);
      tally(station, 'cpuMs', use.cpuMs);
      if (machine.cpu !== null) noteAverage(station, 'machineCpu', machine.cpu);
      if (machine.memory !== null) noteAverage(station, 'machineMemory', machine.memory);
      for (const { facts } of subjects.values()) tally(facts, 'coveredMs', sinceMs);
    },
    crossing(cameraId) {
      tally(factsOf('camera', cameraId), 'crossings', 1);
      tally(factsOf('station', stationId), 'crossings', 1);
    },
    error(code, cameraId) {
      noteError(
        cameraId === null ? factsOf('station', stationId) : factsOf('camera', cameraId),
        code,
      );
    },
    rows(at) {
      const start = Math.floor(at / minuteMs) * minuteMs;
      return {
        rows: [...subjects.values()]
          .filter(({ facts }) => !isEmpty(facts))
          .map(({ kind, subject, facts }) => ({
            kind,
            subject,
            at: start,
            facts: toStored(facts),
          })),
        times: [...times].map(([digest, { wantedMs, servedMs }]) => ({
          digest,
          dayMs: Math.floor(at / dayMs) * dayMs,
          wantedMs: Math.round(wantedMs),
          servedMs: Math.min(Math.round(wantedMs), Math.round(servedMs)),
        })),
      };
    },
    clear() {
      subjects.clear();
      times.clear();
    },
  };
}
