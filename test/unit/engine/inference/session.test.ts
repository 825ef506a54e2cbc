import { mkdtemp, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Detection } from '#contract/detection.ts';
import { analysisSize } from '#engine/inference/fit.ts';
import { openOnnxBackend } from '#engine/inference/onnx-backend.ts';
import { createSession } from '#engine/inference/session.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { readPicture } from '#test/pictures.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

const model = sharedPath('models/yolox_nano.onnx') ?? '';
const images = sharedPath('images/coco_val2017_128') ?? '';
const cpu = { provider: 'cpu', intraOpThreads: 1 };

describe.skipIf(!hasShared)(`session with real models (${sharedMissing})`, () => {
  it('finds the people and cars of real pictures, whether the slot is fitted or not', async () => {
    const session = await createSession({ model, card: yoloxNanoCard, ...cpu });
    const truth = truthOf('000000000785.jpg');
    const file = path.join(images, '000000000785.jpg');
    const fitted = await readPicture(file, (size) => analysisSize(size, yoloxNanoCard));
    const whole = await readPicture(file);
    const { detections } = await session.run([fitted, whole]);
    for (const found of detections) {
      const people = found.filter(({ label, score }) => label === 'person' && score > 0.5);
      expect(people).toHaveLength(truth.length);
      expect(iou(people[0]!, truth[0]!)).toBeGreaterThan(0.85);
    }
    await session.close();
  });

  it('gives each picture its own boxes, run after run in the same memory', async () => {
    const session = await createSession({ model, card: yoloxNanoCard, ...cpu });
    const pictures = await Promise.all(
      ['000000000785.jpg', '000000000139.jpg'].map((name) =>
        readPicture(path.join(images, name), (size) => analysisSize(size, yoloxNanoCard)),
      ),
    );
    const rounds = [];
    for (let round = 0; round < 3; round++) {
      const found = [];
      for (const picture of pictures) found.push((await session.run([picture])).detections[0]);
      rounds.push(found);
    }
    expect(rounds[1]).toEqual(rounds[0]);
    expect(rounds[2]).toEqual(rounds[0]);
    expect(rounds[0]![0]).not.toEqual(rounds[0]![1]);
    await session.close();
  });

  it('finds the same without computing the padding, in pictures of any shape together', async () => {
    const [trimmed, padded] = await Promise.all(
      [false, true].map((isPadded) =>
        createSession({ model, card: yoloxNanoCard, ...cpu, isPadded }),
      ),
    );
    const pictures = await Promise.all(
      // wide, upright, nearly square, wide again
      ['000000000785.jpg', '000000001000.jpg', '000000000872.jpg', '000000000139.jpg'].map((name) =>
        readPicture(path.join(images, name)),
      ),
    );
    const [found, expected] = await Promise.all(
      [trimmed!, padded!].map(async (session) => (await session.run(pictures)).detections),
    );
    expected!.forEach((sure, index) => {
      for (const box of sure.filter(({ score }) => score > 0.6)) {
        const same = found![index]!.filter(
          (other) => other.label === box.label && iou(other, box) > 0.9,
        );
        expect(same, `${box.label} in picture ${String(index)}`).toHaveLength(1);
        expect(Math.abs(same[0]!.score - box.score)).toBeLessThan(0.1);
      }
    });
    expect(found).not.toEqual(expected);
    await Promise.all([trimmed!.close(), padded!.close()]);
  });

  it.each([
    ['yolox_nano.onnx', yoloxNanoCard, true],
    ['yolox_nano.onnx', { ...yoloxNanoCard, head: 'yolov8' }, false],
    ['yolov8n_int8.onnx', { ...yoloxNanoCard, input: { width: 640, height: 640 } }, false],
  ] as const)(
    '%s takes less than its whole input where its graph does',
    async (file, card, takesLess) => {
      const backend = await openOnnxBackend({
        ...{ model: sharedPath(`models/${file}`)!, card, ...cpu },
      });
      expect(backend.takesLess).toBe(takesLess);
      await backend.close();
    },
  );

  it('refuses files that are no model, with what to do', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'session-'));
    const bytes = readFileSync(model);
    const files = {
      'empty.onnx': new Uint8Array(),
      'truncated.onnx': bytes.subarray(0, bytes.length / 2),
      'text.onnx': Buffer.from('this is not a model'),
    };
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      await writeFile(file, content);
      await expect(
        createSession({ model: file, card: yoloxNanoCard, ...cpu }),
        name,
      ).rejects.toMatchObject({ code: 'MODEL_002' });
    }
    await expect(
      createSession({ model: path.join(folder, 'absent.onnx'), card: yoloxNanoCard, ...cpu }),
    ).rejects.toThrow('is missing');
  });

  it('refuses a classifier, a wrong head and a wrong number of classes', async () => {
    const classifier = sharedPath('models/mobilenet_v2_int8.onnx')!;
    const input = { width: 224, height: 224 };
    await expect(
      createSession({ model: classifier, card: { ...yoloxNanoCard, input }, ...cpu }),
    ).rejects.toMatchObject({ code: 'MODEL_003' });
    await expect(
      createSession({ model: classifier, card: yoloxNanoCard, ...cpu }),
    ).rejects.toMatchObject({ code: 'MODEL_003' });
    await expect(
      createSession({ model, card: { ...yoloxNanoCard, classes: ['person'] }, ...cpu }),
    ).rejects.toMatchObject({ code: 'MODEL_003' });
  });

  it('refuses an execution provider that is not there', async () => {
    await expect(
      createSession({ model, card: yoloxNanoCard, provider: 'tensorrt', intraOpThreads: 1 }),
    ).rejects.toMatchObject({ code: 'SYS_004' });
  });
});

/** People of a picture of the COCO set, normalised. */
function truthOf(fileName: string): Detection[] {
  const coco = JSON.parse(readFileSync(sharedPath('images/coco_val2017_128.json')!, 'utf8')) as {
    images: { id: number; file_name: string; width: number; height: number }[];
    annotations: {
      image_id: number;
      category_id: number;
      bbox: [number, number, number, number];
    }[];
  };
  const image = coco.images.find(({ file_name }) => file_name === fileName)!;
  return coco.annotations
    .filter(({ image_id, category_id }) => image_id === image.id && category_id === 0)
    .map(({ bbox: [x, y, width, height] }) => ({
      box: {
        x: x / image.width,
        y: y / image.height,
        width: width / image.width,
        height: height / image.height,
      },
      score: 1,
      label: 'person',
    }));
}

function iou({ box: a }: Detection, { box: b }: Detection): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (a.width * a.height + b.width * b.height - shared);
}
