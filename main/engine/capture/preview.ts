/**
 * Pictures of one camera for views: takes the stream that is copied beside the frames, always, and shows it when wanted.
 *
 *   mpegts ──▶ packet ring ──(while somebody looks)──▶ preview decoder ──▶ JPEG
 *                  └──▶ recording
 *   mpjpeg ──▶ parts ─────────────────────────────────────────────────▶ JPEG
 */
import type { PreviewPicture, PreviewWish } from './capture.ts';
import type { CaptureClock } from './capture-clock.ts';
import type { StreamCopy } from './ffmpeg-args.ts';
import type { FfmpegTools } from './ffmpeg-locate.ts';
import { createJpegParts, jpegSize } from './jpeg-parts.ts';
import { createPacketRing, type PacketRing } from './packet-ring.ts';
import { openPreviewDecoder, type PreviewDecoder } from './preview-decoder.ts';
import { streamPart, type StreamPart } from './recording/segment-writer.ts';
import { createStreamTime, type StreamTime } from './stream-time.ts';
import type { Clock } from '#engine/base/clock.ts';

export interface PreviewOptions {
  readonly clock: Clock;
  /** Learns from the packets of a transport stream, and says what time their pictures are of */
  readonly captureClock: CaptureClock;
  readonly owner: string;
  readonly onPicture: (picture: PreviewPicture) => void;
  /** Takes every packet of a transport stream, whoever looks */
  readonly onPackets: (part: StreamPart) => void;
}

export interface Preview {
  watch(wish: PreviewWish | null): void;
  /** A new connection writes such a stream; returns where its bytes go. */
  begin(copy: StreamCopy, tools: FfmpegTools): (chunk: Buffer) => void;
  /** The connection is over. */
  end(): void;
  pids(): readonly number[];
  /** Resolves when no decoder is left. */
  close(): Promise<void>;
}

const ringBytes = 12_000_000;
/** Wishes are rounded up to this, px: a window that is being resized must not restart the decoder all the time. */
const widthStep = 160;
const restartMs = 1_000;
/** An even source paced to just its own rate must not lose pictures to jitter. */
const paceSlack = 0.75;

export function createPreview(options: PreviewOptions): Preview {
  const { clock } = options;
  const running = new Set<PreviewDecoder>();
  let wish: PreviewWish | null = null;
  let ring: PacketRing | null = null;
  let time: StreamTime | null = null;
  let tools: FfmpegTools | null = null;
  let decoder: PreviewDecoder | null = null;
  let startedMs = -Infinity;
  let shownMs = -Infinity;
  let isClosed = false;

  function show(jpeg: Uint8Array, capturedAt: number): void {
    const size = jpegSize(jpeg);
    if (size && wish && !isClosed) options.onPicture({ capturedAt, ...size, jpeg });
  }

  function stopDecoder(): void {
    decoder?.close();
    decoder = null;
  }

  /** Starts a decoder where one is wanted, possible and not running. */
  function startDecoder(): void {
    if (decoder || !wish || !ring || !tools || isClosed) return;
    const nowMs = clock.monotonicMs();
    const start = ring.start();
    const fromTicks = ring.newestTicks();
    if (!start || fromTicks === null || nowMs - startedMs < restartMs) return;
    startedMs = nowMs;
    const opened = openPreviewDecoder({
      tools,
      owner: options.owner,
      wish,
      start,
      fromTicks,
      onJpeg: (jpeg, ticks) => {
        const capturedAt = ticks === null ? null : time?.at(ticks);
        show(jpeg, capturedAt ?? clock.now());
      },
      onEnded: () => {
        if (decoder === opened) decoder = null;
      },
    });
    decoder = opened;
    running.add(opened);
    void opened.process.exited.then(() => running.delete(opened));
  }

  function isDue(): boolean {
    if (!wish) return false;
    const nowMs = clock.monotonicMs();
    if (nowMs - shownMs < (1000 / wish.fps) * paceSlack) return false;
    shownMs = Math.max(shownMs + 1000 / wish.fps, nowMs - 1000 / wish.fps);
    return true;
  }

  function takeJpegs(): (chunk: Buffer) => void {
    return createJpegParts({ isWanted: isDue, onJpeg: (jpeg) => show(jpeg, clock.now()) });
  }

  function takePackets(): (chunk: Buffer) => void {
    const ownTime = createStreamTime(options.captureClock);
    const own = createPacketRing({
      maxBytes: ringBytes,
      onPicture: (ticks, arrivedAt) => ownTime.arrived(ticks, arrivedAt),
      onPackets: (packets, startsKey) => {
        options.onPackets(streamPart({ packets, startsKey, ring: own, time: ownTime }));
        if (decoder) decoder.feed(packets, startsKey);
        else startDecoder();
      },
    });
    ring = own;
    time = ownTime;
    return (chunk) => own.push(chunk, clock.now());
  }

  return {
    watch(next) {
      const rounded = next && {
        fps: next.fps,
        width: Math.ceil(next.width / widthStep) * widthStep,
      };
      if (rounded?.fps === wish?.fps && rounded?.width === wish?.width) return;
      wish = rounded;
      stopDecoder();
      // Somebody has asked: the pause between restarts is for decoders that fail.
      startedMs = -Infinity;
      startDecoder();
    },
    begin(copy, withTools) {
      stopDecoder();
      tools = withTools;
      return copy === 'mpegts' || copy === 'reencoded' ? takePackets() : takeJpegs();
    },
    end() {
      stopDecoder();
      ring = null;
      time = null;
    },
    pids: () => [...running].flatMap(({ process }) => process.child.pid ?? []),
    async close() {
      isClosed = true;
      stopDecoder();
      await Promise.all([...running].map(({ process }) => process.exited));
    },
  };
}
