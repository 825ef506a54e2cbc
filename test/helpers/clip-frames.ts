/**
 * Every frame of a clip through the capture of the product, one after the other.
 */
import type { Size } from '#contract/geometry.ts';
import { systemClock } from '#engine/base/clock.ts';
import type { Frame, FrameLayout } from '#engine/base/frame.ts';
import { createFrameQueue } from '#engine/base/frame-queue.ts';
import { keepsNothing } from '#engine/capture/capture.ts';
import { openFfmpegCapture } from '#engine/capture/ffmpeg-capture.ts';
import { createFfmpegFinder } from '#engine/capture/ffmpeg-locate.ts';

export interface ClipFrame extends Frame {
  /** Planes of the slot; valid until the listener is done */
  readonly pixels: Uint8Array;
  readonly layout: FrameLayout;
}

export interface ClipOptions {
  readonly clip: string;
  readonly analysisFor: (picture: Size) => Size;
  /** Frames per second that are taken; all when left out */
  readonly fps?: number | undefined;
}

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const findFfmpeg = createFfmpegFinder({ configured: '', resourcesFolder: '/nowhere' });

/** Resolves after the last frame. Rejects with the reason when the clip cannot be read. */
export async function forEachFrame(
  { clip, analysisFor, fps }: ClipOptions,
  onFrame: (frame: ClipFrame) => Promise<void> | void,
): Promise<void> {
  const finished = Promise.withResolvers<undefined>();
  let isRead = false;
  let isBusy = false;
  const queue = createFrameQueue({
    isReplay: true,
    maxInFlight: 1,
    clock: systemClock,
    onSlots: () => undefined,
    onReady: () => void pump().catch(finished.reject),
  });
  const capture = openFfmpegCapture(
    {
      camera: {
        id: 'clip',
        name: 'Clip',
        source: clip,
        transport: 'tcp',
        fps: fps ?? 30,
        isLooped: false,
        isEnabled: true,
      },
      isReplay: true,
      keeping: keepsNothing,
      play: fps === undefined ? null : { startsAt: 0, firstFrame: 0 },
      analysisFor,
    },
    {
      intake: queue,
      clock: systemClock,
      log,
      random: () => 0,
      ffmpeg: findFfmpeg,
      owner: `clip-${String(process.pid)}`,
      onState(state) {
        if (state.state === 'waiting') finished.reject(new Error(state.reason.message));
        isRead ||= state.state === 'ended';
        finishIfDone();
      },
      onPreview: () => undefined,
      onSegment: () => undefined,
      onRecording: () => undefined,
    },
    { kind: 'file', path: clip },
  );

  function finishIfDone(): void {
    if (isRead && !isBusy && queue.waiting() === 0) finished.resolve(undefined);
  }

  async function pump(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let [next] = queue.ready(); next; [next] = queue.ready()) {
      const { frame } = next;
      const layout = queue.layout();
      queue.start(next);
      if (layout) await onFrame({ ...frame, layout, pixels: queue.bytes(frame.slot) });
      queue.done(frame);
    }
    isBusy = false;
    finishIfDone();
  }

  try {
    await finished.promise;
  } finally {
    await capture.close();
  }
}
