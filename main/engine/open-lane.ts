/**
 * Opens the source of a camera, and with it everything that its frames meet on their way: queue, gate, counter, ledger.
 *
 *   openCapture ──put──▶ queue of slots ──onReady──▶ pipeline
 *        │ size of the picture
 *        └──▶ counter and paths of tracks, new ones whenever it changes
 */
import type { CameraId, CaptureState } from '#contract/camera.ts';
import type { Size } from '#contract/geometry.ts';
import type { Clock } from './base/clock.ts';
import { takeEachNth } from './base/each-nth.ts';
import type { Frame, FrameLayout } from './base/frame.ts';
import { createFrameQueue, type QueuedFrame } from './base/frame-queue.ts';
import { createRateMeter } from './base/rates.ts';
import { createCameraCounter } from './camera-counter.ts';
import type { Capture, CaptureDeps, CaptureSpec } from './capture/capture.ts';
import { createViewWatch } from './capture/view-watch.ts';
import type { InferencePool } from './inference-pool.ts';
import { copyOf, isGated, type Lane } from './lane.ts';
import { createLaneFigures } from './lane-figures.ts';
import { createLaneGate } from './lane-gate.ts';
import { createLaneModel } from './lane-model.ts';
import { createLaneRecord } from './lane-record.ts';
import { createPathLane } from './path-lane.ts';
import type { Assignment, FromWorker } from './worker-protocol.ts';

const rateWindowMs = 10_000;
/** The station has decided about everybody who crossed so long ago: hold, and the second after a track has ended */
const truthSettledMs = 3_000;

/** Opens the source of a camera. */
export type OpenCapture = (
  spec: CaptureSpec,
  deps: Pick<
    CaptureDeps,
    'intake' | 'onState' | 'onPreview' | 'onSegment' | 'onRecording' | 'onSkipped'
  >,
) => Capture;

export interface OpenLaneOptions {
  /** Frames of a replay that are at inference at the same time, for each frame of a run */
  readonly threads: number;
  readonly clock: Clock;
  readonly pool: Pick<InferencePool, 'setSlots' | 'setLine' | 'standing'>;
  readonly openCapture: OpenCapture;
  readonly send: (message: FromWorker) => void;
  /** Size of the picture that the network gets */
  readonly analysisFor: (cameraId: CameraId, picture: Size) => Size;
  /** A frame lies in its slot and waits. */
  readonly onReady: (lane: Lane) => void;
  /** The last frame of a replay was read. */
  readonly onEnded: (lane: Lane, state: CaptureState) => void;
}

/** The lane of a camera, whose source is being opened: frames come when it is there. */
export function openLane(assignment: Assignment, options: OpenLaneOptions): Lane {
  const { clock, pool, send } = options;
  const { camera, isReplay, play, checkpoint, generation } = assignment;
  const firstFrame = play && checkpoint ? checkpoint.frameSeq + 1 : 0;
  const { batch = 1, eachNth = 1 } = assignment;
  const cameraId = camera.id;
  const queue = createFrameQueue({
    isReplay,
    maxInFlight: isReplay ? options.threads * batch : 1,
    ...(batch > 1 && { ahead: batch + 1 }),
    clock,
    onSlots: (slots, layout) => {
      pool.setSlots({ cameraId, shared: slots.shared, slotBytes: slots.slotBytes, layout });
      openCounter(lane, layout, send);
    },
    onReady: (newest) => {
      lane.captured++;
      lane.capturedRate.mark(clock.monotonicMs());
      lane.gate?.see(newest.frame, lane.counter);
      watchView(lane, newest, clock);
      options.onReady(lane);
    },
  });
  const lane: Lane = {
    cameraId,
    assignment,
    queue,
    capture: null,
    capturedRate: createRateMeter(rateWindowMs),
    inferredRate: createRateMeter(rateWindowMs),
    gate: isGated(assignment) ? createLaneGate(queue, clock) : null,
    view: isReplay ? null : createViewWatch(),
    model: createLaneModel({
      ...{ cameraId, copyId: copyOf(cameraId), failover: assignment.failover, pool, clock },
      onCounting(counting) {
        if (!isReplay) send({ kind: 'counting', cameraId, generation, counting });
      },
    }),
    figures: createLaneFigures(),
    tap: null,
    retries: [],
    countedWith: null,
    plan: assignment.plan,
    counter: null,
    paths: null,
    captured: 0,
    inferred: 0,
    perFrameMs: 0,
    underway: [],
    record: createLaneRecord({ assignment, clock, send, counter: () => lane.counter }),
    overlayMs: -Infinity,
    lastState: 'connecting',
    isHeld: false,
    isClosed: false,
  };
  lane.capture = options.openCapture(
    {
      camera,
      isReplay,
      play: play && { ...play, firstFrame },
      analysisFor: (picture) => options.analysisFor(cameraId, picture),
      keeping: assignment.keeping,
    },
    {
      intake:
        eachNth === 1 ? queue : takeEachNth(queue, eachNth, (frame) => leaveOut(lane, frame, send)),
      onState: (state) => {
        lane.lastState = state.state;
        if (state.state === 'frozen') lane.record.withdraw(state.since);
        if (state.state === 'ended') options.onEnded(lane, state);
        else send({ kind: 'capture', cameraId, generation, state });
      },
      onPreview: (picture) => send({ kind: 'preview', cameraId, generation, ...picture }),
      onSegment: (segment) => send({ kind: 'segment', cameraId, generation, segment }),
      onRecording: (state) => send({ kind: 'recording', cameraId, generation, state }),
      onSkipped: (name, error) => send({ kind: 'skipped', cameraId, generation, name, error }),
    },
  );
  followTruth(lane);
  return lane;
}

/** Has a simulated camera count truly what is drawn now. */
export function followTruth({ capture, plan }: Lane): void {
  capture?.truth?.follow(
    plan.lines.map((line) => ({
      key: JSON.stringify([line.id, line.revision]),
      points: line.points,
      anchor: line.anchor,
      labels: line.labels,
    })),
  );
}

/** True counts of a simulated camera, told beside the counts themselves. */
export async function tellTruth(lane: Lane, send: OpenLaneOptions['send']): Promise<void> {
  const known = await lane.capture?.truth?.counts(truthSettledMs);
  if (!known || lane.isClosed) return;
  const counts = known.map(({ key, ...count }) => {
    const [lineId, revision] = JSON.parse(key) as [string, number];
    return { lineId, revision, ...count };
  });
  const { cameraId, assignment } = lane;
  send({ kind: 'truth', cameraId, generation: assignment.generation, counts });
}

/** The size of the picture is known: it is told, and counted on. */
function openCounter(
  lane: Lane,
  { picture, analysis }: FrameLayout,
  send: OpenLaneOptions['send'],
): void {
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
    fps: camera.fps / (assignment.eachNth ?? 1),
    plan: lane.plan,
    checkpoint: former,
    ...(assignment.tracking && { tracking: assignment.tracking }),
  });
}

/** Whether the camera still looks where it did. The picture is looked at here, before it is given to the network. */
function watchView({ view, queue, figures }: Lane, { frame }: QueuedFrame, clock: Clock): void {
  const layout = queue.layout();
  if (layout === null) return;
  const look = view?.see(queue.bytes(frame.slot), layout.analysis, clock.monotonicMs()) ?? null;
  if (look !== null) figures.pictured(look);
}

/** A frame that a lower frame rate leaves out: told, not looked at. */
function leaveOut(
  { cameraId, assignment }: Lane,
  { seq, mediaSeconds }: Frame,
  send: OpenLaneOptions['send'],
): void {
  const { generation, wantsFrames } = assignment;
  if (!wantsFrames) return;
  const at = Math.round(mediaSeconds * 1000);
  const nothing = { tracks: [], detections: null, inferMs: null };
  send({ kind: 'frame', cameraId, generation, frameSeq: seq, at, ...nothing });
}
