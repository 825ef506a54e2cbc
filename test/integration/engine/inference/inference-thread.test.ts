import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { plainExecution } from '#contract/execution.ts';
import { createSlotPool } from '#engine/base/slot-pool.ts';
import { analysisSize } from '#engine/inference/fit.ts';
import { createInferenceThread } from '#engine/inference/inference-thread.ts';
import type { InferenceThread } from '#engine/inference/inference-thread.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { readPicture } from '#test/pictures.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

const entry = path.resolve(import.meta.dirname, '../../../../main/workers/inference.ts');
const model = sharedPath('models/yolox_nano.onnx') ?? '';
const image = (name: string) => sharedPath(`images/coco_val2017_128/${name}`)!;
const threads: InferenceThread[] = [];

function start(file = model, card = yoloxNanoCard): InferenceThread {
  const thread = createInferenceThread({
    entry,
    model: { path: file, digest: file, card },
    executions: [plainExecution],
  });
  threads.push(thread);
  return thread;
}

/** A camera whose slots hold the given pictures. */
async function camera(cameraId: string, names: readonly string[]) {
  const pictures = await Promise.all(
    names.map((name) => readPicture(image(name), (size) => analysisSize(size, yoloxNanoCard))),
  );
  const layout = pictures[0]!.layout;
  const pool = createSlotPool(layout.analysis.width * layout.analysis.height * 3, pictures.length);
  for (const { pixels } of pictures) pool.bytes(pool.acquire()!).set(pixels);
  return { cameraId, shared: pool.shared, slotBytes: pool.slotBytes, layout };
}

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.close()));
});

describe.skipIf(!hasShared)(`inference thread (${sharedMissing})`, () => {
  it('answers batches in order, across cameras of different sizes', async () => {
    const thread = start();
    expect(await thread.ready).toEqual({ batchSize: 1 });
    thread.setSlots(await camera('street', ['000000000785.jpg']));
    thread.setSlots(await camera('sign', ['000000000724.jpg']));
    const street = { cameraId: 'street', slot: 0 };
    const sign = { cameraId: 'sign', slot: 0 };

    const results = Promise.all([thread.run([street, sign]), thread.run([sign]), thread.run([])]);
    expect(thread.isBusy()).toBe(true);
    const [both, second, none] = await results;
    expect(thread.isBusy()).toBe(false);
    expect(both.detections.map(labelsOf)).toEqual([['person'], labelsOf(second.detections[0]!)]);
    expect(both.detections[1]).toEqual(second.detections[0]);
    expect(none.detections).toEqual([]);
    expect(both.inferMs).toBeGreaterThan(0);
  });

  it('uses new slots once they are set, and refuses a camera that it was told to forget', async () => {
    const thread = start();
    const frame = { cameraId: 'street', slot: 0 };
    thread.setSlots(await camera('street', ['000000000785.jpg']));
    expect((await thread.run([frame])).detections.map(labelsOf)).toEqual([['person']]);
    thread.setSlots(await camera('street', ['000000000632.jpg']));
    expect((await thread.run([frame])).detections.map(labelsOf)).toEqual([[]]);
    thread.forget('street');
    await expect(thread.run([frame])).rejects.toMatchObject({ code: 'INF_001' });
    await expect(thread.run([])).resolves.toMatchObject({ detections: [] });
  });

  it('finishes its batches before it closes, twenty times', async () => {
    const slots = await camera('street', ['000000000785.jpg']);
    for (let round = 0; round < 20; round++) {
      const thread = start();
      thread.setSlots(slots);
      const open = [1, 2].map(() => thread.run([{ cameraId: 'street', slot: 0 }]));
      await thread.close();
      await expect(Promise.all(open)).resolves.toHaveLength(2);
      await expect(thread.run([])).rejects.toMatchObject({ code: 'SYS_001' });
      expect(await thread.ended).toBeNull();
    }
  });

  it('says why a model cannot be used, and ends', async () => {
    const thread = start(image('000000000785.jpg'));
    const run = thread.run([]);
    await expect(thread.ready).rejects.toMatchObject({ code: 'MODEL_002' });
    await expect(run).rejects.toMatchObject({ code: 'MODEL_002' });
    expect(await thread.ended).toMatchObject({ code: 'MODEL_002' });
  });
});

function labelsOf(found: readonly { label: string; score: number }[]): string[] {
  return found.filter(({ score }) => score > 0.5).map(({ label }) => label);
}
