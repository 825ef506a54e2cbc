import { describe, expect, it } from 'vitest';
import { createRangeMeter } from '#engine/models/calibrate.ts';
import { readGraph, writeGraph } from '#engine/models/onnx-graph.ts';
import { readOnnxFile } from '#engine/models/onnx-file.ts';
import { calibrationNetwork, quantize } from '#engine/models/quantize.ts';
import { loadNetwork } from '#engine/inference/load-network.ts';
import { Tensor } from 'onnxruntime-node';
import { constant, node, onnxFile } from '#test/tiny-onnx.ts';

const cpu = { provider: 'cpu', intraOpThreads: 1 };
const side = 8;

/** Three convolutions, with a bias and a gate in the middle one: first and last stay in floats. */
function threeConvolutions(): Uint8Array {
  const weights = (name: string, scale: number) =>
    constant(
      name,
      Float32Array.from({ length: 3 * 3 * 9 }, (_, at) => Math.sin(at * 7.3) * scale),
      [3, 3, 3, 3],
    );
  return onnxFile({
    nodes: [
      node('Conv', { inputs: ['images', 'w1'], outputs: ['a'] }),
      node('Conv', { inputs: ['a', 'w2', 'b2'], outputs: ['b'] }),
      node('Sigmoid', { inputs: ['b'], outputs: ['gate'] }),
      node('Mul', { inputs: ['b', 'gate'], outputs: ['c'] }),
      node('Conv', { inputs: ['c', 'w3'], outputs: ['output'] }),
    ],
    constants: [
      weights('w1', 0.3),
      weights('w2', 0.3),
      weights('w3', 0.3),
      constant('b2', Float32Array.of(0.5, -0.5, 1), [3]),
    ],
    inputs: { images: ['float', [1, 3, side, side]] },
    outputs: { output: ['float', [1, 3, 2, 2]] },
  });
}

async function run(bytes: Uint8Array): Promise<Record<string, { data: Float32Array }>> {
  const network = await loadNetwork({ model: bytes, ...cpu });
  const pixels = Float32Array.from({ length: 3 * side * side }, (_, at) => Math.cos(at));
  const images = new Tensor('float32', pixels, [1, 3, side, side]);
  const outputs = await network.run({ images });
  await network.release();
  return outputs as unknown as Record<string, { data: Float32Array }>;
}

describe('quantization', () => {
  it('writes a graph as it was read', async () => {
    const bytes = threeConvolutions();
    const again = writeGraph(readGraph(bytes));
    expect(readOnnxFile(again)).toEqual(readOnnxFile(bytes));
    expect((await run(again))['output']?.data).toEqual((await run(bytes))['output']?.data);
  });

  it('gives nearly the same numbers with weights of eight bits', async () => {
    const graph = readGraph(threeConvolutions());
    const { bytes, tensors, lowest } = calibrationNetwork(graph);
    expect(tensors).toEqual(['a', 'b']);
    expect([...lowest]).toEqual([
      ['a', -Infinity],
      ['b', -8],
    ]);
    const meter = createRangeMeter(lowest);
    const { output, ...inner } = await run(bytes);
    meter.add(inner);
    const child = quantize(graph, meter.ranges());
    expect(readOnnxFile(child).operators).toEqual({
      ...{ Conv: 3, Sigmoid: 1, Mul: 1 },
      ...{ QuantizeLinear: 2, DequantizeLinear: 4 },
    });
    const exact = output!.data;
    const rounded = (await run(child))['output']!.data;
    const largest = Math.max(...exact.map(Math.abs));
    const worst = Math.max(...exact.map((value, at) => Math.abs(value - rounded[at]!)));
    expect(worst / largest).toBeGreaterThan(0);
    expect(worst / largest).toBeLessThan(0.03);
  });

  it('refuses what is quantized already, and what has nothing to quantize', async () => {
    const graph = readGraph(threeConvolutions());
    const { bytes, lowest } = calibrationNetwork(graph);
    const meter = createRangeMeter(lowest);
    meter.add(await run(bytes));
    const child = readGraph(quantize(graph, meter.ranges()));
    expect(() => calibrationNetwork(child)).toThrow('quantized already');
    const plain = onnxFile({
      nodes: [node('Relu', { inputs: ['images'], outputs: ['output'] })],
      inputs: { images: ['float', [1, 3, 8, 8]] },
      outputs: { output: ['float', [1, 3, 8, 8]] },
    });
    expect(() => calibrationNetwork(readGraph(plain))).toThrow('no convolutions');
    expect(() => quantize(graph, new Map())).toThrow('was not measured');
  });
});
