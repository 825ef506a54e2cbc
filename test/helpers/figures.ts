/**
 * Reports of workers that tests of figures begin with.
 */
import type { StepTimings } from '#contract/health.ts';
import type { CameraReport, WorkerReport } from '#engine/worker-protocol.ts';

const none = { p50Ms: 0, p95Ms: 0 };
const noTimings: StepTimings = {
  ...{ queue: none, preprocess: none, infer: none, postprocess: none, total: none },
};

export function aCameraReport(changes: Partial<CameraReport> = {}): CameraReport {
  return {
    ...{ cameraId: 'gate', capturedFps: 10, inferredFps: 10, gatedShare: 0, captured: 10 },
    ...{ inferred: 10, dropped: 0, late: 0, p95Ms: 0, timings: noTimings, modelDigest: 'a' },
    ...{ failures: 0, boxes: 0, looked: 10, trial: null, view: null },
    since: {
      ...{ captured: 0, passedOver: 0, dropped: 0, late: 0, failed: {}, versions: [] },
      picture: null,
    },
    ...changes,
  };
}

export function aWorkerReport(changes: Partial<WorkerReport> = {}): WorkerReport {
  return {
    ...{ atMs: 0, rssBytes: 100e6, cameras: [], inferred: 0, runs: 0, timings: noTimings },
    ...{ ffmpegPids: [], busyShare: 0, oldestRunMs: 0, cpuMs: 0, loopDelayMs: 0 },
    ...changes,
  };
}
