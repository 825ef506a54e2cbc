/**
 * Pictures of the cameras as they are now, as files in a folder of their own: what a model is tried on before it is imported.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Camera } from '#contract/camera.ts';
import { decodePreview } from '#contract/preview.ts';
import type { PreviewHub } from './preview-hub.ts';

/** Cameras that are asked, and how large and how often their pictures come. */
const maxCameras = 8;
const widthPx = 1280;
const fps = 2;
/** A camera that delivers nothing for so long is not waited for. */
const waitMs = 15_000;

export interface SampleFrames {
  /** Waits until `count` pictures came in turns from all live cameras, or no more come. */
  take(count: number, signal: AbortSignal): Promise<TakenFrames>;
}

export interface TakenFrames {
  /** Paths of JPEG files; none when no camera is live */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

export interface SampleFramesDeps {
  readonly previews: PreviewHub;
  readonly cameras: () => readonly Camera[];
  readonly folder: string;
}

export function createSampleFrames(deps: SampleFramesDeps): SampleFrames {
  return {
    async take(count, signal) {
      const live = deps.cameras().filter(({ capture }) => capture.state === 'live');
      const asked = live.slice(0, maxCameras).map(({ id }) => id);
      const jpegs =
        asked.length === 0 ? [] : await collect(deps.previews, { asked, count, signal });
      const folder = path.join(deps.folder, `samples-${crypto.randomUUID()}`);
      await mkdir(folder, { recursive: true });
      const files = jpegs.map((_, index) => path.join(folder, `${String(index)}.jpg`));
      await Promise.all(jpegs.map((jpeg, index) => writeFile(files[index] as string, jpeg)));
      return { files, remove: () => rm(folder, { recursive: true, force: true }) };
    },
  };
}

interface Wanted {
  readonly asked: readonly string[];
  readonly count: number;
  readonly signal: AbortSignal;
}

/** At most an even share of each camera, so that one of them does not fill the proof. */
async function collect(
  previews: PreviewHub,
  { asked, count, signal }: Wanted,
): Promise<Uint8Array[]> {
  const share = Math.ceil(count / asked.length);
  const byTile = asked.map((): Uint8Array[] => []);
  await new Promise<void>((resolve) => {
    const late = setTimeout(finish, waitMs);
    signal.addEventListener('abort', finish);
    const stream = previews.open(
      { tiles: asked.map((cameraId, tile) => ({ tile, cameraId, width: widthPx, fps })) },
      (bytes) => {
        const frame = decodePreview(bytes);
        const taken = frame && byTile[frame.tile];
        if (!taken || taken.length >= share) return;
        taken.push(frame.jpeg.slice());
        if (byTile.every((pictures) => pictures.length >= share)) finish();
      },
    );
    function finish(): void {
      clearTimeout(late);
      signal.removeEventListener('abort', finish);
      stream.close();
      resolve();
    }
  });
  // In turns, so that what is cut off at the end is not one camera.
  const turns = Array.from({ length: share }, (_, turn) =>
    byTile.map((pictures) => pictures[turn]),
  );
  return turns
    .flat()
    .filter((jpeg) => jpeg !== undefined)
    .slice(0, count);
}
