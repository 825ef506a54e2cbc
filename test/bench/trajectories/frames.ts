/**
 * Tracks frame by frame: of a simulated scene with its true boxes, or of a clip through a model.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Track } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { systemClock } from '#engine/base/clock.ts';
import { parseSimulatedUrl } from '#engine/capture/simulated/options.ts';
import { createScene, type Scene } from '#engine/capture/simulated/scene.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import { replay } from '#engine/replay.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { createNodeHost } from '#server/node-host.ts';
import { productFolders } from '#server/product.ts';

export interface TrackFrame {
  readonly seconds: number;
  readonly tracks: readonly Track[];
}

export interface Followed {
  readonly name: string;
  readonly size: Size;
  readonly frames: readonly TrackFrame[];
}

/** Less of an object than this is no detection. */
const seenLeast = 0.3;

/** A simulated scene, its boxes shaken a little as a network shakes them. */
export function followScene(
  address: string,
  minutes: number,
): Followed & { readonly scene: Scene } {
  const scene = createScene(parseSimulatedUrl(address, 10).scene);
  const { width, height, fps } = scene.options;
  const size = { width, height };
  const tracker = createByteTracker({ picture: size, fps });
  const random = randomFrom(7);
  const wobble = () => (random() + random() + random() - 1.5) * 0.06;
  const frames = Array.from({ length: Math.round(minutes * 60 * fps) }, (_, frame) => {
    const detections = scene
      .truth(frame)
      .filter((object) => object.visibleShare >= seenLeast && random() > 0.05)
      .map(({ box, label }) => ({
        box: {
          x: box.x + box.width * wobble(),
          y: box.y + box.height * wobble(),
          width: box.width * (1 + wobble()),
          height: box.height * (1 + wobble()),
        },
        label,
        score: 0.9,
      }));
    return { seconds: frame / fps, tracks: tracker.update(detections, frame / fps) };
  });
  return { name: address, size, frames, scene };
}

/** A clip through a model, tracker and all, as the station runs it. */
export async function followClip(clip: string, model: string): Promise<Followed> {
  const workersFolder = path.resolve(import.meta.dirname, '../../../main/workers');
  const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-paths-'));
  const host = createNodeHost({
    kind: 'cli',
    version: 'bench',
    dataFolder: folder,
    resourcesFolder: productFolders(workersFolder).resources,
    workersFolder,
    logLevel: 'warn',
    terminalLevel: 'silent',
  });
  const inspected = await createModelInspector(host)(model);
  let size: Size = { width: 1, height: 1 };
  const frames: TrackFrame[] = [];
  await replay(
    {
      source: clip,
      model: { path: model, digest: inspected.digest, card: inspected.card },
      linesFor(picture) {
        size = picture;
        return [];
      },
      ffmpegPath: '',
      threads: 1,
      onFrame: ({ at, tracks }) => frames.push({ seconds: at / 1000, tracks }),
    },
    { host, clock: systemClock },
  );
  rmSync(folder, { recursive: true, force: true });
  return { name: path.basename(clip), size, frames };
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
