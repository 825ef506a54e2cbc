/**
 * Runs picture files through a model with one card after the other: joins inference with the proof on pictures. It computes
 * in the process that calls it, so call it in one that may be thrown away.
 */
import type { Detection } from '#contract/detection.ts';
import type { ModelCard } from '#contract/model.ts';
import { mirrorPicture } from './base/mirror-picture.ts';
import { type DecodedPicture, readPicture } from './base/read-picture.ts';
import { createSession } from './inference/session.ts';
import type { DetectOnPictures } from './models/picture-proof.ts';

/** Larger pictures are scaled down: no network of this station sees more. */
const widestPx = 1280;

/** `onStep` is called after each picture, so that a listener knows that it goes on. */
export function createPictureDetector(
  file: string,
  pictures: readonly string[],
  onStep: () => void,
): DetectOnPictures {
  let decoded: Promise<DecodedPicture[]> | null = null;

  return async (card: ModelCard, isMirrored: boolean): Promise<Detection[][]> => {
    decoded ??= decode(pictures);
    const session = await createSession({
      ...{ model: file, card, provider: 'cpu', intraOpThreads: 1 },
      // Ways of preparing are compared, of which only some could leave their padding out.
      isPadded: true,
    });
    const found: Detection[][] = [];
    try {
      for (const picture of await decoded) {
        const { detections } = await session.run([isMirrored ? mirrorPicture(picture) : picture]);
        found.push(detections[0] ?? []);
        onStep();
      }
    } finally {
      await session.close();
    }
    return found;
  };
}

async function decode(pictures: readonly string[]): Promise<DecodedPicture[]> {
  const decoded: DecodedPicture[] = [];
  for (const file of pictures) {
    decoded.push(
      await readPicture(file, ({ width, height }) => {
        const ratio = Math.min(1, widestPx / width);
        return { width: Math.round(width * ratio), height: Math.round(height * ratio) };
      }),
    );
  }
  return decoded;
}
