/**
 * An ONNX file as a graph that can be changed: nodes with their tensors, constants, and everything else as it was read.
 * Field numbers are those of onnx.proto.
 */
import {
  bytesField,
  encodeField,
  joinBytes,
  numberField,
  readFields,
} from '#engine/base/protobuf.ts';
import type { WireField } from '#engine/base/protobuf.ts';

export interface GraphNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** All other fields: attributes, name, domain */
  readonly rest: readonly WireField[];
}

/** A constant of 32-bit floats. Constants of other types stay among `rest` of the graph. */
export interface FloatConstant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

export interface OnnxGraph {
  readonly nodes: readonly GraphNode[];
  readonly floats: ReadonlyMap<string, FloatConstant>;
  /** Names of the tensors that the network gives */
  readonly outputs: readonly string[];
  /** Other fields of the graph, encoded */
  readonly rest: readonly Uint8Array[];
  /** Fields of the model around the graph, encoded */
  readonly model: readonly Uint8Array[];
  /** Names of sets of operators that the model states besides the standard one */
  readonly domains: readonly string[];
}

/** Types of elements by their numbers in onnx.proto */
export const elementTypes = { float: 1, uint8: 2, int8: 3, int32: 6, float16: 10 } as const;
type ElementType = keyof typeof elementTypes;

/** Numbers of a constant; 16-bit words are the bits of half floats. */
type Numbers = Float32Array | Int32Array | Int8Array | Uint8Array | Uint16Array;

/**
 * Reads a file that has been checked before (`readOnnxFile`). Constants that are written as nodes, or that whoever runs the
 * network might replace by an input of the same name, become plain constants: nobody here replaces weights.
 */
export function readGraph(bytes: Uint8Array): OnnxGraph {
  const model: Uint8Array[] = [];
  const domains: string[] = [];
  let graph: Uint8Array = new Uint8Array(0);
  for (const field of readFields(bytes)) {
    if (field.number === 7 && field.value instanceof Uint8Array) {
      graph = field.value;
      continue;
    }
    if (field.number === 8) domains.push(textOf(field, 1));
    model.push(encodeField(field));
  }

  const nodes: GraphNode[] = [];
  const floats = new Map<string, FloatConstant>();
  const outputs: string[] = [];
  const others: WireField[] = [];
  for (const field of readFields(graph)) {
    const node =
      field.number === 1 && field.value instanceof Uint8Array ? readNode(field.value) : null;
    const constant = node === null ? readInitializer(field) : readConstantNode(node);
    if (constant !== null) floats.set(constant.name, constant);
    else if (node !== null) nodes.push(node);
    else others.push(field);
    if (field.number === 12) outputs.push(textOf(field, 1));
  }
  const rest = others
    .filter((field) => field.number !== 11 || !floats.has(textOf(field, 1)))
    .map(encodeField);
  return { nodes, floats, outputs, rest, model, domains };
}

/** Writes the graph as a file again. */
export function writeGraph(graph: OnnxGraph): Uint8Array {
  return joinBytes([
    ...graph.model,
    bytesField(7, [
      ...graph.nodes.map(writeNode),
      ...[...graph.floats.values()].map(({ name, dims, values }) =>
        writeConstant(name, dims, values),
      ),
      ...graph.rest,
    ]),
  ]);
}

/** A node of our own. `axis` and `to`, the type of a Cast, are the only attributes that we ever set. */
export function makeNode(
  operator: string,
  io: Pick<GraphNode, 'inputs' | 'outputs'>,
  options: { readonly axis?: number; readonly to?: ElementType; readonly domain?: string } = {},
): GraphNode {
  const { axis, to, domain } = options;
  const fields = [
    ...(axis === undefined ? [] : [integerAttribute('axis', axis)]),
    ...(to === undefined ? [] : [integerAttribute('to', elementTypes[to])]),
    ...(domain === undefined ? [] : [bytesField(7, domain)]),
  ];
  return { operator, ...io, rest: [...readFields(joinBytes(fields))] };
}

function integerAttribute(name: string, value: number): Uint8Array {
  return bytesField(5, [bytesField(1, name), numberField(3, value), numberField(20, 2)]);
}

/** The set of operators that the node is of; empty for the standard one. */
export function domainOf({ rest }: GraphNode): string {
  const field = rest.find(({ number }) => number === 7);
  const domain = field?.value instanceof Uint8Array ? decode(field.value) : '';
  return domain === 'ai.onnx' ? '' : domain;
}

/** A constant as a field of the graph, its type by the array. */
export function writeConstant(name: string, dims: readonly number[], values: Numbers): Uint8Array {
  return bytesField(5, [
    ...dims.map((axis) => numberField(1, axis)),
    numberField(2, elementTypes[elementTypeOf(values)]),
    bytesField(8, name),
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

/** A further output of the graph, of floats with any shape. */
export function floatOutput(name: string): Uint8Array {
  return bytesField(12, [
    bytesField(1, name),
    bytesField(2, [bytesField(1, [numberField(1, elementTypes.float)])]),
  ]);
}

/** A further output of the graph, of whatever type the tensor has: ONNX Runtime finds it out. */
export function untypedOutput(name: string): Uint8Array {
  return bytesField(12, [bytesField(1, name)]);
}

/** States a further set of operators. */
export function domainField(domain: string, version: number): Uint8Array {
  return bytesField(8, [bytesField(1, domain), numberField(2, version)]);
}

function readNode(bytes: Uint8Array): GraphNode {
  let operator = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const rest: WireField[] = [];
  for (const field of readFields(bytes)) {
    if (!(field.value instanceof Uint8Array)) rest.push(field);
    else if (field.number === 1) inputs.push(decode(field.value));
    else if (field.number === 2) outputs.push(decode(field.value));
    else if (field.number === 4) operator = decode(field.value);
    else rest.push(field);
  }
  return { operator, inputs, outputs, rest };
}

function writeNode({ operator, inputs, outputs, rest }: GraphNode): Uint8Array {
  return bytesField(1, [
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(4, operator),
    ...rest.map(encodeField),
  ]);
}

function readInitializer({ number, value }: WireField): FloatConstant | null {
  return number === 5 && value instanceof Uint8Array ? readFloats(value) : null;
}

/** What a node `Constant` gives, when it is of floats. */
function readConstantNode({ operator, outputs, rest }: GraphNode): FloatConstant | null {
  const [name] = outputs;
  if (operator !== 'Constant' || name === undefined) return null;
  for (const { number, value } of rest) {
    if (number !== 5 || !(value instanceof Uint8Array)) continue;
    const tensor = [...readFields(value)].find((field) => field.number === 5);
    const constant = tensor?.value instanceof Uint8Array ? readFloats(tensor.value) : null;
    if (constant !== null) return { ...constant, name };
  }
  return null;
}

/** The constant, or null when it is not of floats or lies in another file. */
function readFloats(tensor: Uint8Array): FloatConstant | null {
  const dims: number[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array | null = null;
  for (const { number, value } of readFields(tensor)) {
    if (number === 1 && typeof value === 'bigint') dims.push(Number(value));
    // Axes and float values may be packed into one field each.
    else if (number === 1 && value instanceof Uint8Array) dims.push(...packedNumbers(value));
    else if (number === 2) type = Number(value);
    else if (number === 8 && value instanceof Uint8Array) name = decode(value);
    else if ((number === 9 || number === 4) && value instanceof Uint8Array) raw = value;
  }
  const count = dims.reduce((product, axis) => product * axis, 1);
  if (type !== elementTypes.float || raw?.length !== count * 4) return null;
  return { name, dims, values: new Float32Array(new Uint8Array(raw).buffer) };
}

function packedNumbers(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * shift;
    shift *= 128;
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
    shift = 1;
  }
  return numbers;
}

function textOf({ value }: WireField, number: number): string {
  if (!(value instanceof Uint8Array)) return '';
  const found = [...readFields(value)].find((field) => field.number === number);
  return found?.value instanceof Uint8Array ? decode(found.value) : '';
}

function elementTypeOf(values: Numbers): ElementType {
  if (values instanceof Float32Array) return 'float';
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint16Array) return 'float16';
  return values instanceof Int8Array ? 'int8' : 'uint8';
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
