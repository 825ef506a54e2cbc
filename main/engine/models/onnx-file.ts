/**
 * Reads the outside of an ONNX file without running it: versions, metadata, inputs, and the files it wants beside it.
 * Field numbers are those of onnx.proto.
 */
import { StationError } from '#contract/error.ts';
import { WireFormatError, readFields } from '#engine/base/protobuf.ts';

export interface OnnxFile {
  readonly irVersion: number;
  readonly producer: string;
  /** Version of the operators of the standard domain */
  readonly opset: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** How often each kind of operator occurs */
  readonly operators: Readonly<Record<string, number>>;
  /** Paths of weights outside the file, as written in it */
  readonly externalPaths: readonly string[];
}

interface Findings {
  irVersion: number;
  producer: string;
  opset: number;
  graphs: number;
  readonly metadata: Record<string, string>;
  readonly operators: Record<string, number>;
  readonly externalPaths: Set<string>;
}

/** Graphs within graphs deeper than this are not made by any exporter. */
const MAX_DEPTH = 16;
const EXTERNAL = 1n;

/** Reads the bytes of an ONNX file. Throws MODEL_002 when they are not one. */
export function readOnnxFile(bytes: Uint8Array): OnnxFile {
  const found: Findings = {
    irVersion: 0,
    producer: '',
    opset: 0,
    graphs: 0,
    metadata: {},
    operators: {},
    externalPaths: new Set(),
  };
  if (bytes.length === 0) throw notOnnx('it is empty');
  try {
    readModel(bytes, found);
  } catch (error) {
    if (error instanceof WireFormatError) throw notOnnx(error.message);
    throw error;
  }
  if (found.graphs === 0 || found.irVersion === 0) throw notOnnx('it holds no network');
  return { ...found, externalPaths: [...found.externalPaths] };
}

function readModel(bytes: Uint8Array, found: Findings): void {
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) found.irVersion = integer(value);
    else if (number === 2) found.producer = `${text(value)} ${found.producer}`.trim();
    else if (number === 3) found.producer = `${found.producer} ${text(value)}`.trim();
    else if (number === 7) readGraph(message(value), found, 0);
    else if (number === 8) readOpset(message(value), found);
    else if (number === 14) readMetadata(message(value), found);
    else if (number === 25) readFunction(message(value), found);
  }
}

function readGraph(bytes: Uint8Array, found: Findings, depth: number): void {
  if (depth > MAX_DEPTH) throw notOnnx('its graphs are nested too deeply');
  found.graphs++;
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) readNode(message(value), found, depth);
    else if (number === 5) readTensor(message(value), found);
    else if (number === 15) readSparseTensor(message(value), found);
  }
}

function readNode(bytes: Uint8Array, found: Findings, depth: number): void {
  for (const { number, value } of readFields(bytes)) {
    if (number === 4) {
      const operator = text(value);
      found.operators[operator] = (found.operators[operator] ?? 0) + 1;
    } else if (number === 5) readAttribute(message(value), found, depth);
  }
}

function readAttribute(bytes: Uint8Array, found: Findings, depth: number): void {
  for (const { number, value, wireType } of readFields(bytes)) {
    if (wireType !== 2) continue;
    if (number === 5 || number === 10) readTensor(message(value), found);
    else if (number === 6 || number === 11) readGraph(message(value), found, depth + 1);
    else if (number === 22 || number === 23) readSparseTensor(message(value), found);
  }
}

function readTensor(bytes: Uint8Array, found: Findings): void {
  let isExternal = false;
  const paths: string[] = [];
  for (const { number, value } of readFields(bytes)) {
    if (number === 14) isExternal = value === EXTERNAL;
    else if (number === 13) {
      const [key, content] = readPair(message(value));
      if (key === 'location') paths.push(content);
    }
  }
  // A location without the mark is not read by ONNX Runtime, but nothing honest writes one.
  if (isExternal || paths.length > 0) paths.forEach((path) => found.externalPaths.add(path));
}

function readSparseTensor(bytes: Uint8Array, found: Findings): void {
  for (const { number, value } of readFields(bytes)) {
    if (number === 1 || number === 2) readTensor(message(value), found);
  }
}

function readFunction(bytes: Uint8Array, found: Findings): void {
  for (const { number, value } of readFields(bytes)) {
    if (number === 7) readNode(message(value), found, 0);
  }
}

function readOpset(bytes: Uint8Array, found: Findings): void {
  let domain = '';
  let version = 0;
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) domain = text(value);
    else if (number === 2) version = integer(value);
  }
  if (domain === '' || domain === 'ai.onnx') found.opset = version;
}

function readMetadata(bytes: Uint8Array, found: Findings): void {
  const [key, value] = readPair(bytes);
  found.metadata[key] = value;
}

function readPair(bytes: Uint8Array): [key: string, value: string] {
  let key = '';
  let content = '';
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) key = text(value);
    else if (number === 2) content = text(value);
  }
  return [key, content];
}

function message(value: bigint | Uint8Array): Uint8Array {
  if (typeof value === 'bigint') throw new WireFormatError('a number where a message belongs');
  return value;
}

function text(value: bigint | Uint8Array): string {
  return new TextDecoder().decode(message(value));
}

function integer(value: bigint | Uint8Array): number {
  if (typeof value !== 'bigint') throw new WireFormatError('bytes where a number belongs');
  return Number(value);
}

function notOnnx(detail: string): StationError {
  return new StationError(
    'MODEL_002',
    `The file is not an ONNX model or is truncated: ${detail}. Export or copy it again.`,
  );
}
