import {
  mkdtempSync,
  openSync,
  ftruncateSync,
  closeSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectInProcess } from '#engine/models/inspect-process.ts';
import { forkWorker } from '#server/node-host.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import {
  endlessModel,
  externalConstant,
  greedyModel,
  nanModel,
  node,
  onnxFile,
} from '#test/tiny-onnx.ts';

const entry = path.resolve(import.meta.dirname, '../../../../main/workers/inspect.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'inspect-'));
const limits = { timeoutMs: 60_000, maxMemoryBytes: 1024 ** 3 };

function inspect(file: string, some: Partial<typeof limits> = {}) {
  return inspectInProcess(
    { file },
    { spawn: () => forkWorker(entry, {}), limits: { ...limits, ...some } },
  );
}
function write(name: string, content: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe.skipIf(!hasShared)(`inspection of real models (${sharedMissing})`, () => {
  it.each([
    ['yolox_nano', 'yolox', 'letterbox-top-left', 'bgr', 416],
    ['deimv2_hgnetv2_femto_coco', 'detr', 'stretch', 'rgb', 416],
    ['picodet_xs_320_lcnet_postprocessed', 'picodet-nms', 'stretch', 'rgb', 320],
    ['yolov8n_int8', 'yolov8', 'letterbox-centre', 'rgb', 640],
    ['yolov10n_int8', 'yolov10', 'letterbox-centre', 'rgb', 640],
    ['derived_yolov5_layout_v5lite_e', 'yolov5', 'letterbox-centre', 'rgb', 320],
    ['derived_tfod_nhwc_uint8', 'ssd-tfod', 'stretch', 'rgb', 416],
  ])('recognises %s', async (...expected) => {
    const [name] = expected;
    const file = sharedPath(`models/${name}.onnx`)!;
    const { card, digest, bytes } = await inspect(file);
    const { head, preprocess, input } = card;
    expect([card.name, head, preprocess.resize, preprocess.colour, input.width]).toEqual(expected);
    expect(card.labels).toMatchObject({ person: 'person', car: 'vehicle', bicycle: 'bicycle' });
    expect({ digest, bytes }).toEqual(stated(name));
  });

  it('refuses the classifier with the reason', async () => {
    const file = sharedPath('models/mobilenet_v2_int8.onnx')!;
    const refusal = inspect(file);
    await expect(refusal).rejects.toThrow('classifier: it gives 1000 scores');
    await expect(refusal).rejects.toMatchObject({ code: 'MODEL_003' });
  });

  it('refuses a truncated file', async () => {
    const whole = readFileSync(sharedPath('models/yolox_nano.onnx')!);
    const file = write('truncated.onnx', whole.subarray(0, whole.length - 1000));
    await expect(inspect(file)).rejects.toMatchObject({ code: 'MODEL_002' });
  });
});

describe('inspection of hostile files', () => {
  it.each([
    { what: 'an empty file', content: new Uint8Array(), says: 'it is empty' },
    { what: 'a text', content: Buffer.from('#!/bin/sh\n'), says: 'not an ONNX model' },
    { what: 'a JPEG', content: Buffer.from('ffd8ffe000104a46', 'hex'), says: 'not an ONNX model' },
    { what: 'an unknown operator', content: withNode('Teleport'), says: 'operators' },
    { what: 'operators of the future', content: withNode('Relu', 9999), says: 'ONNX version' },
    { what: 'weights outside', content: withWeights('../secret.bin'), says: 'outside its folder' },
    {
      what: 'weights at the root',
      content: withWeights('/etc/passwd'),
      says: 'outside its folder',
    },
    { what: 'weights of Windows', content: withWeights('C:\\secret'), says: 'outside its folder' },
    {
      what: 'weights that are missing',
      content: withWeights('absent.bin'),
      says: 'cannot be read',
    },
  ])('refuses $what', async ({ what, content, says }) => {
    const file = write(`${what.replaceAll(' ', '-')}.onnx`, content);
    const refusal = inspect(file);
    await expect(refusal).rejects.toThrow(says);
    await expect(refusal).rejects.toMatchObject({ code: 'MODEL_002' });
  });

  it('refuses weights behind a link that leads outside', async () => {
    symlinkSync('/etc/hostname', path.join(folder, 'link.bin'));
    const file = write('linked.onnx', withWeights('link.bin'));
    await expect(inspect(file)).rejects.toThrow('outside its folder');
  });

  it('refuses 2 GB without reading them', async () => {
    const file = path.join(folder, 'large.onnx');
    const handle = openSync(file, 'w');
    ftruncateSync(handle, 2 * 1024 ** 3);
    closeSync(handle);
    await expect(inspect(file)).rejects.toThrow('more than 1 GB');
  });

  it('gives up a model that never answers', async () => {
    const file = write('endless.onnx', endlessModel());
    await expect(inspect(file, { timeoutMs: 3_000 })).rejects.toMatchObject({ code: 'INF_002' });
  });

  it('gives up a model that eats the memory', async () => {
    const file = write('greedy.onnx', greedyModel(6 * 1024 ** 3));
    await expect(inspect(file, { maxMemoryBytes: 600 * 1024 ** 2 })).rejects.toMatchObject({
      code: 'RES_001',
    });
  });

  it('refuses a model that answers NaN', async () => {
    const file = write('nan.onnx', nanModel());
    await expect(inspect(file)).rejects.toMatchObject({ code: 'INF_004' });
  });
});

function withNode(operator: string, opset = 13): Uint8Array {
  return onnxFile(
    {
      nodes: [node(operator, { inputs: ['images'], outputs: ['output'] })],
      inputs: { images: ['float', [1, 3, 32, 32]] },
      outputs: { output: ['float', [1, 3, 32, 32]] },
    },
    { opset },
  );
}

function withWeights(location: string): Uint8Array {
  return onnxFile({
    nodes: [node('Add', { inputs: ['images', 'weight'], outputs: ['output'] })],
    constants: [externalConstant('weight', location)],
    inputs: { images: ['float', [1, 3, 32, 32]] },
    outputs: { output: ['float', [1, 3, 32, 32]] },
  });
}

function stated(name: string): { digest: string; bytes: number } {
  const manifest = JSON.parse(readFileSync(sharedPath('MANIFEST.json')!, 'utf8')) as {
    path: string;
    sha256: string;
    bytes: number;
  }[];
  const { sha256, bytes } = manifest.find((entry) => entry.path === `models/${name}.onnx`)!;
  return { digest: sha256, bytes };
}
