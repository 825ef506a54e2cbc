import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { freeAxes } from '#engine/inference/free-axes.ts';
import { loadNetwork } from '#engine/inference/load-network.ts';
import { constant, externalConstant, node, onnxFile } from '#test/tiny-onnx.ts';

/** Adds a bias to each channel; an old file, which lists its constants among the inputs. */
const biased = onnxFile({
  nodes: [node('Add', { inputs: ['images', 'bias'], outputs: ['output'] })],
  constants: [constant('bias', Float32Array.of(1, 2, 3), [1, 3, 1, 1])],
  inputs: { images: ['float', [1, 3, 64, 64]], bias: ['float', [1, 3, 1, 1]] },
  outputs: { output: ['float', [1, 3, 64, 64]] },
});

describe('freed axes of an ONNX file', () => {
  it.each([
    ['size', [1, 3, 32, 96], [2, 3, 64, 64]],
    ['batch', [2, 3, 64, 64], [1, 3, 32, 96]],
  ] as const)('%s: takes %o, and %o no more than before', async (axes, taken, refused) => {
    const network = await load(freeAxes(biased, axes, 'nchw')!);
    const output = await run(network, taken);
    expect(output.dims).toEqual(taken);
    const plane = taken[2] * taken[3];
    expect([output.data[0], output.data[plane], output.data[2 * plane]]).toEqual([1, 2, 3]);
    await expect(run(network, refused)).rejects.toThrow('invalid dimensions');
    await network.release();
  });

  it('frees the axes of the layout', async () => {
    const lastAxis = onnxFile({
      nodes: [node('Identity', { inputs: ['images'], outputs: ['output'] })],
      inputs: { images: ['float', [1, 64, 64, 3]] },
      outputs: { output: ['float', [1, 64, 64, 3]] },
    });
    const network = await load(freeAxes(lastAxis, 'size', 'nhwc')!);
    expect((await run(network, [1, 32, 96, 3])).dims).toEqual([1, 32, 96, 3]);
    await expect(run(network, [1, 64, 64, 4])).rejects.toThrow('invalid dimensions');
    await network.release();
  });

  it('leaves files alone whose constants lie elsewhere, that take no pictures, or that are none', () => {
    const parted = onnxFile({
      nodes: [node('Add', { inputs: ['images', 'bias'], outputs: ['output'] })],
      constants: [externalConstant('bias', 'weights.bin')],
      inputs: { images: ['float', [1, 3, 64, 64]] },
      outputs: { output: ['float', [1, 3, 64, 64]] },
    });
    const vector = onnxFile({
      nodes: [node('Identity', { inputs: ['numbers'], outputs: ['output'] })],
      inputs: { numbers: ['float', [1, 64]] },
      outputs: { output: ['float', [1, 64]] },
    });
    for (const file of [parted, vector, new Uint8Array(0)]) {
      expect(freeAxes(file, 'size', 'nchw')).toBeNull();
    }
  });
});

function load(model: Uint8Array): Promise<InferenceSession> {
  return loadNetwork({ model, provider: 'cpu', intraOpThreads: 1 });
}

async function run(network: InferenceSession, dims: readonly number[]): Promise<Tensor> {
  const zeros = new Float32Array(dims.reduce((product, axis) => product * axis, 1));
  const { output } = await network.run({ images: new Tensor('float32', zeros, dims) });
  return output as Tensor;
}
