/**
 * A capture whose pictures come through ffmpeg: connects, watches, and connects again for as long as it is open.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaptureReason } from '#contract/camera.ts';
import type { FrameLayout } from '#engine/base/frame.ts';
import type { Capture, CaptureDeps, CaptureSpec } from './capture.ts';
import { createCaptureClocks } from './capture-clock.ts';
import { createCaptureLife, lifeLimits } from './capture-life.ts';
import { type Connection, type ConnectionEnd, openConnection } from './connection.ts';
import {
  describeFailure,
  describeNoStart,
  describeRenewal,
  describeSilence,
  reasonOf,
} from './failure.ts';
import { planCapture } from './capture-plan.ts';
import type { CapturePlan } from './ffmpeg-args.ts';
import type { FfmpegTools } from './ffmpeg-locate.ts';
import { fingerprint } from './picture-watch.ts';
import { createPlayPace } from './play-pace.ts';
import { createPreview } from './preview.ts';
import { createMaskFill } from './mask/mask-fill.ts';
import { drawMasks } from './mask/mask-picture.ts';
import { checkFile, probeFacts } from './probe.ts';
import { createSegmentWriter, type StreamForm } from './recording/segment-writer.ts';
import { createRedactor } from './redact.ts';
import type { SourceFacts } from './source-facts.ts';
import { nameOf, type StreamSource } from './source.ts';

const checkMs = 250;
const factsMs = 15_000;

/** Why a connection was ended by us. */
type Verdict = 'not-started' | 'stalled' | 'changed' | 'replanned' | null;

export function openFfmpegCapture(
  spec: CaptureSpec,
  deps: Omit<CaptureDeps, 'simulator'>,
  source: StreamSource,
): Capture {
  const { camera, isReplay, play = null } = spec;
  const { clock, owner } = deps;
  const clean = createRedactor(camera.source);
  const closing = new AbortController();
  const life = createCaptureLife({ clock, random: deps.random, onState: deps.onState });
  const maskPolygons = spec.keeping.masks.map(({ points }) => points);
  const maskFill = createMaskFill(maskPolygons);
  const writer = createSegmentWriter({
    cameraId: camera.id,
    clock,
    onSegment: deps.onSegment,
    onState: deps.onRecording,
  });
  const captureClocks = createCaptureClocks();
  const preview = createPreview({
    clock,
    captureClock: captureClocks.packets,
    owner,
    onPicture: deps.onPreview,
    onPackets: (part) => writer.push(part),
  });
  const log = { cameraId: camera.id, source: nameOf(source) };
  let facts: SourceFacts | null = null;
  let connection: Connection | null = null;
  let stopConnection: ((why: Verdict) => void) | null = null;
  let layout: FrameLayout | null = null;
  let seq = play?.firstFrame ?? 0;
  const pace = play && createPlayPace({ play, clock, signal: closing.signal });
  const intake = pace ? pace.hold(deps.intake) : deps.intake;
  let isRecorded = !isReplay && spec.keeping.recording !== null;
  let plannedCopy: CapturePlan['copy'] = null;
  // What a former connection has shown not to work here
  let hasHwaccel = true;
  let isCopyable = true;

  const isClosing = (): boolean => closing.signal.aborted;

  /** One connection from start to end; returns why it ended, null for the end of a file that is played once. */
  async function connect(): Promise<CaptureReason | null> {
    life.connect();
    const tools = await deps.ffmpeg();
    const input = { source, transport: camera.transport };
    if (facts) await checkFile(source);
    else {
      const { signal } = closing;
      facts = await probeFacts(input, { tools, owner, clean, limitMs: factsMs, signal });
    }
    const plan = planCapture({
      spec,
      source,
      facts,
      analysis: spec.analysisFor(facts.picture),
      hwaccel: hasHwaccel && !play ? await tools.hwaccel.methodFor(facts.codec) : null,
      hasFpsMode: tools.hasFpsMode,
      isCopyable,
      isMasked: maskFill !== null,
      isRecorded,
      encoder: await tools.encoder(),
    });
    if (isClosing()) return null;
    const sameLayout = { picture: facts.picture, analysis: plan.analysis };
    if (JSON.stringify(sameLayout) !== JSON.stringify(layout)) {
      layout = sameLayout;
      intake.open(layout);
    }
    const maskPicture = plan.maskSize && (await drawMasks(maskPolygons, plan.maskSize));
    return run({ plan, tools, layout: sameLayout, maskPicture });
  }

  async function run(job: {
    readonly plan: CapturePlan;
    readonly tools: FfmpegTools;
    readonly layout: FrameLayout;
    readonly maskPicture: Uint8Array | null;
  }): Promise<CaptureReason | null> {
    const { plan, tools } = job;
    plannedCopy = plan.copy;
    writer.begin(formOf(plan));
    const fps = facts?.fps || camera.fps;
    const intervalMs = 1000 / Math.min(camera.fps, fps);
    let verdict = null as Verdict;
    let startSeconds: number | null = null;
    let toSkip = play ? seq : 0;
    let number = 0;
    const startedMs = clock.monotonicMs();
    captureClocks.frames.restart();
    captureClocks.packets.restart();
    const opened = await openConnection({
      plan,
      layout: job.layout,
      maskPicture: job.maskPicture,
      ffmpegPath: tools.path,
      owner,
      clean,
      intake,
      onFrame(bytes, seconds) {
        const place = number++;
        if (toSkip > 0) {
          toSkip--;
          return null;
        }
        if (!isReplay) life.frame(fingerprint(bytes));
        else if (life.state().state !== 'live') life.frame(0);
        maskFill?.fill(bytes, job.layout.analysis);
        const arrivedAt = clock.now();
        startSeconds ??= arrivedAt / 1000;
        const mediaSeconds = seconds ?? (isReplay ? place / fps : arrivedAt / 1000 - startSeconds);
        const replayedAt = pace?.place(mediaSeconds) ?? arrivedAt;
        return {
          seq: seq++,
          mediaSeconds,
          capturedAt: isReplay ? replayedAt : captureClocks.frames.place(seconds, arrivedAt),
        };
      },
      onStream: plan.copy && preview.begin(plan.copy, tools),
      onFacts: (now) => {
        if (!facts || isSame(now, facts)) return;
        facts = now;
        stop('changed');
      },
      onChanged: () => {
        // A recording goes on in the size it began with; to read it again would find the same change again.
        if (play) return;
        facts = null;
        stop('changed');
      },
    });
    connection = opened;
    stopConnection = stop;

    function stop(why: Verdict): void {
      verdict ??= why;
      // Nothing is stopped in the middle of an event of the connection itself.
      queueMicrotask(() => opened.end());
    }
    if (isClosing()) opened.end();
    else if (needsOtherCopy()) stop('replanned');

    const watchdog = setInterval(() => {
      const health = isReplay ? 'fine' : life.check(intervalMs);
      if (health !== 'fine') stop(health);
    }, checkMs);
    let end: ConnectionEnd;
    try {
      end = await opened.ended;
    } finally {
      clearInterval(watchdog);
      connection = null;
      stopConnection = null;
      preview.end();
      writer.end();
    }
    // A source that was not even reached may be the same when it comes back: then the next connection is quicker.
    if (end.isReached && end.frames === 0 && verdict !== 'changed' && verdict !== 'replanned')
      learn(plan, end);
    deps.log.debug('connection ended', {
      ...log,
      verdict,
      frames: end.frames,
      seconds: Math.round((clock.monotonicMs() - startedMs) / 1000),
    });
    return reasonOfEnd(end, verdict);
  }

  function reasonOfEnd(end: ConnectionEnd, verdict: Verdict): CaptureReason | null {
    const { lines } = end;
    switch (verdict) {
      case 'stalled':
        return describeSilence(source, life.silentMs() / 1000);
      case 'not-started':
        return describeNoStart(source, lifeLimits.startMs / 1000);
      case 'changed':
        return describeRenewal('sizeChanged');
      case 'replanned':
        return describeRenewal('recordingSwitched');
      case null: {
        // A recording that was read to its last frame before has nothing left, and still ends as it should.
        const isWhole = source.kind === 'file' && end.code === 0 && end.frames > 0;
        if (isWhole && (isReplay || !camera.isLooped)) return null;
        return describeFailure({ source, lines, hadPictures: end.frames > 0 });
      }
    }
  }

  /** What to do without next time, from how a connection ended before it gave pictures. */
  function learn(plan: CapturePlan, end: ConnectionEnd): void {
    facts = null;
    if (plan.hwaccel !== null) hasHwaccel = false;
    const isMuxFailure = end.lines.some((line) =>
      /av_interleaved_write_frame|Could not write header|Error (?:submitting|muxing)/.test(line),
    );
    if (plan.copy === 'mpegts' && isMuxFailure) isCopyable = false;
  }

  async function live(): Promise<void> {
    while (!isClosing()) {
      let reason: CaptureReason | null;
      try {
        reason = await connect();
      } catch (error) {
        reason = reasonOf(error);
      }
      if (isClosing()) return;
      if (reason === null) {
        life.end();
        return;
      }
      const waitMs = life.lose({ ...reason, message: clean(reason.message) });
      deps.log.warn('camera lost', {
        ...log,
        code: reason.code,
        reason: clean(reason.message),
        waitMs,
      });
      // A replay that fails has failed: trying again would count twice. A play knows where it was.
      if (isReplay && !play) return;
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  /** What cannot be copied is encoded only while it is recorded, so that switching it takes another connection. */
  function needsOtherCopy(): boolean {
    if (plannedCopy === null || plannedCopy === 'mpegts') return false;
    return isRecorded !== (plannedCopy === 'reencoded');
  }

  /** The form of the stream beside the frames; null where it is no stream that is stored. */
  function formOf({ copy, encoder }: CapturePlan): StreamForm | null {
    if (copy === 'reencoded') {
      return { codec: encoder === 'libx264' ? 'h264' : 'mpeg4', isMasked: maskFill !== null };
    }
    const codec = copy === 'mpegts' && facts?.codec === 'hevc' ? 'hevc' : 'h264';
    return copy === 'mpegts' ? { codec, isMasked: false } : null;
  }

  writer.use(isReplay ? null : spec.keeping.recording);
  const over = live();

  return {
    truth: null,
    watch: (wish) => preview.watch(wish),
    record(target) {
      // What is played from a file has times of its own and is on the disk already.
      if (isReplay) return;
      isRecorded = target !== null;
      writer.use(target);
      if (needsOtherCopy()) stopConnection?.('replanned');
    },
    ffmpegPids: () => [
      ...(connection?.process.child.pid ? [connection.process.child.pid] : []),
      ...preview.pids(),
    ],
    async close() {
      closing.abort();
      connection?.end();
      await Promise.all([over, preview.close()]);
      await writer.close();
    },
  };
}

function isSame(a: SourceFacts, b: SourceFacts): boolean {
  const { width, height } = a.picture;
  return width === b.picture.width && height === b.picture.height && a.codec === b.codec;
}
