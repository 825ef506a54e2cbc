/**
 * A capture of a folder of pictures: one frame for each file, in the order of the list. A file that is no picture, or one of
 * another size, is named and passed over.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import { readPicture } from '#engine/base/read-picture.ts';
import type { Capture, CaptureDeps, CaptureSpec, PictureList } from './capture.ts';
import { createMaskFill } from './mask/mask-fill.ts';

/**
 * Starts at once. The frame number is the place in the list, so that it goes on at the same file after a restart.
 * @param pictures which files, and how far apart they were taken
 */
export function openPictureCapture(
  spec: CaptureSpec,
  deps: Pick<CaptureDeps, 'intake' | 'clock' | 'onState' | 'onSkipped'>,
  pictures: PictureList,
): Capture {
  const { intake, clock, onState } = deps;
  const { startsAt = 0, firstFrame = 0 } = spec.play ?? {};
  const folder = spec.camera.source;
  const maskFill = createMaskFill(spec.keeping.masks.map(({ points }) => points));
  const closing = new AbortController();
  const isClosing = (): boolean => closing.signal.aborted;

  const read = (file: string) => readPicture(path.join(folder, file), spec.analysisFor);

  /** The first picture says how large all are; asked again after a restart, it says the same. */
  async function sizeOfAll(): Promise<Size | null> {
    for (const file of pictures.files) {
      if (isClosing()) return null;
      const picture = await read(file).catch(() => null);
      if (picture === null) continue;
      intake.open(picture.layout);
      return picture.layout.picture;
    }
    return null;
  }

  async function put(seq: number, file: string, size: Size): Promise<void> {
    const { pixels, layout } = await read(file);
    const { width, height } = layout.picture;
    if (width !== size.width || height !== size.height) {
      throw new StationError(
        'INF_003',
        `It has ${String(width)} × ${String(height)} px and the first picture ${String(size.width)} × ${String(size.height)}: put pictures of another camera into a folder of their own.`,
      );
    }
    const slot = await intake.take();
    if (isClosing()) {
      intake.giveBack(slot);
      return;
    }
    const bytes = intake.bytes(slot);
    bytes.set(pixels);
    maskFill?.fill(bytes, layout.analysis);
    const mediaSeconds = (seq * pictures.intervalMs) / 1000;
    intake.put({ slot, seq, mediaSeconds, capturedAt: startsAt + seq * pictures.intervalMs });
  }

  async function run(): Promise<void> {
    onState({ state: 'connecting', since: clock.now(), attempt: 1 });
    const size = await sizeOfAll();
    if (isClosing()) return;
    if (size === null) {
      const error = new StationError('REQ_002', 'There is no picture in this folder.');
      const since = clock.now();
      onState({ state: 'waiting', since, attempt: 1, retryAt: since, reason: error.toBody() });
      return;
    }
    onState({ state: 'live', since: clock.now() });
    for (const [seq, file] of pictures.files.entries()) {
      if (isClosing()) return;
      if (seq < firstFrame) continue;
      try {
        await put(seq, file, size);
      } catch (error) {
        deps.onSkipped?.(file, StationError.from(error, 'INF_003').toBody());
      }
    }
    if (!isClosing()) onState({ state: 'ended', since: clock.now() });
  }
  const over = run();

  return {
    truth: null,
    watch: () => undefined,
    record: () => undefined,
    ffmpegPids: () => [],
    async close() {
      closing.abort();
      // It may wait for a slot that nobody frees any more.
      await Promise.race([over, new Promise((resolve) => setImmediate(resolve))]);
    },
  };
}
