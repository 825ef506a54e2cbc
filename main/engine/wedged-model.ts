/**
 * Makes versions of the embedded detector for drills: one of which no run on a real picture ends, and one that is as good.
 *
 *   picture ──▶ the network ──▶ raw ──▶ + 0 after 10¹² rounds ──▶ output
 *       └──▶ variance − 100, at least 0: 0 on the even picture of a warm-up, thousands on a real one
 */
import { bytesField, joinBytes, numberField } from './base/protobuf.ts';
import { readGraph, writeGraph } from './models/onnx-graph.ts';

const input = 'images';
/** Types of elements and of attributes, by onnx.proto */
const type = { float: 1, int64: 7, bool: 9, attributeInt: 2, attributeGraph: 5 } as const;

/** The same network with a remark: another file, and so another version. */
export function twinModel(bytes: Uint8Array, remark: string): Uint8Array {
  return joinBytes([bytes, bytesField(6, remark)]);
}

/** @param bytes of the embedded detector: its input has values from 0 to 255 */
export function wedgedModel(bytes: Uint8Array): Uint8Array {
  const good = readGraph(bytes);
  const [output = ''] = good.outputs;
  const nodes = good.nodes.map((each) => ({
    ...each,
    outputs: each.outputs.map((name) => (name === output ? 'raw' : name)),
  }));
  return writeGraph({ ...good, nodes, rest: [...good.rest, ...constants, ...wedge(output)] });
}

const constants = [
  scalar('d/even', 100),
  scalar('d/many', 1e12),
  scalar('d/most', 1e15),
  scalar('d/zero', 0),
];

function wedge(output: string): Uint8Array[] {
  return [
    node('Mul', [input, input], 'd/square'),
    node('ReduceMean', ['d/square'], 'd/mean2'),
    node('ReduceMean', [input], 'd/mean'),
    node('Mul', ['d/mean', 'd/mean'], 'd/mean^2'),
    node('Sub', ['d/mean2', 'd/mean^2'], 'd/variance4'),
    node('Squeeze', ['d/variance4'], 'd/variance'),
    node('Sub', ['d/variance', 'd/even'], 'd/beyond'),
    node('Relu', ['d/beyond'], 'd/active'),
    node('Mul', ['d/active', 'd/many'], 'd/wanted'),
    node('Min', ['d/wanted', 'd/most'], 'd/bounded'),
    node('Cast', ['d/bounded'], 'd/rounds', [attribute('to', numberField(3, type.int64), 2)]),
    node('Mul', ['d/active', 'd/zero'], 'd/nought'),
    node('Loop', ['d/rounds', '', 'd/nought'], 'd/end', [
      attribute('body', bytesField(6, round()), type.attributeGraph),
    ]),
    node('Add', ['raw', 'd/end'], output),
  ];
}

/** One round: goes on, and adds the sum to itself. */
function round(): Uint8Array[] {
  return [
    node('Identity', ['go'], 'goOn'),
    node('Add', ['sum', 'sum'], 'more'),
    bytesField(2, 'round'),
    value(11, 'number', type.int64),
    value(11, 'go', type.bool),
    value(11, 'sum', type.float),
    value(12, 'goOn', type.bool),
    value(12, 'more', type.float),
  ];
}

function node(
  operator: string,
  inputs: readonly string[],
  ...[output, attributes = []]: readonly [string, (readonly Uint8Array[])?]
): Uint8Array {
  return bytesField(1, [
    ...inputs.map((name) => bytesField(1, name)),
    bytesField(2, output),
    bytesField(4, operator),
    ...attributes.map((each) => bytesField(5, each)),
  ]);
}

function attribute(name: string, content: Uint8Array, kind: number): Uint8Array {
  return joinBytes([bytesField(1, name), content, numberField(20, kind)]);
}

function scalar(name: string, number: number): Uint8Array {
  return bytesField(5, [
    numberField(2, type.float),
    bytesField(8, name),
    bytesField(9, new Uint8Array(Float32Array.of(number).buffer)),
  ]);
}

/** A scalar that goes into a graph (field 11) or comes out of it (12). */
function value(field: 11 | 12, name: string, element: number): Uint8Array {
  const tensor = bytesField(1, [numberField(1, element), bytesField(2, [])]);
  return bytesField(field, [bytesField(1, name), bytesField(2, [tensor])]);
}
