/**
 * What a network of the product finds in every frame of a clip, kept in a folder for temporary files: a network takes minutes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Detection } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import { analysisSize } from '#engine/inference/fit.ts';
import { probeNetwork } from '#engine/inference/probe-network.ts';
import { createSession } from '#engine/inference/session.ts';
import { tryCard } from '#engine/inference/try-card.ts';
import { inspectModel } from '#engine/models/inspect.ts';
import { forEachFrame } from './clip-frames.ts';

export interface ClipDetections {
  readonly picture: Size;
  /** In the order of frames */
  readonly frames: readonly { readonly seconds: number; readonly detections: Detection[] }[];
}

export interface DetectOptions {
  readonly clip: string;
  readonly model: string;
  readonly card: ModelCard;
  readonly fps?: number | undefined;
}

const folder = path.join(os.tmpdir(), 'tallywatch-detections');
const progressFrames = 200;
/** Another one where the product computes boxes in another way, so that former ones are not taken for them. */
const wayOfInference = 'padding is not computed';

/** The card that the product proposes for a model file. */
export async function cardOf(model: string): Promise<ModelCard> {
  const { card } = await inspectModel(
    { file: model },
    { describeElsewhere: () => Promise.resolve(null), probeNetwork, tryCard },
  );
  return card;
}

/** Frames, detections and their times, from an earlier run where clip, model and card are the same. */
export async function detectClip(options: DetectOptions): Promise<ClipDetections> {
  const { clip, model, card, fps } = options;
  const key = createHash('sha256')
    .update(readFileSync(clip))
    .update(readFileSync(model))
    .update(JSON.stringify({ card, fps, wayOfInference }))
    .digest('hex');
  const file = path.join(folder, `${key}.json`);
  const known = readIfThere(file);
  if (known !== null) return JSON.parse(known) as ClipDetections;
  const found = await detect(options);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(found));
  return found;
}

async function detect({ clip, model, card, fps }: DetectOptions): Promise<ClipDetections> {
  const session = await createSession({ model, card, provider: 'cpu', intraOpThreads: 1 });
  const frames: { seconds: number; detections: Detection[] }[] = [];
  let picture: Size = { width: 1, height: 1 };
  const analysisFor = (size: Size): Size => analysisSize(size, card);
  try {
    await forEachFrame({ clip, fps, analysisFor }, async ({ pixels, layout, mediaSeconds }) => {
      picture = layout.picture;
      const { detections } = await session.run([{ pixels, layout }]);
      frames.push({ seconds: mediaSeconds, detections: detections[0] ?? [] });
      if (frames.length % progressFrames === 0) {
        console.error(`${path.basename(clip)}, ${card.name}: ${frames.length} frames`);
      }
    });
  } finally {
    await session.close();
  }
  return { picture, frames };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
