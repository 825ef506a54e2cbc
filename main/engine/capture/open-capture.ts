/**
 * Opens the capture of a camera by the kind of its source.
 */
import { StationError } from '#contract/error.ts';
import type { Capture, CaptureDeps, CaptureSpec } from './capture.ts';
import { openFfmpegCapture } from './ffmpeg-capture.ts';
import { openPictureCapture } from './picture-capture.ts';
import { openSimulatedCapture } from './simulated/simulated-capture.ts';
import { parseSource, type Source } from './source.ts';

/** Starts at once: the first state may be told before this returns. A wrong address is told as a state, too. */
export function openCapture(spec: CaptureSpec, deps: CaptureDeps): Capture {
  const pictures = spec.play?.pictures;
  if (pictures) return openPictureCapture(spec, deps, pictures);
  let source: Source;
  try {
    source = parseSource(spec.camera.source);
  } catch (error) {
    return refusedCapture(StationError.from(error, 'CAM_004'), deps);
  }
  return source.kind === 'simulated'
    ? openSimulatedCapture(spec, deps)
    : openFfmpegCapture(spec, deps, source);
}

/** An address that can never work is not tried again; it waits for the user to correct it. */
function refusedCapture(error: StationError, { clock, onState }: CaptureDeps): Capture {
  const since = clock.now();
  onState({ state: 'waiting', since, attempt: 1, retryAt: since, reason: error.toBody() });
  return {
    truth: null,
    watch: () => undefined,
    record: () => undefined,
    ffmpegPids: () => [],
    close: () => Promise.resolve(),
  };
}
