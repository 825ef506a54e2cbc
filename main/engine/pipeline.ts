/**
 * The frame's way, top to bottom; the only file that knows the order of the stages.
 *
 *   capture ──slot──▶ frame queue ──▶ inference pool ──detections──▶ tracker, lines, zones, flows ──▶ record (rows + checkpoint)
 *                     newest wins     N threads                      in the order of frames
 */
import type { CameraId, CaptureState } from '#contract/camera.ts';
import type { Detection } from '#contract/detection.ts';
import type { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import type { Clock } from './base/clock.ts';
import type { FrameLayout } from './base/frame.ts';
import { createFrameQueue, type FrameQueue, type QueuedFrame } from './base/frame-queue.ts';
import type { Logger } from './base/log.ts';
import { createRateMeter, type RateMeter } from './base/rates.ts';
import { type CameraCounter, createCameraCounter, type FrameCounts } from './camera-counter.ts';
import type { Capture, CaptureDeps, CaptureSpec, Keeping, PreviewWish } from './capture/capture.ts';
import type { CountingPlan } from './counting-plan.ts';
import { analysisSize } from './inference/fit.ts';
import type { BatchResult } from './inference/inference-protocol.ts';
import { createLateLimit } from './inference/work.ts';
import { createInferencePool } from './inference-pool.ts';
import { createLaneGate, type LaneGate } from './lane-gate.ts';
import { createPathLane, type PathLane } from './path-lane.ts';
import { createTimings, type Timings } from './timings.ts';
import type { Assignment, FromWorker, WorkerModel, WorkerReport } from './worker-protocol.ts';

/** A checkpoint at least so often, and an overlay at most so often. */
const checkpointMs = 1_000;
const overlayMs = 100;
/** Two analysed frames further apart than this, or than three frame intervals, leave a gap in the coverage. */
const gapMs = 1_000;
const rateWindowMs = 10_000;
/** The station has decided about everybody who crossed so long ago: hold, and the second after a track has ended */
const truthSettledMs = 3_000;
/** Size of the slot while no model is there */
const defaultAnalysis: Size = { width: 416, height: 416 };

export interface PipelineOptions {
  readonly threads: number;
  /** Path of the inference thread's entry point */
  readonly inferenceEntry: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Opens the source of a camera. */
  readonly openCapture: (
    spec: CaptureSpec,
    deps: Pick<CaptureDeps, 'intake' | 'onState' | 'onPreview' | 'onSegment' | 'onRecording'>,
  ) => Capture;
  readonly send: (message: FromWorker) => void;
  readonly onDead: (error: StationError) => void;
}

export interface Pipeline {
  assign(assignment: Assignment): void;
  /** Stops a camera; its last checkpoint is sent before. */
  release(cameraId: CameraId, generation: number): Promise<void>;
  setPlan(cameraId: CameraId, plan: CountingPlan): void;
  watch(cameraId: CameraId, wish: PreviewWish | null): void;
  record(cameraId: CameraId, target: Keeping['recording']): void;
  useModel(model: WorkerModel | null): Promise<void>;
  report(): WorkerReport;
  /** Sends the true counts of simulated cameras. */
  tellTruth(): Promise<void>;
  close(): Promise<void>;
}

/** One camera within the worker. */
interface Lane {
  readonly cameraId: CameraId;
  readonly assignment: Assignment;
  readonly queue: FrameQueue;
  /** Null only until its source was opened, which may report a state at once */
  capture: Capture | null;
  readonly timings: Timings;
  readonly capturedRate: RateMeter;
  readonly inferredRate: RateMeter;
  /** Null in a replay, where frames are inferred side by side, and where it is switched off */
  readonly gate: LaneGate | null;
  plan: CountingPlan;
  counter: CameraCounter | null;
  /** Writes down the paths of tracks; null until the size of the picture is known, and in a replay */
  paths: PathLane | null;
  captured: number;
  inferred: number;
  countedSeq: number;
  /** Frames at inference in the order in which they left; counted in this order */
  readonly underway: Underway[];
  /** Analysed time that no record has told yet, Unix ms */
  observed: { from: number; to: number } | null;
  recordedMs: number;
  overlayMs: number;
  lastState: CaptureState['state'];
  isClosed: boolean;
}

interface Underway {
  readonly queued: QueuedFrame;
  readonly startedMs: number;
  outcome:
    { readonly detections: readonly Detection[]; readonly model: WorkerModel } | 'failed' | null;
}

interface LaneFrame {
  readonly work: 'live' | 'batch';
  readonly cameraId: CameraId;
  readonly slot: number;
  readonly waitingSinceMs: number;
  readonly lane: Lane;
  readonly queued: QueuedFrame;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const { clock, log, send } = options;
  const lanes = new Map<CameraId, Lane>();
  const timings = createTimings();
  const lateLimit = createLateLimit(() => timings.figures().total.p95Ms);
  let inferred = 0;

  const pool = createInferencePool<LaneFrame>({
    entry: options.inferenceEntry,
    threads: options.threads,
    clock,
    log,
    waiting: () =>
      [...lanes.values()].flatMap((lane) =>
        readyFrames(lane).map((queued) => ({
          work: lane.assignment.isReplay ? 'batch' : 'live',
          cameraId: lane.cameraId,
          slot: queued.frame.slot,
          waitingSinceMs: queued.waitingSinceMs,
          lane,
          queued,
        })),
      ),
    cameras: () => [...lanes.values()].filter((lane) => lane.lastState === 'live').length,
    onStart: (batch) => batch.forEach((frame) => startFrame(frame)),
    onDone: (batch, result, model) => finishBatch(batch, result, model),
    onFailed: (batch, error) => failBatch(batch, error),
    onDead: options.onDead,
  });

  // 1 ── capture → slot
  function open(assignment: Assignment): Lane {
    const { camera, isReplay, play, checkpoint, generation } = assignment;
    const firstFrame = play && checkpoint ? checkpoint.frameSeq + 1 : 0;
    const cameraId = camera.id;
    const queue = createFrameQueue({
      isReplay,
      maxInFlight: isReplay ? options.threads : 1,
      clock,
      onSlots: (slots, layout) => {
        pool.setSlots({ cameraId, shared: slots.shared, slotBytes: slots.slotBytes, layout });
        openLane(lane, layout);
      },
      onReady: (newest) => {
        lane.captured++;
        lane.capturedRate.mark(clock.monotonicMs());
        lane.gate?.see(newest.frame, lane.counter);
        passOver(lane);
        pool.wake();
      },
    });
    const lane: Lane = {
      cameraId,
      assignment,
      queue,
      capture: null,
      timings: createTimings(),
      capturedRate: createRateMeter(rateWindowMs),
      inferredRate: createRateMeter(rateWindowMs),
      gate: isReplay || camera.isUngated ? null : createLaneGate(queue, clock),
      plan: assignment.plan,
      counter: null,
      paths: null,
      captured: 0,
      inferred: 0,
      countedSeq: Math.max(0, firstFrame - 1),
      underway: [],
      observed: play && checkpoint ? { from: checkpoint.at, to: checkpoint.at } : null,
      recordedMs: clock.monotonicMs(),
      overlayMs: -Infinity,
      lastState: 'connecting',
      isClosed: false,
    };
    lane.capture = options.openCapture(
      {
        camera,
        isReplay,
        play: play && { startsAt: play.startsAt, firstFrame },
        analysisFor: (picture) => analysisFor(picture),
        keeping: assignment.keeping,
      },
      {
        intake: queue,
        onState: (state) => {
          lane.lastState = state.state;
          if (state.state === 'frozen') withdraw(lane, state.since);
          if (state.state === 'ended') finishReplay(lane, state);
          else send({ kind: 'capture', cameraId, generation, state });
        },
        onPreview: (picture) => send({ kind: 'preview', cameraId, generation, ...picture }),
        onSegment: (segment) => send({ kind: 'segment', cameraId, generation, segment }),
        onRecording: (state) => send({ kind: 'recording', cameraId, generation, state }),
      },
    );
    followTruth(lane);
    return lane;
  }

  function followTruth(lane: Lane): void {
    lane.capture?.truth?.follow(
      lane.plan.lines.map((line) => ({
        key: JSON.stringify([line.id, line.revision]),
        points: line.points,
        anchor: line.anchor,
        labels: line.labels,
      })),
    );
  }

  /** True counts of simulated cameras, told beside the counts themselves. */
  async function tellTruth(lane: Lane): Promise<void> {
    const known = await lane.capture?.truth?.counts(truthSettledMs);
    if (!known || lane.isClosed) return;
    const counts = known.map(({ key, ...count }) => {
      const [lineId, revision] = JSON.parse(key) as [string, number];
      return { lineId, revision, ...count };
    });
    const { cameraId, assignment } = lane;
    send({ kind: 'truth', cameraId, generation: assignment.generation, counts });
  }

  function analysisFor(picture: Size): Size {
    return analysisSize(picture, pool.model()?.card ?? noModel);
  }

  function openLane(lane: Lane, { picture, analysis }: FrameLayout): void {
    const { assignment } = lane;
    const { camera, generation, checkpoint } = assignment;
    send({ kind: 'opened', cameraId: lane.cameraId, generation, picture, analysis });
    if (
      lane.counter?.picture.width === picture.width &&
      lane.counter.picture.height === picture.height
    ) {
      return;
    }
    lane.paths?.flush();
    lane.paths = assignment.isReplay
      ? null
      : createPathLane(assignment, picture, { lines: lane.plan.lines, send });
    const former = lane.counter === null ? (checkpoint?.state ?? null) : null;
    lane.counter = createCameraCounter({
      picture,
      fps: camera.fps,
      plan: lane.plan,
      checkpoint: former,
    });
  }

  /** A waiting frame of which the gate knows what is in it is counted without a look of the network. */
  function passOver(lane: Lane): void {
    const [queued] = lane.queue.ready();
    const model = pool.model();
    if (!queued || !model || lane.underway.length > 0 || !lane.counter) return;
    const detections = lane.gate?.known(lane.counter) ?? null;
    if (!detections) return;
    lane.queue.start(queued);
    lane.queue.done(queued.frame);
    countFrame(lane, queued, { detections, model });
  }

  // 2 ── slot → inference thread
  function readyFrames(lane: Lane): readonly QueuedFrame[] {
    lane.queue.expire(lateLimit(clock.monotonicMs()));
    return lane.queue.ready();
  }

  function startFrame({ lane, queued }: LaneFrame): void {
    lane.queue.start(queued);
    lane.gate?.looked();
    lane.underway.push({ queued, startedMs: clock.monotonicMs(), outcome: null });
  }

  // 3 ── detections → tracks → crossings, zone changes, passages
  function finishBatch(batch: readonly LaneFrame[], result: BatchResult, model: WorkerModel): void {
    const share = 1 / batch.length;
    batch.forEach(({ lane, queued }, index) => {
      lane.queue.done(queued.frame);
      const underway = lane.underway.find((entry) => entry.queued === queued);
      if (!underway) return;
      const detections = result.detections[index] ?? [];
      lane.gate?.found(detections);
      underway.outcome = { detections, model };
      const steps = {
        queueMs: underway.startedMs - queued.putMs,
        preprocessMs: result.preprocessMs * share,
        inferMs: result.inferMs * share,
        postprocessMs: result.postprocessMs * share,
        totalMs: clock.monotonicMs() - queued.putMs,
      };
      lane.timings.add(steps);
      timings.add(steps);
      lane.inferred++;
      inferred++;
      lane.inferredRate.mark(clock.monotonicMs());
      countInOrder(lane);
    });
  }

  function failBatch(batch: readonly LaneFrame[], error: StationError): void {
    for (const { lane, queued } of batch) {
      lane.queue.done(queued.frame);
      const underway = lane.underway.find((entry) => entry.queued === queued);
      if (underway) underway.outcome = 'failed';
      const { cameraId, assignment } = lane;
      send({
        kind: 'inference-failed',
        cameraId,
        generation: assignment.generation,
        error: error.toBody(),
      });
      countInOrder(lane);
    }
  }

  function countInOrder(lane: Lane): void {
    while (lane.underway[0] && lane.underway[0].outcome !== null) {
      const first = lane.underway.shift();
      if (!first || first.outcome === null || first.outcome === 'failed') continue;
      countFrame(lane, first.queued, first.outcome);
    }
    passOver(lane);
    if (lane.lastState === 'ended') finishReplay(lane, { state: 'ended', since: clock.now() });
  }

  function countFrame(
    lane: Lane,
    { frame }: QueuedFrame,
    { detections, model }: { detections: readonly Detection[]; model: WorkerModel },
  ): void {
    if (lane.isClosed || !lane.counter) return;
    const { isReplay, play, wantsFrames, generation } = lane.assignment;
    const isTimeless = isReplay && !play;
    // A camera's own clock starts anew with every connection; live tracks follow the time of capture instead.
    const seconds = isTimeless ? frame.mediaSeconds : frame.capturedAt / 1000;
    const at = Math.round(seconds * 1000);
    // Before the frame is counted: a checkpoint must never be ahead of the rows that come with it.
    observe(lane, at, model);
    lane.countedSeq = frame.seq;
    const counts = lane.counter.update(detections, { seconds, frameSeq: frame.seq });

    lane.paths?.see(counts.tracks, at);

    const nowMs = clock.monotonicMs();
    if (hasRows(counts) || (!isTimeless && nowMs - lane.recordedMs >= checkpointMs)) {
      record(lane, { counts, frameSeq: frame.seq, at, model });
    }
    if (wantsFrames || nowMs - lane.overlayMs >= overlayMs) {
      lane.overlayMs = nowMs;
      send({
        kind: 'frame',
        cameraId: lane.cameraId,
        generation,
        frameSeq: frame.seq,
        at,
        tracks: counts.tracks,
        detections: wantsFrames ? detections : null,
      });
    }
  }

  /** Extends the analysed time to this frame; a gap ends the span. A picture that does not move observes nothing. */
  function observe(lane: Lane, at: number, model: WorkerModel): void {
    const limitMs = Math.max(gapMs, 3000 / lane.assignment.camera.fps);
    const { observed } = lane;
    const isFrozen = lane.lastState === 'frozen';
    if (observed && !isFrozen && at >= observed.to && at - observed.to <= limitMs) {
      lane.observed = { from: observed.from, to: at };
      return;
    }
    if (observed && observed.to > observed.from) {
      record(lane, { counts: noRows, frameSeq: lane.countedSeq, at: observed.to, model });
    }
    lane.observed = isFrozen ? null : { from: at, to: at };
  }

  /** What was taken for observed from this time on was not. */
  function withdraw(lane: Lane, since: number): void {
    const { observed } = lane;
    if (!observed || observed.to <= since) return;
    lane.observed = observed.from < since ? { from: observed.from, to: since } : null;
  }

  // 4 ── rows and checkpoint → station, in one message
  function record(
    lane: Lane,
    what: {
      counts: Rows;
      frameSeq: number;
      at: number;
      model: WorkerModel;
    },
  ): void {
    if (!lane.counter) return;
    const { generation, epoch } = lane.assignment;
    lane.recordedMs = clock.monotonicMs();
    send({
      kind: 'record',
      cameraId: lane.cameraId,
      generation,
      crossings: what.counts.crossings,
      zoneChanges: what.counts.zoneChanges,
      passages: what.counts.passages,
      occupancy: lane.counter.occupancy(),
      modelDigest: what.model.digest,
      observed: lane.observed,
      checkpoint: {
        cameraId: lane.cameraId,
        epoch,
        frameSeq: what.frameSeq,
        at: what.at,
        state: lane.counter.checkpoint(),
      },
    });
    // The next span begins where this one ended, so that they touch.
    if (lane.observed) lane.observed = { from: lane.observed.to, to: lane.observed.to };
  }

  /** A replay has ended when its last frame was counted, not when it was read. */
  function finishReplay(lane: Lane, state: CaptureState): void {
    if (lane.underway.length > 0 || lane.queue.waiting() > 0 || lane.queue.inFlight() > 0) return;
    lane.lastState = 'disabled';
    const { generation, play } = lane.assignment;
    const model = pool.model();
    if (play && lane.observed && model) {
      record(lane, { counts: noRows, frameSeq: lane.countedSeq, at: lane.observed.to, model });
    }
    send({ kind: 'capture', cameraId: lane.cameraId, generation, state });
  }

  async function release(lane: Lane): Promise<void> {
    await lane.capture?.close();
    lane.isClosed = true;
    lanes.delete(lane.cameraId);
    pool.forget(lane.cameraId);
    const { generation, epoch } = lane.assignment;
    const model = pool.model();
    if (lane.counter && lane.observed && model) {
      record(lane, { counts: noRows, frameSeq: lane.countedSeq, at: lane.observed.to, model });
    }
    lane.paths?.flush();
    send({ kind: 'released', cameraId: lane.cameraId, generation, epoch });
  }

  return {
    assign(assignment) {
      const lane = open(assignment);
      lanes.set(lane.cameraId, lane);
    },
    async release(cameraId, generation) {
      const lane = lanes.get(cameraId);
      if (lane?.assignment.generation === generation) await release(lane);
    },
    setPlan(cameraId, plan) {
      const lane = lanes.get(cameraId);
      if (!lane) return;
      lane.plan = plan;
      lane.counter?.setPlan(plan);
      lane.paths?.setLines(plan.lines);
      followTruth(lane);
    },
    watch: (cameraId, wish) => lanes.get(cameraId)?.capture?.watch(wish),
    record: (cameraId, target) => lanes.get(cameraId)?.capture?.record(target),
    useModel: (model) => pool.useModel(model),
    report() {
      const nowMs = clock.monotonicMs();
      return {
        atMs: nowMs,
        rssBytes: process.memoryUsage.rss(),
        busyShare: pool.busyShare(),
        inferred,
        timings: timings.figures(),
        ffmpegPids: [...lanes.values()].flatMap((lane) => lane.capture?.ffmpegPids() ?? []),
        cameras: [...lanes.values()].map((lane) => ({
          cameraId: lane.cameraId,
          capturedFps: lane.capturedRate.perSecond(nowMs),
          inferredFps: lane.inferredRate.perSecond(nowMs),
          gatedShare: lane.gate?.share() ?? 0,
          captured: lane.captured,
          inferred: lane.inferred,
          dropped: lane.queue.dropped(),
          late: lane.queue.late(),
          p95Ms: lane.timings.figures().total.p95Ms,
          timings: lane.timings.figures(),
        })),
      };
    },
    async tellTruth() {
      await Promise.all([...lanes.values()].map((lane) => tellTruth(lane)));
    },
    async close() {
      await Promise.all([...lanes.values()].map((lane) => release(lane)));
      await pool.close();
    },
  };
}

/** What a frame adds to the ledger. */
type Rows = Omit<FrameCounts, 'tracks'>;
const noRows: Rows = { crossings: [], zoneChanges: [], passages: [] };

function hasRows({ crossings, zoneChanges, passages }: Rows): boolean {
  return crossings.length + zoneChanges.length + passages.length > 0;
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
