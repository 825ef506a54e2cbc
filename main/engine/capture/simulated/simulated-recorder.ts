/**
 * Records a simulated camera: its frames go through an ffmpeg of their own, which makes the stream that a real camera has.
 *
 *   frame ──copy──▶ ffmpeg (encode) ──▶ packet ring ──▶ segment writer
 *           │ while ffmpeg is behind, frames are left out
 */
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { CaptureDeps } from '#engine/capture/capture.ts';
import {
  streamEncoderArgs,
  type StreamEncoder,
  transportStreamArgs,
} from '#engine/capture/ffmpeg-args.ts';
import { type FfmpegProcess, runFfmpeg } from '#engine/capture/ffmpeg-process.ts';
import { createCaptureClock } from '#engine/capture/capture-clock.ts';
import { createPacketRing } from '#engine/capture/packet-ring.ts';
import type { RecordingTarget } from '#engine/capture/recording/segment-disk.ts';
import { createSegmentWriter, streamPart } from '#engine/capture/recording/segment-writer.ts';
import { createStreamTime } from '#engine/capture/stream-time.ts';

export interface SimulatedRecorderOptions extends Pick<
  CaptureDeps,
  'clock' | 'log' | 'ffmpeg' | 'owner' | 'onSegment' | 'onRecording'
> {
  readonly cameraId: string;
  readonly fps: number;
  readonly isMasked: boolean;
}

export interface SimulatedRecorder {
  record(target: RecordingTarget | null): void;
  /** Takes a frame: planar G, B, R of this size. The bytes are copied. */
  frame(planar: Uint8Array, size: Size): void;
  pids(): readonly number[];
  close(): Promise<void>;
}

interface Encoder {
  readonly size: Size;
  readonly process: FfmpegProcess;
}

/** So many frames wait for ffmpeg at most. */
const maxWaitingFrames = 2;
const ringBytes = 8_000_000;
/** ffmpeg that is missing or has failed is tried again after this. */
const retryMs = 10_000;

export function createSimulatedRecorder(options: SimulatedRecorderOptions): SimulatedRecorder {
  const { clock, cameraId, log } = options;
  const writer = createSegmentWriter({
    cameraId,
    clock,
    onSegment: options.onSegment,
    onState: options.onRecording,
  });
  const captureClock = createCaptureClock();
  const running = new Set<FfmpegProcess>();
  let isOn = false;
  let isClosed = false;
  let encoder: Encoder | null = null;
  let isStarting = false;
  let retryAtMs = -Infinity;

  async function start(size: Size): Promise<void> {
    const tools = await options.ffmpeg();
    const name = await tools.encoder();
    if (isClosed || !isOn) return;
    const process = runFfmpeg({
      path: tools.path,
      owner: options.owner,
      args: simulatedEncoderArgs(size, options.fps, name),
      stdio: ['pipe', 'pipe', 'pipe'],
      clean: (text) => text,
    });
    const time = createStreamTime(captureClock);
    const ring = createPacketRing({
      maxBytes: ringBytes,
      onPicture: (ticks, arrivedAt) => time.arrived(ticks, arrivedAt),
      onPackets: (packets, startsKey) =>
        writer.push(streamPart({ packets, startsKey, ring, time })),
    });
    writer.begin({ codec: name === 'libx264' ? 'h264' : 'mpeg4', isMasked: options.isMasked });
    const { stdin, stdout } = process.child;
    for (const pipe of [stdin, stdout]) pipe?.on('error', () => undefined);
    stdout?.on('data', (chunk: Buffer) => ring.push(chunk, clock.now()));
    running.add(process);
    const own = { size, process };
    encoder = own;
    void process.exited.then(({ lines }) => {
      running.delete(process);
      if (encoder !== own) return;
      encoder = null;
      writer.end();
      retryAtMs = clock.monotonicMs() + retryMs;
      log.warn('recording of a simulated camera ended', { cameraId, reason: lines.at(-1) });
    });
  }

  function stop(): void {
    const ending = encoder;
    encoder = null;
    writer.end();
    ending?.process.kill();
  }

  function begin(size: Size): void {
    if (isStarting || clock.monotonicMs() < retryAtMs) return;
    isStarting = true;
    start(size)
      .catch((error: unknown) => {
        retryAtMs = clock.monotonicMs() + retryMs;
        const reason = StationError.from(error, 'CAM_005').toBody();
        options.onRecording({ state: 'paused', reason });
      })
      .finally(() => {
        isStarting = false;
      });
  }

  return {
    record(target) {
      isOn = target !== null;
      writer.use(target);
      if (!isOn) stop();
    },
    frame(planar, size) {
      if (!isOn || isClosed) return;
      const isOther = encoder?.size.width !== size.width || encoder.size.height !== size.height;
      if (encoder && isOther) stop();
      const stdin = encoder?.process.child.stdin;
      if (!stdin) begin(size);
      else if (stdin.writableLength < maxWaitingFrames * planar.length) {
        stdin.write(Buffer.from(planar));
      }
    },
    pids: () => [...running].flatMap(({ child }) => child.pid ?? []),
    async close() {
      isClosed = true;
      stop();
      await Promise.all([...running].map(({ exited }) => exited));
      await writer.close();
    },
  };
}

/** Arguments that turn raw frames on stdin into a stream on stdout, stamped with the time at which they came. */
export function simulatedEncoderArgs(size: Size, fps: number, encoder: StreamEncoder): string[] {
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'level+warning'],
    ...['-probesize', '32', '-analyzeduration', '0', '-use_wallclock_as_timestamps', '1'],
    ...['-f', 'rawvideo', '-pix_fmt', 'gbrp', '-video_size', `${size.width}x${size.height}`],
    ...['-framerate', String(fps), '-i', 'pipe:0', '-filter_threads', '1', '-map', '0:v:0'],
    ...['-vf', 'scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p', '-vsync', 'passthrough'],
    ...streamEncoderArgs(encoder, fps),
    ...transportStreamArgs('pipe:1'),
  ];
}
