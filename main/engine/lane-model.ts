/**
 * Which model counts on one camera: the version, its trial beside the former one, who stands in while it fails, and what is
 * known of it since it took over.
 */
import type { CameraId } from '#contract/camera.ts';
import type { StepTimings } from '#contract/health.ts';
import type { Clock } from './base/clock.ts';
import type { FrameLayout } from './base/frame.ts';
import type { Seen } from './base/seen.ts';
import { isSure } from './box-agreement.ts';
import type { InferencePool } from './inference-pool.ts';
import type { FailoverModel } from './inference/inference-protocol.ts';
import { createLaneTrial, type LaneTrial, type TrialFigures } from './lane-trial.ts';
import type { Trial } from './model-plan.ts';
import { createTimings, type FrameSteps } from './timings.ts';
import type { WorkerCounting, WorkerModel } from './worker-protocol.ts';

export interface LaneModelFigures {
  readonly modelDigest: string | null;
  /** Frames it was asked about, of these those on which it failed, and its sure boxes */
  readonly looked: number;
  readonly failures: number;
  readonly boxes: number;
  readonly timings: StepTimings;
  readonly p95Ms: number;
  readonly trial: TrialFigures | null;
}

export interface LaneModel {
  /** What counts on the next frame; null until it is loaded */
  current(): WorkerModel | null;
  isCurrent(digest: string): boolean;
  /** What is known of a picture in which nothing moves is as this model saw it. */
  lastToLook(): WorkerModel | null;
  trial(): LaneTrial | null;
  /** Changes between two frames; true when it is another version than before. */
  use(model: WorkerModel | null, trial: Trial | null): boolean;
  /** Who counts while it fails, best first. */
  setFailover(line: readonly FailoverModel[]): void;
  /** The version in use was asked about a frame; `standIn` is the digest of the model that answered instead, if one did. */
  saw(
    detections: readonly Seen[],
    frame: { readonly pixels: Uint8Array; readonly layout: FrameLayout | null },
    standIn: string | null,
  ): void;
  /** The version in use was asked about a frame, and nobody answered. */
  failed(): void;
  took(steps: FrameSteps): void;
  /** Which version answers for the one that failed. */
  other(failedBy: string | null): WorkerModel | null;
  /** Says who counts, when that has changed. */
  tell(): void;
  figures(): LaneModelFigures;
}

export interface LaneModelOptions {
  readonly cameraId: CameraId;
  /** Where the copies of the camera's frames lie that the former model looks at */
  readonly copyId: string;
  readonly failover: readonly FailoverModel[];
  readonly pool: Pick<InferencePool, 'standing' | 'setLine' | 'setSlots'>;
  readonly clock: Clock;
  readonly onCounting: (counting: WorkerCounting) => void;
}

export function createLaneModel(options: LaneModelOptions): LaneModel {
  const { cameraId, copyId, pool, clock } = options;
  let { failover } = options;
  let model: WorkerModel | null = null;
  let trial: LaneTrial | null = null;
  let lastToLook: WorkerModel | null = null;
  let timings = createTimings();
  let looked = 0;
  let failures = 0;
  let boxes = 0;
  let told = '';

  /** A version on trial is judged by its own failures, whoever answered instead. */
  function noteFailure(): void {
    failures++;
    trial?.failed();
  }

  function tell(): void {
    if (!model) return;
    const { state, reason, retryInMs, usable } = pool.standing(model.digest);
    const standIn = failover.find(({ digest }) => usable.includes(digest));
    const facts: Omit<WorkerCounting, 'retryAt'> = {
      champion: model.digest,
      by: reason === null ? model.digest : (standIn?.digest ?? null),
      breaker: state,
      reason,
    };
    const key = JSON.stringify(facts);
    if (key === told) return;
    told = key;
    const retryAt = retryInMs === null ? null : Math.round(clock.now() + retryInMs);
    options.onCounting({ ...facts, retryAt });
  }

  function begin(next: Trial, digest: string): LaneTrial {
    return createLaneTrial({
      ...{ trial: next, digest, slotsId: copyId },
      setSlots: (slots) => pool.setSlots(slots),
      nowMs: () => clock.monotonicMs(),
    });
  }

  return {
    current: () => model,
    isCurrent: (digest) => model?.digest === digest,
    lastToLook: () => lastToLook ?? model,
    trial: () => trial,
    use(next, nextTrial) {
      const isOther = next?.digest !== model?.digest;
      if (isOther) {
        model = next;
        timings = createTimings();
        looked = 0;
        failures = 0;
        boxes = 0;
        trial = null;
        lastToLook = null;
      }
      tell();
      if (nextTrial?.former.digest !== trial?.trial.former.digest) {
        trial = nextTrial && model ? begin(nextTrial, model.digest) : null;
      }
      return isOther;
    },
    setFailover(line) {
      failover = line;
      pool.setLine(cameraId, line);
      tell();
    },
    saw(detections, { pixels, layout }, standIn) {
      looked++;
      lastToLook = failover.find(({ digest }) => digest === standIn) ?? model;
      if (standIn !== null) {
        // What a stand-in saw says nothing about the version on trial.
        noteFailure();
        return;
      }
      boxes += detections.filter(isSure).length;
      if (layout) trial?.saw(detections, pixels, layout);
    },
    failed() {
      looked++;
      noteFailure();
    },
    took: (steps) => timings.add(steps),
    other(failedBy) {
      const known = [trial?.trial.former, model];
      return known.find((version) => version && version.digest !== failedBy) ?? model;
    },
    tell,
    figures() {
      const figures = timings.figures();
      return {
        ...{ modelDigest: model?.digest ?? null, looked, failures, boxes },
        ...{ timings: figures, p95Ms: figures.total.p95Ms, trial: trial?.figures() ?? null },
      };
    },
  };
}
