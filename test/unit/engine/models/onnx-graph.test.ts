import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { bytesField, joinBytes, numberField, readFields } from '#engine/base/protobuf.ts';
import { loadNetwork } from '#engine/inference/load-network.ts';
import { readGraph, writeGraph } from '#engine/models/onnx-graph.ts';
import { constant, node, onnxFile } from '#test/tiny-onnx.ts';

/** What the network answers to 2. */
async function answer(model: Uint8Array): Promise<number[]> {
  const network = await loadNetwork({ model, provider: 'cpu', intraOpThreads: 1 });
  const { y } = await network.run({ x: new Tensor('float32', Float32Array.of(2), [1, 1]) });
  await network.release();
  return [...(y!.data as Float32Array)];
}

/** Names of its inputs, those that have a constant among them. */
function inputsOf(model: Uint8Array): string[] {
  const fieldsOf = (bytes: Uint8Array, wanted: number): Uint8Array[] =>
    [...readFields(bytes)].flatMap(({ number, value }) =>
      number === wanted && value instanceof Uint8Array ? [value] : [],
    );
  const graph = fieldsOf(model, 7).flatMap((bytes) => fieldsOf(bytes, 11));
  return graph.flatMap((input) => fieldsOf(input, 1)).map((name) => new TextDecoder().decode(name));
}

describe('a graph that is read', () => {
  it('has one kind of constants, however they were written', async () => {
    const three = constant('three', Float32Array.of(3), [1, 1]);
    const asTensor = joinBytes([bytesField(1, 'value'), three, numberField(20, 4)]);
    const bytes = onnxFile({
      nodes: [
        node('Constant', { inputs: [], outputs: ['factor'] }, [asTensor]),
        node('Mul', { inputs: ['x', 'factor'], outputs: ['more'] }),
        node('MatMul', { inputs: ['more', 'w'], outputs: ['y'] }),
      ],
      constants: [constant('w', Float32Array.of(5), [1, 1])],
      inputs: { x: ['float', [1, 1]], w: ['float', [1, 1]] },
      outputs: { y: ['float', [1, 1]] },
    });
    const graph = readGraph(bytes);
    expect({
      constants: [...graph.floats.values()].map(({ name, values }) => [name, ...values]),
      operators: graph.nodes.map(({ operator }) => operator),
      // Otherwise a child with weights of another name would ask for this one.
      inputs: inputsOf(writeGraph(graph)),
      answers: [await answer(bytes), await answer(writeGraph(graph))],
    }).toEqual({
      constants: [
        ['factor', 3],
        ['w', 5],
      ],
      operators: ['Mul', 'MatMul'],
      inputs: ['x'],
      answers: [[30], [30]],
    });
  });
});
