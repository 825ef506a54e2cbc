/**
 * What one camera did since it was last asked: frames by what became of them, and how each model version did on them.
 */
import type { Seen } from './base/seen.ts';
import { type FrameStep, frameSteps } from './base/metric-facts.ts';
import { addTime, createTimeHistogram, type TimeHistogram } from './base/time-histogram.ts';
import { meanLook, type PictureLook } from './capture/picture-look.ts';
import type { FrameSteps } from './timings.ts';

/** Frames that a version has looked at. */
export interface VersionSince {
  readonly digest: string;
  readonly frames: number;
  readonly detections: number;
  /** Sum of the scores of the detections */
  readonly scoreSum: number;
  readonly steps: Readonly<Record<FrameStep, TimeHistogram>>;
}

export interface LaneSince {
  readonly captured: number;
  /** Counted without a look of the network, because nothing moved */
  readonly passedOver: number;
  readonly dropped: number;
  readonly late: number;
  /** Frames on which nobody could answer, by the code of the error */
  readonly failed: Readonly<Record<string, number>>;
  readonly versions: readonly VersionSince[];
  /** What its picture was like on average; null when it was not looked at */
  readonly picture: PictureLook | null;
}

/** Totals since the camera came to the worker. */
export interface LaneTotals {
  readonly captured: number;
  readonly dropped: number;
  readonly late: number;
}

export interface LaneFigures {
  looked(digest: string, steps: FrameSteps, detections: readonly Seen[]): void;
  passedOver(): void;
  failed(code: string): void;
  /** The picture was looked at. */
  pictured(look: PictureLook): void;
  /** What came since the last time. */
  take(totals: LaneTotals): LaneSince;
}

export function createLaneFigures(): LaneFigures {
  let versions = new Map<string, { -readonly [K in keyof VersionSince]: VersionSince[K] }>();
  let told: LaneTotals = { captured: 0, dropped: 0, late: 0 };
  let passedOver = 0;
  let failed: Record<string, number> = {};
  let pictures: PictureLook[] = [];

  return {
    looked(digest, steps, detections) {
      const version = versions.get(digest) ?? {
        ...{ digest, frames: 0, detections: 0, scoreSum: 0, steps: noSteps() },
      };
      versions.set(digest, version);
      version.frames++;
      version.detections += detections.length;
      for (const { score } of detections) version.scoreSum += score;
      for (const step of frameSteps) addTime(version.steps[step], steps[`${step}Ms`]);
    },
    passedOver() {
      passedOver++;
    },
    failed(code) {
      failed[code] = (failed[code] ?? 0) + 1;
    },
    pictured(look) {
      pictures.push(look);
    },
    take(totals) {
      const since: LaneSince = {
        captured: totals.captured - told.captured,
        dropped: totals.dropped - told.dropped,
        late: totals.late - told.late,
        ...{ passedOver, failed, versions: [...versions.values()], picture: meanLook(pictures) },
      };
      told = totals;
      passedOver = 0;
      failed = {};
      pictures = [];
      versions = new Map();
      return since;
    },
  };
}

function noSteps(): Record<FrameStep, TimeHistogram> {
  const steps = frameSteps.map((step) => [step, createTimeHistogram()]);
  return Object.fromEntries(steps) as Record<FrameStep, TimeHistogram>;
}
