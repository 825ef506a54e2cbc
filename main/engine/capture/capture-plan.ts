/**
 * Decides how a source is read: from what it is and what is wanted to the plan of its ffmpeg. Pure.
 */
import type { Size } from '#contract/geometry.ts';
import type { CaptureSpec } from './capture.ts';
import {
  type CapturePlan,
  encodedSize,
  type StreamCopy,
  type StreamEncoder,
} from './ffmpeg-args.ts';
import { isTimedByArrival, type SourceFacts } from './source-facts.ts';
import type { StreamSource } from './source.ts';

export interface PlanInput {
  readonly spec: Pick<CaptureSpec, 'camera' | 'isReplay' | 'play'>;
  readonly source: StreamSource;
  readonly facts: SourceFacts;
  readonly analysis: Size;
  readonly hwaccel: string | null;
  readonly hasFpsMode: boolean;
  /** False once the stream could not be copied */
  readonly isCopyable: boolean;
  /** Masks are laid over everything that is shown and stored: what is copied has none */
  readonly isMasked: boolean;
  readonly isRecorded: boolean;
  readonly encoder: StreamEncoder;
}

/** Larger pictures are more than one core decodes in time. */
const largePixels = 2_500_000;

export function planCapture(input: PlanInput): CapturePlan {
  const { source, facts } = input;
  const { camera, isReplay, play } = input.spec;
  const { width, height } = facts.picture;
  const copy = isReplay && (!play || play.isUnseen) ? null : copyOf(input);
  // A recording has no pace of its own, wherever it lies.
  const isPaced =
    !isReplay && (source.kind === 'file' || (source.kind === 'http' && facts.isFinite));
  return {
    source,
    transport: camera.transport,
    analysis: input.analysis,
    fps: isReplay && !(play && isFewer(camera.fps, facts.fps)) ? null : camera.fps,
    isRepeatable: isReplay,
    isPaced,
    isLooped: isPaced && camera.isLooped,
    isTimedByArrival: source.kind === 'http' && isTimedByArrival(facts),
    hwaccel: input.hwaccel,
    decoderThreads: width * height > largePixels ? 2 : 1,
    copy,
    maskSize:
      input.isMasked && (copy === 'encoded' || copy === 'reencoded')
        ? encodedSize(copy, facts.picture)
        : null,
    encoder: input.encoder,
    hasFpsMode: input.hasFpsMode,
  };
}

/** At about the rate of the file every frame is taken: to leave out one now and then helps nobody. */
function isFewer(wanted: number, fps: number): boolean {
  return fps === 0 || wanted < 0.95 * fps;
}

/** A picture that lies on its side is turned when it is decoded, not when it is copied. */
function copyOf({ facts, isCopyable, isMasked, isRecorded }: PlanInput): StreamCopy {
  const { codec, isTurned } = facts;
  const isCopied = isCopyable && !isTurned && !isMasked;
  if (isCopied && (codec === 'h264' || codec === 'hevc')) return 'mpegts';
  // JPEGs would fill the ring about ten times as fast as a stream of the same pictures.
  if (isRecorded) return 'reencoded';
  return isCopied && codec === 'mjpeg' ? 'jpeg' : 'encoded';
}
