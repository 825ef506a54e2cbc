import { describe, expect, it } from 'vitest';
import { createSession } from '#engine/inference/session.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { paintPicture } from '#test/pictures.ts';
import { halfModel } from '#test/tiny-onnx.ts';

describe('number types of a network', () => {
  it('half floats in and out', async () => {
    const session = await createSession({
      model: halfModel(),
      card: {
        ...yoloxNanoCard,
        head: 'yolov10',
        input: { width: 2, height: 2 },
        preprocess: {
          ...yoloxNanoCard.preprocess,
          dtype: 'float16',
          scale: 1 / 128,
          colour: 'rgb',
        },
      },
      provider: 'cpu',
      intraOpThreads: 1,
    });
    // The network answers with the lower green row and the blue plane: x1, y1, x2, y2, score, class.
    const green = [0, 0, 0, 0];
    const blue = [255, 128, 64, 0];
    const picture = paintPicture({ width: 2, height: 2 }, (x, y) => [
      0,
      green[y * 2 + x]!,
      blue[y * 2 + x]!,
    ]);
    const { detections } = await session.run([picture]);
    await session.close();
    expect(detections).toMatchObject([
      [{ label: 'person', score: 0.5, box: { x: 0, y: 0, width: 0.99609375, height: 0.5 } }],
    ]);
  });
});
