/**
 * The frame's way, top to bottom; the only file that knows the order of the stages.
 *
 *   capture ──slot──▶ frame queue ──▶ inference pool ──detections──▶ tracker, lines, zones, flows ──▶ record (rows + checkpoint)
 *                     newest wins     N threads                      in the order of frames
 */
import type { CameraId, CaptureState } from '#contract/camera.ts';
import { type ErrorBody, StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import type { Clock } from './base/clock.ts';
import type { QueuedFrame } from './base/frame-queue.ts';
import type { Logger } from './base/log.ts';
import { createProcessMeter } from './base/process-meter.ts';
import type { Keeping, PreviewWish } from './capture/capture.ts';
import { countFrame, showChallenger } from './count-frame.ts';
import type { CountingPlan } from './counting-plan.ts';
import { createHeldModels } from './held-models.ts';
import { createInferencePool } from './inference-pool.ts';
import { analysisSize } from './inference/fit.ts';
import type { BatchResult, FailoverModel } from './inference/inference-protocol.ts';
import { createLateLimit } from './inference/work.ts';
import { copyOf, isGated, type Lane, type Outcome, reportLane } from './lane.ts';
import { createLaneGate } from './lane-gate.ts';
import { modelOf, type ModelPlan, modelsFor, trialOf } from './model-plan.ts';
import { followTruth, openLane, type OpenCapture, tellTruth } from './open-lane.ts';
import type { ShadowTarget } from './shadow-protocol.ts';
import { createShadowTap } from './shadow-tap.ts';
import { createTimings } from './timings.ts';
import type { Assignment, FromWorker, WorkerModel, WorkerReport } from './worker-protocol.ts';

/** Longest run of the network that is planned */
const maxRunMs = 1_000;
/** Size of the slot while no model is there */
const defaultAnalysis: Size = { width: 416, height: 416 };

export interface PipelineOptions {
  readonly threads: number;
  /** Path of the inference thread's entry point */
  readonly inferenceEntry: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly openCapture: OpenCapture;
  readonly send: (message: FromWorker) => void;
  /** A camera counts with the site's model, because its own cannot be loaded */
  readonly onTrouble: (error: StationError) => void;
  readonly onDead: (error: StationError) => void;
}

export interface Pipeline {
  assign(assignment: Assignment): void;
  /** Stops a camera; its last checkpoint is sent before. */
  release(cameraId: CameraId, generation: number): Promise<void>;
  setPlan(cameraId: CameraId, plan: CountingPlan): void;
  watch(cameraId: CameraId, wish: PreviewWish | null): void;
  record(cameraId: CameraId, target: Keeping['recording']): void;
  /** Starts no further frame of a replay until it may go on. */
  hold(cameraId: CameraId, isHeld: boolean): void;
  /** Shows what it counts to a challenger from now on; null ends it. */
  shadow(cameraId: CameraId, target: ShadowTarget | null): void;
  /**
   * Loads what is new, then changes the cameras between two frames. Rejects with MODEL_*; everything stays as it was. With
   * `mayStandIn` others count until it can be loaded.
   */
  useModels(models: ModelPlan, mayStandIn?: boolean): Promise<void>;
  /** Who counts while the champion fails. */
  setFailover(cameraId: CameraId, line: readonly FailoverModel[]): void;
  report(): WorkerReport;
  /** Sends the true counts of simulated cameras. */
  tellTruth(): Promise<void>;
  close(): Promise<void>;
}

/** What an inference thread is given. */
interface LaneFrame {
  readonly work: 'live' | 'batch';
  readonly batch?: number;
  readonly cameraId: CameraId;
  readonly slot: number;
  readonly waitingSinceMs: number;
  readonly lane: Lane;
  /** Null for a copy, about which the former model is asked */
  readonly queued: QueuedFrame | null;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const { clock, log, send } = options;
  const lanes = new Map<CameraId, Lane>();
  const timings = createTimings();
  const meter = createProcessMeter();
  const lateLimit = createLateLimit(() => timings.figures().total.p95Ms);
  let inferred = 0;
  let runs = 0;
  const pool = createInferencePool<LaneFrame>({
    entry: options.inferenceEntry,
    threads: options.threads,
    clock,
    log,
    waiting: (digest) => [...lanes.values()].flatMap((lane) => waitingFor(lane, digest)),
    cameras: (digest) =>
      [...lanes.values()].filter(
        (lane) => lane.lastState === 'live' && lane.model.isCurrent(digest),
      ).length,
    onStart: (batch) => batch.forEach((frame) => startFrame(frame)),
    onDone: (batch, result, model) => finishBatch(batch, result, model),
    onFailed: (batch, error, model) => failBatch(batch, error, model),
    onStanding: () => lanes.forEach((lane) => lane.model.tell()),
    onBroken: (digest, broken) => options.send({ kind: 'execution', digest, broken }),
    onDead: options.onDead,
  });

  const held = createHeldModels({
    pool,
    cameras: () => [...lanes.keys()],
    apply() {
      for (const lane of lanes.values()) setModel(lane);
      pool.wake();
    },
  });

  // 1 ── capture → slot
  function open(assignment: Assignment): Lane {
    return openLane(assignment, {
      ...{ threads: options.threads, clock, pool, openCapture: options.openCapture, send },
      analysisFor: (cameraId, picture) =>
        analysisSize(picture, modelOf(held.plan(), cameraId)?.card ?? noModel),
      onReady(lane) {
        passOver(lane);
        pool.wake();
      },
      onEnded: finishReplay,
    });
  }

  /** A waiting frame of which the gate knows what is in it is counted without a look of the network. */
  function passOver(lane: Lane): void {
    const [queued] = lane.queue.ready();
    const model = lane.model.lastToLook();
    if (!queued || !model || lane.underway.length > 0 || !lane.counter) return;
    const detections = lane.gate?.known(lane.counter) ?? null;
    if (!detections) return;
    const outcome: Outcome = { detections, model, inferMs: null };
    lane.queue.start(queued);
    showChallenger(lane, queued, outcome);
    lane.queue.done(queued.frame);
    lane.figures.passedOver();
    countFrame(lane, { queued, outcome }, options);
  }

  // 2 ── slot → inference thread
  function readyFrames(lane: Lane): readonly QueuedFrame[] {
    lane.queue.expire(lateLimit(clock.monotonicMs()));
    return lane.queue.ready();
  }

  /** What a lane has for a version: frames to count, frames on which another one failed, a copy to compare. */
  function waitingFor(lane: Lane, digest: string): LaneFrame[] {
    if (lane.isHeld) return [];
    const { cameraId, model } = lane;
    const trial = model.trial();
    const work = lane.assignment.isReplay ? 'batch' : 'live';
    const batch = runSize(lane.assignment.batch ?? 1, lane.perFrameMs);
    const retries = lane.retries.filter(({ failedBy }) => model.other(failedBy)?.digest === digest);
    const ready = model.isCurrent(digest) ? readyFrames(lane) : [];
    const frames = [...retries.map(({ queued }) => queued), ...ready].map((queued): LaneFrame => {
      const { waitingSinceMs, frame } = queued;
      return { work, batch, cameraId, slot: frame.slot, waitingSinceMs, lane, queued };
    });
    const waitingSinceMs = trial?.waitingSinceMs() ?? null;
    if (trial?.trial.former.digest !== digest || waitingSinceMs === null) return frames;
    const copy = { work: 'batch', cameraId: copyOf(cameraId), slot: 0, waitingSinceMs } as const;
    return [...frames, { ...copy, lane, queued: null }];
  }

  function startFrame({ lane, queued }: LaneFrame): void {
    if (!queued) {
      lane.model.trial()?.start();
      return;
    }
    const again = lane.retries.findIndex((entry) => entry.queued === queued);
    if (again >= 0) {
      lane.retries.splice(again, 1);
      return;
    }
    lane.queue.start(queued);
    lane.gate?.looked();
    lane.underway.push({ queued, startedMs: clock.monotonicMs(), outcome: null, failedBy: null });
  }

  // 3 ── detections → tracks → crossings, zone changes, passages
  function finishBatch(batch: readonly LaneFrame[], result: BatchResult, model: WorkerModel): void {
    const share = 1 / batch.length;
    runs++;
    batch.forEach(({ lane, queued }, index) => {
      const detections = result.detections[index] ?? [];
      if (!queued) {
        lane.model.trial()?.compared(detections);
        return;
      }
      const standIn = result.standIns?.[index];
      if (standIn && 'error' in standIn) {
        failFrame(lane, queued, { error: standIn.error, failed: model });
        return;
      }
      const isOwn = lane.model.isCurrent(model.digest);
      if (isOwn) {
        const pixels = lane.queue.bytes(queued.frame.slot);
        lane.model.saw(
          detections,
          { pixels, layout: lane.queue.layout() },
          standIn?.digest ?? null,
        );
        lane.gate?.found(detections);
      }
      const outcome: Outcome = {
        detections,
        model: (isOwn && lane.model.lastToLook()) || model,
        inferMs: result.inferMs * share,
      };
      showChallenger(lane, queued, outcome);
      lane.queue.done(queued.frame);
      const underway = lane.underway.find((entry) => entry.queued === queued);
      if (!underway) return;
      underway.outcome = outcome;
      const steps = {
        queueMs: underway.startedMs - queued.putMs,
        preprocessMs: result.preprocessMs * share,
        inferMs: outcome.inferMs ?? 0,
        postprocessMs: result.postprocessMs * share,
        totalMs: clock.monotonicMs() - queued.putMs,
      };
      lane.perFrameMs = steps.inferMs;
      if (isOwn) lane.model.took(steps);
      lane.figures.looked(outcome.model.digest, steps, detections);
      timings.add(steps);
      lane.inferred++;
      inferred++;
      lane.inferredRate.mark(clock.monotonicMs());
      countInOrder(lane);
    });
  }

  function failBatch(batch: readonly LaneFrame[], error: StationError, failed: WorkerModel): void {
    for (const { lane, queued } of batch) {
      if (queued) failFrame(lane, queued, { error: error.toBody(), failed });
      else lane.model.trial()?.compared(null);
    }
  }

  function failFrame(
    lane: Lane,
    queued: QueuedFrame,
    { error, failed }: { readonly error: ErrorBody; readonly failed: WorkerModel },
  ): void {
    if (lane.model.isCurrent(failed.digest)) lane.model.failed();
    const underway = lane.underway.find((entry) => entry.queued === queued);
    // While a version is on trial the former one answers for it, so that a bad one costs no frame.
    const second = lane.model.other(failed.digest);
    if (underway?.failedBy === null && second && second.digest !== failed.digest) {
      underway.failedBy = failed.digest;
      lane.retries.push(underway);
      return;
    }
    lane.queue.done(queued.frame);
    if (underway) underway.outcome = 'failed';
    lane.figures.failed(error.code);
    lane.tap?.failed();
    tellFailed(lane, error);
    countInOrder(lane);
  }

  function tellFailed({ cameraId, assignment }: Lane, error: ErrorBody): void {
    send({ kind: 'inference-failed', cameraId, generation: assignment.generation, error });
  }

  function countInOrder(lane: Lane): void {
    while (lane.underway[0] && lane.underway[0].outcome !== null) {
      const first = lane.underway.shift();
      if (!first || first.outcome === null || first.outcome === 'failed') continue;
      countFrame(lane, { queued: first.queued, outcome: first.outcome }, options);
    }
    passOver(lane);
    if (lane.lastState === 'ended') finishReplay(lane, { state: 'ended', since: clock.now() });
  }

  /** A replay has ended when its last frame was counted, not when it was read. */
  function finishReplay(lane: Lane, state: CaptureState): void {
    if (lane.underway.length > 0 || lane.queue.waiting() > 0 || lane.queue.inFlight() > 0) return;
    lane.lastState = 'disabled';
    const { generation, play } = lane.assignment;
    if (play) lane.record.finish(lane.countedWith);
    send({ kind: 'capture', cameraId: lane.cameraId, generation, state });
  }

  async function release(lane: Lane): Promise<void> {
    await lane.capture?.close();
    lane.isClosed = true;
    lane.tap?.close();
    lanes.delete(lane.cameraId);
    pool.forget(lane.cameraId);
    pool.forget(copyOf(lane.cameraId));
    // Loaded versions need not stay for a camera that is gone; a failure would have shown at the last change.
    held.refresh().catch(() => undefined);
    const { generation, epoch } = lane.assignment;
    lane.record.finish(lane.countedWith);
    lane.paths?.flush();
    send({ kind: 'released', cameraId: lane.cameraId, generation, epoch });
  }

  // 4 ── which model counts where
  function setModel(lane: Lane): void {
    const { cameraId, queue, assignment } = lane;
    const own = modelOf(held.plan(), cameraId);
    const model = own && pool.isLoaded(own.digest) ? own : held.plan().site;
    // What another network has found says nothing about what this one would find.
    if (lane.model.use(model, trialOf(held.plan(), cameraId))) {
      lane.gate = isGated(assignment) ? createLaneGate(queue, clock) : null;
    }
  }

  /** A camera counts at once where its model is loaded, with the site's where its own cannot be. */
  async function admit(lane: Lane): Promise<void> {
    const own = modelOf(held.plan(), lane.cameraId);
    const needed = modelsFor(held.plan(), [lane.cameraId]);
    if (needed.every(({ digest }) => pool.isLoaded(digest))) setModel(lane);
    if (own !== null && lane.model.isCurrent(own.digest)) return;
    try {
      await held.refresh();
    } catch (error) {
      options.onTrouble(StationError.from(error, 'MODEL_002'));
      if (!lane.isClosed) setModel(lane);
      pool.wake();
    }
  }

  return {
    assign(assignment) {
      const lane = open(assignment);
      lanes.set(lane.cameraId, lane);
      void admit(lane);
      lane.model.setFailover(assignment.failover);
    },
    async release(cameraId, generation) {
      const lane = lanes.get(cameraId);
      if (lane?.assignment.generation === generation) await release(lane);
    },
    setPlan(cameraId, plan) {
      const lane = lanes.get(cameraId);
      if (!lane) return;
      lane.plan = plan;
      // Whoever draws sees the picture as it is now.
      lane.view?.renew();
      lane.counter?.setPlan(plan);
      lane.paths?.setLines(plan.lines);
      followTruth(lane);
    },
    watch: (cameraId, wish) => lanes.get(cameraId)?.capture?.watch(wish),
    record: (cameraId, target) => lanes.get(cameraId)?.capture?.record(target),
    hold(cameraId, isHeld) {
      const lane = lanes.get(cameraId);
      if (!lane) return;
      lane.isHeld = isHeld;
      pool.wake();
    },
    shadow(cameraId, target) {
      const lane = lanes.get(cameraId);
      lane?.tap?.close();
      // A replay infers frames side by side, so that their order is known only after they were counted.
      if (lane) lane.tap = target && !lane.assignment.isReplay ? createShadowTap(target) : null;
    },
    useModels: (next, mayStandIn) => held.change(next, mayStandIn),
    setFailover(cameraId, line) {
      lanes.get(cameraId)?.model.setFailover(line);
    },
    report() {
      const nowMs = clock.monotonicMs();
      return {
        atMs: nowMs,
        rssBytes: process.memoryUsage.rss(),
        busyShare: pool.busyShare(),
        oldestRunMs: pool.oldestRunMs(),
        inferred,
        runs,
        ...meter.take(),
        timings: timings.figures(),
        ffmpegPids: [...lanes.values()].flatMap((lane) => lane.capture?.ffmpegPids() ?? []),
        cameras: [...lanes.values()].map((lane) => reportLane(lane, nowMs)),
      };
    },
    async tellTruth() {
      await Promise.all([...lanes.values()].map((lane) => tellTruth(lane, send)));
    },
    async close() {
      await Promise.all([...lanes.values()].map((lane) => release(lane)));
      await held.settled();
      await pool.close();
      meter.close();
    },
  };
}

/** Frames in a run: as many as are wanted, but a run must end soon, or it is taken for one that never does. */
function runSize(wanted: number, perFrameMs: number): number {
  return Math.max(1, Math.min(wanted, perFrameMs > 0 ? Math.floor(maxRunMs / perFrameMs) : 1));
}

/** Until a model is there, pictures are fitted into a common input size. */
const noModel: Pick<ModelCard, 'input' | 'preprocess'> = {
  input: defaultAnalysis,
  preprocess: {
    resize: 'letterbox-top-left',
    pad: 114,
    colour: 'bgr',
    layout: 'nchw',
    dtype: 'float32',
    scale: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
};
