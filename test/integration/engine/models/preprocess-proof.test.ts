import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPicture } from '#engine/base/read-picture.ts';
import { mirrorPicture } from '#engine/base/mirror-picture.ts';
import { createSession } from '#engine/inference/session.ts';
import { provePreprocess } from '#engine/models/preprocess-proof.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

describe.skipIf(!hasShared)(`proof with a real model (${sharedMissing})`, () => {
  it('finds that a network wants BGR and not RGB', { timeout: 600_000 }, async () => {
    const folder = sharedPath('images/coco_val2017_128')!;
    const files = readdirSync(folder).slice(0, 16);
    const plain = await Promise.all(
      files.map((file) => readPicture(path.join(folder, file), (size) => size)),
    );
    const mirrored = plain.map(mirrorPicture);
    const preprocess = { ...yoloxNanoCard.preprocess, colour: 'rgb' as const };
    const { variants, isDoubtful } = await provePreprocess({
      card: { ...yoloxNanoCard, preprocess },
      async detect(card, isMirrored) {
        const model = sharedPath('models/yolox_nano.onnx')!;
        const session = await createSession({ model, card, provider: 'cpu', intraOpThreads: 1 });
        const { detections } = await session.run(isMirrored ? mirrored : plain);
        await session.close();
        return detections;
      },
    });
    expect({ best: variants[0]?.difference, isDoubtful }).toEqual({
      best: 'colours BGR',
      isDoubtful: true,
    });
  });
});
