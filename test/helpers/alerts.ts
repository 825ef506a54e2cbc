/**
 * Rules, cameras and figures that tests of alerts begin with.
 */
import type { AlertRule } from '#contract/alert.ts';
import type { Camera } from '#contract/camera.ts';
import type { StationFigures } from '#engine/alerting/figures.ts';
import type { Moment } from '#engine/alerting/alert-machine.ts';
import { presetRules } from '#engine/alerting/presets.ts';
import { aCamera, start } from './store-records.ts';

export function aRule(changes: Partial<AlertRule> = {}): AlertRule {
  const preset = presetRules.find(({ metric }) => metric === (changes.metric ?? 'cpu'))!;
  return { ...preset, ...changes };
}

export function watchedCamera(changes: Partial<Camera> = {}): Camera {
  return {
    ...aCamera(),
    capture: { state: 'live', since: start },
    figures: {
      ...{
        capturedFps: 10,
        inferredFps: 10,
        gatedShare: 0,
        dropped: 0,
        late: 0,
        p95Ms: 40,
        view: null,
      },
    },
    counting: {
      ...{ model: 'nano@1.0.0', standsInFor: null, breaker: 'closed' },
      ...{ since: start, reason: null, retryAt: null },
    },
    picture: null,
    workerId: 'w1',
    ...changes,
  };
}

/** A station on which all is well. */
export function wellFigures(changes: Partial<StationFigures> = {}): StationFigures {
  return {
    at: start,
    cameras: [watchedCamera()],
    ...{ lines: [], zones: [], occupancies: [], loiterings: [], errors: [], certificates: [] },
    withModel: new Set(['gate']),
    onSite: null,
    ...{ cpu: 0.3, memory: 0.5 },
    hours: new Map(),
    verdicts: new Map(),
    judged: new Map(),
    disk: { freeBytes: 50e9, reserveGb: 5 },
    ledgerTrouble: null,
    centralBehindMs: null,
    rolledBack: [],
    ...changes,
  };
}

/** So many seconds after the start, on both clocks. */
export function after(seconds: number): Moment {
  return { at: start + seconds * 1000, monotonicMs: seconds * 1000 };
}
