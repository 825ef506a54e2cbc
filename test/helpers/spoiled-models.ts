/**
 * Makes bad versions of a good detector for tests: they load and warm up as it does, and turn bad on real pictures.
 *
 *   picture ──▶ the network ──▶ raw ──▶ what spoils it ──▶ output
 *       └──▶ variance − 100, at least 0: 0 on the even picture of a warm-up, thousands on a real one
 */
import { bytesField, joinBytes, numberField } from '#engine/base/protobuf.ts';
import { readGraph, writeGraph } from '#engine/models/onnx-graph.ts';
import { constant, elementType, graph, graphAttribute, node } from './tiny-onnx.ts';

export type Spoiling = 'blind' | 'crashing' | 'nan' | 'hanging' | 'slow' | 'greedy';

/** The bytes of a bad version of a network with one output of `1 × n × width` and its first input `images`. */
export function spoiledModel(bytes: Uint8Array, spoiling: Spoiling, width = 85): Uint8Array {
  const good = readGraph(bytes);
  const [output = ''] = good.outputs;
  const nodes = good.nodes.map((each) => ({
    ...each,
    outputs: each.outputs.map((name) => (name === output ? 'raw' : name)),
  }));
  const parts = [activity(), spoilings[spoiling](output, width)];
  return writeGraph({
    ...good,
    nodes,
    rest: [...good.rest, ...parts.flatMap((part) => [...part.constants, ...part.nodes])],
  });
}

interface Parts {
  readonly nodes: Uint8Array[];
  readonly constants: Uint8Array[];
}

const one = (name: string, value: number): Uint8Array => constant(name, Float32Array.of(value), []);
const unary = (operator: string, from: string, to: string): Uint8Array =>
  node(operator, { inputs: [from], outputs: [to] });
const binary = (operator: string, [a, b]: readonly [string, string], to: string): Uint8Array =>
  node(operator, { inputs: [a, b], outputs: [to] });

/** A scalar `active`. */
function activity(): Parts {
  return {
    nodes: [
      binary('Mul', ['images', 'images'], 's/square'),
      unary('ReduceMean', 's/square', 's/mean2'),
      unary('ReduceMean', 'images', 's/mean'),
      binary('Mul', ['s/mean', 's/mean'], 's/mean^2'),
      binary('Sub', ['s/mean2', 's/mean^2'], 's/variance4'),
      unary('Squeeze', 's/variance4', 's/variance'),
      binary('Sub', ['s/variance', 's/even'], 's/beyond'),
      unary('Relu', 's/beyond', 'active'),
    ],
    constants: [one('s/even', 100)],
  };
}

const spoilings: Readonly<Record<Spoiling, (output: string, width: number) => Parts>> = {
  blind: (output, width) => ({
    nodes: [binary('Mul', ['raw', 's/mask'], output)],
    constants: [
      constant(
        's/mask',
        Float32Array.from({ length: width }, (_, at) => (at === 4 ? 0.2 : 1)),
        [1, 1, width],
      ),
    ],
  }),
  nan: (output) => ({
    nodes: [
      unary('Neg', 'active', 's/negative'),
      unary('Sqrt', 's/negative', 's/root'),
      binary('Add', ['raw', 's/root'], output),
    ],
    constants: [],
  }),
  crashing: (output) => ({
    nodes: [
      toInteger('active', 's/index'),
      binary('Gather', ['s/table', 's/index'], 's/nothing'),
      binary('Add', ['raw', 's/nothing'], output),
    ],
    constants: [constant('s/table', Float32Array.of(0), [1])],
  }),
  hanging: (output) => looping(output, { perActivity: 1e12, most: 1e15 }),
  slow: (output) => looping(output, { perActivity: 1e6, most: 600_000 }),
  greedy: (output) => ({
    nodes: [
      binary('Mul', ['active', 's/many'], 's/wanted'),
      binary('Min', ['s/wanted', 's/most'], 's/bounded'),
      binary('Max', ['s/bounded', 's/least'], 's/positive'),
      toInteger('s/positive', 's/count'),
      binary('Reshape', ['s/count', 's/list'], 's/shape'),
      binary('Mul', ['active', 's/zero'], 's/nought'),
      binary('Expand', ['s/nought', 's/shape'], 's/large'),
      unary('ReduceMean', 's/large', 's/small'),
      binary('Add', ['raw', 's/small'], output),
    ],
    constants: [
      one('s/many', 1e6),
      one('s/most', 3e8),
      one('s/zero', 0),
      one('s/least', 1),
      constant('s/list', BigInt64Array.of(1n), [1]),
    ],
  }),
};

/** Counts rounds that grow with the activity, and adds the zero that they come to. */
function looping(
  output: string,
  { perActivity, most }: { readonly perActivity: number; readonly most: number },
): Parts {
  const body = graph({
    nodes: [
      node('Identity', { inputs: ['go'], outputs: ['goOn'] }),
      node('Add', { inputs: ['sum', 'sum'], outputs: ['more'] }),
    ],
    inputs: { round: ['int64', []], go: ['bool', []], sum: ['float', []] },
    outputs: { goOn: ['bool', []], more: ['float', []] },
  });
  return {
    nodes: [
      binary('Mul', ['active', 's/many'], 's/wanted'),
      binary('Min', ['s/wanted', 's/most'], 's/bounded'),
      toInteger('s/bounded', 's/rounds'),
      binary('Mul', ['active', 's/zero'], 's/nought'),
      node('Loop', { inputs: ['s/rounds', '', 's/nought'], outputs: ['s/end'] }, [
        graphAttribute('body', body),
      ]),
      binary('Add', ['raw', 's/end'], output),
    ],
    constants: [one('s/many', perActivity), one('s/most', most), one('s/zero', 0)],
  };
}

function toInteger(from: string, to: string): Uint8Array {
  const type = joinBytes([
    bytesField(1, 'to'),
    numberField(3, elementType.int64),
    numberField(20, 2),
  ]);
  return node('Cast', { inputs: [from], outputs: [to] }, [type]);
}
