import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { probeNetwork } from '#engine/inference/probe-network.ts';
import { tryCard } from '#engine/inference/try-card.ts';
import { makeVariant } from '#engine/make-variant.ts';
import { inspectModel } from '#engine/models/inspect.ts';
import { judgeVariant } from '#engine/models/judge-variant.ts';
import { makeNode, readGraph, writeGraph } from '#engine/models/onnx-graph.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { scratchFolder } from '#test/station-process.ts';

const timeoutMs = 600_000;

async function make(file: string) {
  const { card } = await inspectModel(
    { file },
    { describeElsewhere: () => Promise.resolve(null), probeNetwork, tryCard },
  );
  const folder = sharedPath('images/coco_val2017_128')!;
  const pictures = readdirSync(folder)
    .slice(0, 16)
    .map((name) => path.join(folder, name));
  const target = path.join(scratchFolder(), 'child.onnx');
  return makeVariant({ variant: 'fp16', file, card, pictures, target }, () => undefined);
}

/** The model with a factor and its inverse behind its first convolution: the same numbers, but larger ones in between. */
function blownUp(bytes: Uint8Array, factor: number): Uint8Array {
  const graph = readGraph(bytes);
  const index = graph.nodes.findIndex(({ operator }) => operator === 'Conv');
  const first = graph.nodes[index]!;
  const [output] = first.outputs;
  const value = (name: string, number: number) =>
    [name, { name, dims: [], values: Float32Array.of(number) }] as const;
  const nodes = [
    ...graph.nodes.slice(0, index),
    { ...first, outputs: ['small'] },
    makeNode('Mul', { inputs: ['small', 'factor'], outputs: ['large'] }),
    makeNode('Div', { inputs: ['large', 'factor'], outputs: [output!] }),
    ...graph.nodes.slice(index + 1),
  ];
  return writeGraph({
    ...graph,
    nodes,
    floats: new Map([...graph.floats, value('factor', factor)]),
  });
}

describe.skipIf(!hasShared)(`fp16 child of a real model (${sharedMissing})`, () => {
  it.for([
    'yolox_nano',
    'picodet_xs_320_lcnet_postprocessed',
    'derived_yolov5_layout_v5lite_e',
    'deimv2_hgnetv2_femto_coco',
    'derived_tfod_nhwc_uint8',
  ])('%s is half as large and finds the same', { timeout: timeoutMs }, async (name) => {
    const report = await make(sharedPath(`models/${name}.onnx`)!);
    console.log(name, JSON.stringify(report));
    expect(judgeVariant(report)).toBeNull();
    expect(report.bytes / report.parentBytes).toBeLessThan(0.56);
  });

  it.for(['yolov8n_int8', 'yolov10n_int8'])('%s is refused: it has 8 bits', async (name) => {
    await expect(make(sharedPath(`models/${name}.onnx`)!)).rejects.toMatchObject({
      code: 'REQ_003',
      message: expect.stringContaining('computes with 8 bits already') as string,
    });
  });

  it('is refused where its numbers are too large for 16 bits', { timeout: timeoutMs }, async () => {
    const file = path.join(scratchFolder(), 'large.onnx');
    writeFileSync(file, blownUp(readFileSync(sharedPath('models/yolox_nano.onnx')!), 30_000));
    await expect(make(file)).rejects.toMatchObject({
      code: 'MODEL_003',
      message: expect.stringContaining('too large for it') as string,
    });
  });
});
