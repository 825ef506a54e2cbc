import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPicture } from '#engine/base/read-picture.ts';
import { analysisSize } from '#engine/inference/fit.ts';
import { createSession } from '#engine/inference/session.ts';
import { quantizeModel } from '#engine/quantize-model.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

describe.skipIf(!hasShared)(`int8 child of a real model (${sharedMissing})`, () => {
  it('is less than half as large and still sees the person', { timeout: 600_000 }, async () => {
    const file = sharedPath('models/yolox_nano.onnx')!;
    const folder = sharedPath('images/coco_val2017_128')!;
    const read = (name: string) =>
      readPicture(path.join(folder, name), (size) => analysisSize(size, yoloxNanoCard));
    const pictures = await Promise.all(readdirSync(folder).slice(0, 8).map(read));
    const model = await quantizeModel({ file, card: yoloxNanoCard, pictures });
    expect(model.length).toBeLessThan(statSync(file).size / 2);

    const session = await createSession({
      model,
      card: yoloxNanoCard,
      provider: 'cpu',
      intraOpThreads: 1,
    });
    const { detections } = await session.run([await read('000000000785.jpg')]);
    await session.close();
    expect(detections[0]?.[0]).toMatchObject({ label: 'person' });
    expect(detections[0]?.[0]?.score).toBeGreaterThan(0.5);
  });
});
