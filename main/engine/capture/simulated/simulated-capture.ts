/**
 * A simulated camera as a capture: frames on time from the simulator thread into slots, with faults where asked for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorBody, StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import { createCaptureLife } from '#engine/capture/capture-life.ts';
import type {
  Capture,
  CaptureDeps,
  CaptureSpec,
  CaptureTruth,
  PreviewWish,
} from '#engine/capture/capture.ts';
import { createMaskFill } from '#engine/capture/mask/mask-fill.ts';
import { fingerprint } from '#engine/capture/picture-watch.ts';
import { corrupt, planFault, resized } from './fault-plan.ts';
import { parseSimulatedUrl, type SimulatedSource } from './options.ts';
import { encodeJpeg, interleave } from './preview-jpeg.ts';
import type { FollowedLine } from './scene.ts';
import { createSimulatedRecorder } from './simulated-recorder.ts';
import type { SimulatedFeed, SimulatorThread } from './simulator-thread.ts';

export type SimulatedCaptureDeps = Pick<
  CaptureDeps,
  | 'intake'
  | 'clock'
  | 'log'
  | 'random'
  | 'ffmpeg'
  | 'owner'
  | 'onState'
  | 'onPreview'
  | 'onSegment'
  | 'onRecording'
> & { readonly simulator: SimulatorThread };

/** Views get a picture a little early rather than every second one. */
const paceSlack = 0.75;
const lostConnection: ErrorBody = {
  code: 'CAM_001',
  message: 'The simulated camera has closed the connection: waiting for it to come back.',
};
const silence: ErrorBody = {
  code: 'CAM_006',
  message: 'The simulated camera sends no pictures: connecting again.',
};

/**
 * Opens a simulated camera. Live, frames follow the clock from the opening on and what comes too late is left out; in
 * replay each frame waits for its slot. A wrong address is reported as state `waiting` with CAM_004.
 */
export function openSimulatedCapture(spec: CaptureSpec, deps: SimulatedCaptureDeps): Capture {
  const { clock, intake, log } = deps;
  const cameraId = spec.camera.id;
  const life = createCaptureLife(deps);
  const maskFill = createMaskFill(spec.keeping.masks.map(({ points }) => points));
  const recorder = createSimulatedRecorder({
    ...deps,
    cameraId,
    fps: spec.camera.fps,
    isMasked: maskFill !== null,
  });
  const closing = new AbortController();
  const openedMs = clock.monotonicMs();
  const isClosed = () => closing.signal.aborted;
  let wish: PreviewWish | null = null;
  let shownMs = -Infinity;
  let encoding: Promise<void> | null = null;
  let seq = 0;
  let size: Size | null = null;
  let feed: SimulatedFeed | null = null;
  let followed: readonly FollowedLine[] = [];
  let sceneFps = spec.camera.fps;

  const running = Promise.resolve()
    .then(run)
    .catch((error: unknown) => {
      log.error('simulated camera failed', { cameraId, error: String(error) });
    });

  async function run(): Promise<void> {
    let source: SimulatedSource;
    try {
      source = parseSimulatedUrl(spec.camera.source, spec.camera.fps);
    } catch (error) {
      refuse(StationError.from(error, 'CAM_004').toBody());
      return;
    }
    for (;;) {
      life.connect();
      const reason = await connection(source).catch((error: unknown) =>
        StationError.from(error, 'SYS_001').toBody(),
      );
      if (isClosed()) return;
      if (reason === 'ended') {
        life.end();
        return;
      }
      log.warn('simulated camera lost', { cameraId, code: reason.code });
      await pause(life.lose(reason));
      if (isClosed()) return;
    }
  }

  /** An address that can never work is not tried again; it waits for the user to correct it. */
  function refuse(reason: ErrorBody): void {
    const since = clock.now();
    deps.onState({ state: 'waiting', since, attempt: 1, retryAt: since, reason });
  }

  /** Lasts until the connection is over; returns why. */
  async function connection(source: SimulatedSource): Promise<ErrorBody | 'ended'> {
    const feeds = {
      usual: deps.simulator.open(source.scene),
      resized: source.fault?.kind === 'resize' ? deps.simulator.open(resized(source.scene)) : null,
    };
    feed = feeds.usual;
    sceneFps = source.scene.fps;
    feed.follow(followed);
    try {
      return await (spec.isReplay ? replay(source, feeds) : live(source, feeds));
    } finally {
      feed = null;
      feeds.usual.close();
      feeds.resized?.close();
    }
  }

  async function live(source: SimulatedSource, feeds: Feeds): Promise<ErrorBody | 'ended'> {
    const { fps } = source.scene;
    const plan = planFault(source.fault, fps);
    const rate = Math.min(spec.camera.fps, fps);
    const frames = source.seconds === null ? Infinity : Math.round(source.seconds * fps);
    const elapsedMs = () => clock.monotonicMs() - openedMs;
    for (let tick = Math.floor((elapsedMs() / 1000) * rate); !isClosed();) {
      await pause((tick * 1000) / rate - elapsedMs());
      const index = Math.floor((tick * fps) / rate + 1e-6);
      tick = Math.max(tick + 1, Math.floor((elapsedMs() / 1000) * rate));
      if (index >= frames && !spec.camera.isLooped) return 'ended';
      const frameIndex = frames === Infinity ? index : index % frames;
      if (plan.isDisconnected(frameIndex)) return lostConnection;
      if (plan.isMissing(frameIndex)) {
        if (life.check(1000 / rate) !== 'fine') return silence;
        continue;
      }
      prepare(source, plan.isResized(frameIndex));
      const slot = await intake.take();
      const lateMs = elapsedMs() - (index * 1000) / fps;
      await fill({ source, feeds, plan, frameIndex, slot, capturedAt: clock.now() - lateMs });
    }
    return 'ended';
  }

  async function replay(source: SimulatedSource, feeds: Feeds): Promise<'ended'> {
    const { fps } = source.scene;
    const plan = planFault(source.fault, fps);
    const frames = source.seconds === null ? Infinity : Math.round(source.seconds * fps);
    const startedAt = clock.now();
    for (let frameIndex = 0; frameIndex < frames && !isClosed(); frameIndex++) {
      if (plan.isMissing(frameIndex) || plan.isDisconnected(frameIndex)) continue;
      prepare(source, plan.isResized(frameIndex));
      const slot = await intake.take();
      const capturedAt = startedAt + (frameIndex * 1000) / fps;
      await fill({ source, feeds, plan, frameIndex, slot, capturedAt });
    }
    return 'ended';
  }

  /** Tells the intake the size of the pictures, at the start and when it changes. */
  function prepare(source: SimulatedSource, isResized: boolean): void {
    const { width, height } = isResized ? resized(source.scene) : source.scene;
    if (size?.width === width && size.height === height) return;
    size = { width, height };
    intake.open({ picture: size, analysis: size });
  }

  async function fill(job: Job): Promise<void> {
    const { source, feeds, plan, frameIndex, capturedAt } = job;
    const picture = plan.isResized(frameIndex) ? resized(source.scene) : source.scene;
    const feed = plan.isResized(frameIndex) ? (feeds.resized ?? feeds.usual) : feeds.usual;
    const bytes = intake.bytes(job.slot);
    try {
      await feed.render(plan.shownFrame(frameIndex), bytes);
    } catch (error) {
      intake.giveBack(job.slot);
      throw error;
    }
    if (isClosed()) {
      intake.giveBack(job.slot);
      return;
    }
    if (plan.isCorrupt(frameIndex)) corrupt(bytes, picture, frameIndex);
    life.frame(fingerprint(bytes));
    maskFill?.fill(bytes, picture);
    recorder.frame(bytes, picture);
    show(bytes, picture, capturedAt);
    const mediaSeconds = frameIndex / source.scene.fps;
    intake.put({ slot: job.slot, seq: seq++, mediaSeconds, capturedAt });
  }

  /** Copies the pixels before the slot is given away; at most one picture is being encoded. */
  function show(bytes: Uint8Array, picture: Size, capturedAt: number): void {
    const now = clock.monotonicMs();
    if (!wish || encoding || now - shownMs < (paceSlack * 1000) / wish.fps) return;
    shownMs = now;
    encoding = encodeJpeg(interleave(bytes, picture), picture, wish.width)
      .then((encoded) => {
        if (!isClosed()) deps.onPreview({ capturedAt, ...encoded });
      })
      .catch((error: unknown) => {
        log.warn('no picture for views', { cameraId, error: String(error) });
      })
      .finally(() => (encoding = null));
  }

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined);
  }

  /** Frame numbers follow the clock from the opening on. */
  const truth: CaptureTruth = {
    follow(lines) {
      followed = lines;
      feed?.follow(lines);
    },
    async counts(settledMs) {
      const nowMs = clock.monotonicMs() - openedMs;
      const openedAt = clock.now() - nowMs;
      const toFrame = Math.floor(((nowMs - settledMs) / 1000) * sceneFps);
      const timeOf = (frame: number) => Math.round(openedAt + (frame * 1000) / sceneFps);
      return ((await feed?.followed(toFrame)) ?? []).map(({ key, fromFrame, ...count }) => ({
        key,
        from: timeOf(fromFrame),
        to: timeOf(toFrame),
        ...count,
      }));
    },
  };

  recorder.record(spec.isReplay ? null : spec.keeping.recording);

  return {
    truth,
    watch(next) {
      wish = next;
    },
    record: (target) => recorder.record(target),
    ffmpegPids: () => recorder.pids(),
    async close() {
      closing.abort();
      await running;
      await recorder.close();
      await encoding;
    },
  };
}

interface Feeds {
  readonly usual: SimulatedFeed;
  /** Draws the pictures of the other size; only with that fault */
  readonly resized: SimulatedFeed | null;
}

interface Job {
  readonly source: SimulatedSource;
  readonly feeds: Feeds;
  readonly plan: ReturnType<typeof planFault>;
  readonly frameIndex: number;
  readonly slot: number;
  readonly capturedAt: number;
}
