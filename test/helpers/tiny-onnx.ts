/**
 * Writes small ONNX files for tests: ones that answer nonsense, never end, or eat memory. Field numbers are those of
 * onnx.proto.
 */
import { bytesField, joinBytes, numberField } from '#engine/base/protobuf.ts';

export const elementType = { float: 1, int64: 7, bool: 9, float16: 10 } as const;
type ElementType = keyof typeof elementType;

/** A node; `attributes` come from `graphAttribute` and its kin. */
export function node(
  operator: string,
  io: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  attributes: readonly Uint8Array[] = [],
): Uint8Array {
  return bytesField(1, [
    ...io.inputs.map((name) => bytesField(1, name)),
    ...io.outputs.map((name) => bytesField(2, name)),
    bytesField(4, operator),
    ...attributes.map((attribute) => bytesField(5, attribute)),
  ]);
}

/** The attribute `name` that holds a graph, as loops have. */
export function graphAttribute(name: string, graph: readonly Uint8Array[]): Uint8Array {
  return joinBytes([bytesField(1, name), bytesField(6, graph), numberField(20, 5)]);
}

/** A constant; its numbers are 64-bit integers or floats, by its type. */
export function constant(
  name: string,
  values: BigInt64Array | Float32Array,
  dims: readonly number[],
): Uint8Array {
  const type = values instanceof Float32Array ? elementType.float : elementType.int64;
  return bytesField(5, [
    ...dims.map((axis) => numberField(1, axis)),
    numberField(2, type),
    bytesField(8, name),
    bytesField(9, new Uint8Array(values.buffer)),
  ]);
}

/** A constant whose numbers lie in another file. */
export function externalConstant(name: string, location: string): Uint8Array {
  return bytesField(5, [
    numberField(1, 1),
    numberField(2, elementType.float),
    bytesField(8, name),
    bytesField(13, [bytesField(1, 'location'), bytesField(2, location)]),
    numberField(14, 1),
  ]);
}

function value(
  field: number,
  name: string,
  [type, dims]: readonly [ElementType, readonly (number | string)[]],
): Uint8Array {
  const axes = dims.map((axis) =>
    bytesField(1, [typeof axis === 'number' ? numberField(1, axis) : bytesField(2, axis)]),
  );
  return bytesField(field, [
    bytesField(1, name),
    bytesField(2, [bytesField(1, [numberField(1, elementType[type]), bytesField(2, axes)])]),
  ]);
}

type Values = Readonly<Record<string, readonly [ElementType, readonly (number | string)[]]>>;

export interface TinyGraph {
  readonly nodes: readonly Uint8Array[];
  readonly constants?: readonly Uint8Array[];
  readonly inputs: Values;
  readonly outputs: Values;
}

/** The fields of a graph, for `graphAttribute` or `onnxFile`. */
export function graph({ nodes, constants = [], inputs, outputs }: TinyGraph): Uint8Array[] {
  return [
    ...nodes,
    bytesField(2, 'tiny'),
    ...constants,
    ...Object.entries(inputs).map(([name, described]) => value(11, name, described)),
    ...Object.entries(outputs).map(([name, described]) => value(12, name, described)),
  ];
}

/** A whole file. */
export function onnxFile(
  content: TinyGraph,
  { opset = 13, metadata = {} }: { opset?: number; metadata?: Record<string, string> } = {},
): Uint8Array {
  return joinBytes([
    numberField(1, 8),
    bytesField(2, 'tallywatch-test'),
    bytesField(7, graph(content)),
    bytesField(8, [numberField(2, opset)]),
    ...Object.entries(metadata).map(([key, text]) =>
      bytesField(14, [bytesField(1, key), bytesField(2, text)]),
    ),
  ]);
}

/** Takes 2 × 2 pictures of half floats and returns them as rows of six: x1, y1, x2, y2, score, class. */
export function halfModel(): Uint8Array {
  return onnxFile({
    nodes: [
      node('Reshape', { inputs: ['images', 'flat'], outputs: ['list'] }),
      node('Slice', { inputs: ['list', 'from', 'to'], outputs: ['six'] }),
      node('Reshape', { inputs: ['six', 'row'], outputs: ['output'] }),
    ],
    constants: [
      constant('flat', BigInt64Array.of(12n), [1]),
      constant('from', BigInt64Array.of(6n), [1]),
      constant('to', BigInt64Array.of(12n), [1]),
      constant('row', BigInt64Array.of(1n, 1n, 6n), [3]),
    ],
    inputs: { images: ['float16', [1, 3, 2, 2]] },
    outputs: { output: ['float16', [1, 1, 6]] },
  });
}

const picture = ['float', [1, 3, 416, 416]] as const;
const yoloxRows = ['float', [1, 3549, 85]] as const;
const rowsShape = constant('rows', BigInt64Array.of(1n, 3549n, 85n), [3]);

/** Looks like YOLOX and answers NaN everywhere. */
export function nanModel(): Uint8Array {
  return onnxFile({
    nodes: [
      node('ReduceMean', { inputs: ['images'], outputs: ['mean'] }),
      node('Squeeze', { inputs: ['mean'], outputs: ['scalar'] }),
      node('Sub', { inputs: ['scalar', 'much'], outputs: ['negative'] }),
      node('Log', { inputs: ['negative'], outputs: ['nan'] }),
      node('Expand', { inputs: ['nan', 'rows'], outputs: ['output'] }),
    ],
    constants: [constant('much', Float32Array.of(1e6), []), rowsShape],
    inputs: { images: picture },
    outputs: { output: yoloxRows },
  });
}

/** Looks like YOLOX, finds nothing, and fails on pictures brighter than 200 of 255. */
export function dazzledModel(): Uint8Array {
  const toInteger = joinBytes([
    bytesField(1, 'to'),
    numberField(3, elementType.int64),
    numberField(20, 2),
  ]);
  return onnxFile({
    nodes: [
      node('ReduceMean', { inputs: ['images'], outputs: ['mean'] }),
      node('Div', { inputs: ['mean', 'bright'], outputs: ['share'] }),
      node('Cast', { inputs: ['share'], outputs: ['index'] }, [toInteger]),
      node('Gather', { inputs: ['only', 'index'], outputs: ['zero'] }),
      node('Squeeze', { inputs: ['zero'], outputs: ['scalar'] }),
      node('Expand', { inputs: ['scalar', 'rows'], outputs: ['output'] }),
    ],
    constants: [
      constant('bright', Float32Array.of(200), []),
      constant('only', Float32Array.of(0), [1]),
      rowsShape,
    ],
    inputs: { images: picture },
    outputs: { output: yoloxRows },
  });
}

/** Looks like YOLOX and never answers. */
export const endlessModel = (): Uint8Array => slowModel(2n ** 60n);

/** Looks like YOLOX, finds nothing, and takes its time: some microseconds for each round. */
export function slowModel(rounds: bigint): Uint8Array {
  const body = graph({
    nodes: [
      node('Identity', { inputs: ['go'], outputs: ['goOn'] }),
      node('Add', { inputs: ['sum', 'sum'], outputs: ['more'] }),
    ],
    inputs: { round: ['int64', []], go: ['bool', []], sum: ['float', []] },
    outputs: { goOn: ['bool', []], more: ['float', []] },
  });
  return onnxFile({
    nodes: [
      node('ReduceMean', { inputs: ['images'], outputs: ['mean'] }),
      node('Squeeze', { inputs: ['mean'], outputs: ['scalar'] }),
      node('Sub', { inputs: ['scalar', 'scalar'], outputs: ['nothing'] }),
      node('Loop', { inputs: ['rounds', '', 'nothing'], outputs: ['end'] }, [
        graphAttribute('body', body),
      ]),
      node('Expand', { inputs: ['end', 'rows'], outputs: ['output'] }),
    ],
    constants: [constant('rounds', BigInt64Array.of(rounds), []), rowsShape],
    inputs: { images: picture },
    outputs: { output: yoloxRows },
  });
}

/** Looks like YOLOX and wants the given number of bytes while it runs. */
export function greedyModel(bytes: number): Uint8Array {
  return onnxFile({
    nodes: [
      node('ReduceMean', { inputs: ['images'], outputs: ['mean'] }),
      node('Squeeze', { inputs: ['mean'], outputs: ['scalar'] }),
      node('Expand', { inputs: ['scalar', 'much'], outputs: ['large'] }),
      node('ReduceMean', { inputs: ['large'], outputs: ['mean2'] }),
      node('Squeeze', { inputs: ['mean2'], outputs: ['scalar2'] }),
      node('Expand', { inputs: ['scalar2', 'rows'], outputs: ['output'] }),
    ],
    constants: [constant('much', BigInt64Array.of(BigInt(Math.ceil(bytes / 4))), [1]), rowsShape],
    inputs: { images: picture },
    outputs: { output: yoloxRows },
  });
}
