import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { joinBytes, bytesField, numberField } from '#engine/base/protobuf.ts';
import { halveModel } from '#engine/halve-model.ts';
import { loadNetwork } from '#engine/inference/load-network.ts';
import { readGraph } from '#engine/models/onnx-graph.ts';
import { scratchFolder } from '#test/station-process.ts';
import {
  constant,
  elementType,
  externalConstant,
  graph,
  graphAttribute,
  halfModel,
  node,
  onnxFile,
} from '#test/tiny-onnx.ts';

async function halved(bytes: Uint8Array) {
  const file = path.join(scratchFolder(), 'model.onnx');
  await writeFile(file, bytes);
  return halveModel(file);
}

/** What the network answers to these numbers; its input `x` is a row of them. */
async function run(model: Uint8Array, x: readonly number[]): Promise<number[]> {
  const network = await loadNetwork({ model, provider: 'cpu', intraOpThreads: 1 });
  const { y } = await network.run({
    x: new Tensor('float32', Float32Array.from(x), [1, x.length]),
  });
  await network.release();
  return [...(y!.data as Float32Array)];
}

/** Its nodes in their order: what each takes and gives. */
function nodesOf(model: Uint8Array): string[] {
  return readGraph(model).nodes.map(
    ({ operator, inputs, outputs }) => `${operator}: ${inputs.join(' ')} → ${outputs.join(' ')}`,
  );
}

const row = (columns: number) => ['float', [1, columns]] as const;
const matrix = (name: string, ...values: number[]) =>
  constant(name, Float32Array.from(values), [1, values.length]);
const toType = (type: number) =>
  joinBytes([bytesField(1, 'to'), numberField(3, type), numberField(20, 2)]);

describe('weights of 16 bits', () => {
  it.each([
    ['one that fits', 0.5, 0.5],
    ['one between two halves', 1 / 3, 0.333251953125],
    ['in the middle of two, to the even one below', 2049, 2048],
    ['in the middle of two, to the even one above', 2051, 2052],
    ['the largest', 65504, 65504],
    ['a little larger than the largest', 65520, 65504],
    ['a limit like 1e9', 1e9, 65504],
    ['a limit like −1e9', -1e9, -65504],
    ['infinity', Infinity, Infinity],
    ['no number', NaN, NaN],
    ['a small one, with fewer bits', 1e-5, 168 * 2 ** -24],
    ['one that guards a division', 1e-12, 2 ** -24],
    ['a small one below 0', -1e-12, -(2 ** -24)],
    ['nothing', 0, 0],
  ])('%s', async (_, weight, expected) => {
    const { model } = await halved(
      onnxFile({
        nodes: [node('MatMul', { inputs: ['x', 'w'], outputs: ['y'] })],
        constants: [matrix('w', weight)],
        inputs: { x: row(1) },
        outputs: { y: row(1) },
      }),
    );
    expect(await run(model, [1])).toEqual([expected]);
  });
});

describe('a network with 16 bits', () => {
  it('has them from the first product to the last, and each Cast once', async () => {
    const { model } = await halved(
      onnxFile({
        nodes: [
          node('Sub', { inputs: ['x', 'mean'], outputs: ['ready'] }),
          node('MatMul', { inputs: ['ready', 'w1'], outputs: ['a'] }),
          node('Sigmoid', { inputs: ['a'], outputs: ['gate'] }),
          node('Mul', { inputs: ['a', 'gate'], outputs: ['b'] }),
          node('CumSum', { inputs: ['b', 'axis'], outputs: ['c'] }),
          node('Resize', { inputs: ['c', '', 'factors'], outputs: ['d'] }),
          node('MatMul', { inputs: ['d', 'w2'], outputs: ['e'] }),
          node('MatMul', { inputs: ['ready', 'w3'], outputs: ['f'] }),
          node('Mul', { inputs: ['e', 'stride'], outputs: ['g'] }),
          node('Add', { inputs: ['g', 'f'], outputs: ['y'] }),
        ],
        constants: [
          matrix('mean', 0.25),
          matrix('w1', 0.5, -1),
          matrix('factors', 1, 2),
          constant('axis', BigInt64Array.of(1n), []),
          constant('w2', Float32Array.of(1, 2, 3, 4), [4, 1]),
          matrix('w3', 3),
          matrix('stride', 8),
        ],
        inputs: { x: row(1) },
        outputs: { y: row(1) },
      }),
    );
    expect(nodesOf(model)).toEqual([
      'Sub: x mean → ready',
      'Cast: ready → ready/half',
      'MatMul: ready/half w1/half → a/half',
      'Sigmoid: a/half → gate/half',
      'Mul: a/half gate/half → b/half',
      'Cast: b/half → b',
      'CumSum: b axis → c',
      'Resize: c  factors → d',
      'Cast: d → d/half',
      'MatMul: d/half w2/half → e/half',
      'MatMul: ready/half w3/half → f/half',
      'Cast: e/half → e',
      'Mul: e stride → g',
      'Cast: f/half → f',
      'Add: g f → y',
    ]);
  });

  it('goes on with 32 bits where it computes with indices', async () => {
    const bytes = onnxFile({
      nodes: [
        node('MatMul', { inputs: ['x', 'w'], outputs: ['a'] }),
        node('ArgMax', { inputs: ['a'], outputs: ['place'] }),
        node('Cast', { inputs: ['place'], outputs: ['number'] }, [toType(elementType.float)]),
        node('Add', { inputs: ['number', 'much'], outputs: ['far'] }),
        node('MatMul', { inputs: ['far', 'w'], outputs: ['b'] }),
        node('Sub', { inputs: ['b', 'far'], outputs: ['y'] }),
      ],
      constants: [matrix('w', 1), constant('much', Float32Array.of(2049), [])],
      inputs: { x: row(1) },
      outputs: { y: row(1) },
    });
    const { model } = await halved(bytes);
    expect(nodesOf(model).filter((each) => each.includes('far'))).toEqual([
      'Add: number much → far',
      'Cast: far → far/half',
      'MatMul: far/half w/half → b/half',
      'Sub: b far → y',
    ]);
  });

  it('gives branches that use its tensors what they expect', async () => {
    const branch = (operator: string, name: string) =>
      graph({
        nodes: [node(operator, { inputs: ['a', 'w'], outputs: [name] })],
        inputs: {},
        outputs: { [name]: row(1) },
      });
    const bytes = onnxFile({
      nodes: [
        node('MatMul', { inputs: ['x', 'w'], outputs: ['a'] }),
        node('Greater', { inputs: ['x', 'w'], outputs: ['isMore'] }),
        node('Squeeze', { inputs: ['isMore'], outputs: ['choice'] }),
        node('If', { inputs: ['choice'], outputs: ['b'] }, [
          graphAttribute('then_branch', branch('Add', 'more')),
          graphAttribute('else_branch', branch('Mul', 'less')),
        ]),
        node('MatMul', { inputs: ['b', 'w'], outputs: ['y'] }),
      ],
      constants: [matrix('w', 4)],
      inputs: { x: row(1) },
      outputs: { y: row(1) },
    });
    const { model, rounded } = await halved(bytes);
    for (const x of [[8], [2]]) {
      const expected = await run(bytes, x);
      expect([await run(model, x), await run(rounded, x)]).toEqual([expected, expected]);
    }
  });

  it('shows what a graphics card would find, where the processor does not round', async () => {
    const bytes = onnxFile({
      nodes: [
        node('MatMul', { inputs: ['x', 'w'], outputs: ['a'] }),
        node('Mul', { inputs: ['a', 'much'], outputs: ['more'] }),
        node('Div', { inputs: ['more', 'much'], outputs: ['again'] }),
        node('MatMul', { inputs: ['again', 'w'], outputs: ['y'] }),
      ],
      constants: [matrix('w', 1), constant('much', Float32Array.of(1000), [])],
      inputs: { x: row(1) },
      outputs: { y: row(1) },
    });
    const { model, rounded } = await halved(bytes);
    expect({
      small: [await run(model, [3]), await run(rounded, [3])],
      // 70 × 1000 is no half.
      large: [await run(model, [70]), await run(rounded, [70])],
    }).toEqual({ small: [[3], [3]], large: [[70], [Infinity]] });
  });

  const oneProduct = (weights: Uint8Array) =>
    onnxFile({
      nodes: [node('MatMul', { inputs: ['x', 'w'], outputs: ['y'] })],
      constants: [weights],
      inputs: { x: row(1) },
      outputs: { y: row(1) },
    });
  it.each([
    ['is quantized', quantizedModel(), 'computes with 8 bits already'],
    ['has halves already', halfModel(), 'no convolutions that compute with 32 bits'],
    ['has its weights elsewhere', oneProduct(externalConstant('w', 'w.bin')), 'files beside it'],
  ])('is not made of a model that %s', async (_, bytes, reason) => {
    await expect(halved(bytes)).rejects.toMatchObject({
      code: 'REQ_003',
      message: expect.stringContaining(reason) as string,
    });
  });
});

function quantizedModel(): Uint8Array {
  return onnxFile({
    nodes: [
      node('DynamicQuantizeLinear', { inputs: ['x'], outputs: ['q', 'scale', 'zero'] }),
      node('DequantizeLinear', { inputs: ['q', 'scale', 'zero'], outputs: ['y'] }),
    ],
    inputs: { x: row(1) },
    outputs: { y: row(1) },
  });
}
