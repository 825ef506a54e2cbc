/**
 * Frees axes of the picture in an ONNX file, so that a network that was exported for one size or one picture takes others.
 * Field numbers are those of onnx.proto. Whether the graph inside bears it is known only after a run.
 */
import {
  bytesField,
  encodeField,
  joinBytes,
  readFields,
  type WireField,
} from '#engine/base/protobuf.ts';
import type { Preprocess } from '#contract/model.ts';

/** `size`: height and width of the picture; `batch`: how many pictures */
export type FreedAxes = 'size' | 'batch';

const places: Record<FreedAxes, Record<Preprocess['layout'], readonly number[]>> = {
  size: { nchw: [2, 3], nhwc: [1, 2] },
  batch: { nchw: [0], nhwc: [0] },
};

/** Fields of the messages that are touched. */
const model = { graph: 7 };
const graph = { initializer: 5, input: 11, output: 12, valueInfo: 13 };
const tensor = { name: 8, dataLocation: 14 };
const value = { name: 1, type: 2 };
const type = { tensor: 1 };
const tensorType = { shape: 2 };
const shape = { axis: 1 };
const axis = { name: 2 };

/**
 * The file with these axes of its picture free, and the shapes behind them left to the run.
 * Null where that cannot be done: constants in another file, or no input with four axes.
 */
export function freeAxes(
  bytes: Uint8Array,
  axes: FreedAxes,
  layout: Preprocess['layout'],
): Uint8Array | null {
  const fields = [...readFields(bytes)];
  const inner = fields.find(({ number }) => number === model.graph)?.value;
  if (!(inner instanceof Uint8Array)) return null;
  const parts = [...readFields(inner)];
  const constants = parts.filter(({ number }) => number === graph.initializer).map(fieldsOf);
  if (constants.some((each) => numberOf(each, tensor.dataLocation) !== 0)) return null;
  const names = new Set(constants.map((each) => textOf(each, tensor.name)));

  const isPicture = (part: WireField): boolean =>
    part.number === graph.input &&
    !names.has(textOf(fieldsOf(part), value.name)) &&
    axesOf(part) === 4;
  if (!parts.some(isPicture)) return null;

  const rewritten = parts
    .filter(({ number }) => number !== graph.valueInfo) // what was inferred for the old shape
    .map((part) => {
      if (isPicture(part)) return freed(part, places[axes][layout], axes);
      if (part.number !== graph.output) return encodeField(part);
      return changed(part, value.type, (of) => changed(of, type.tensor, withoutShape));
    });
  return joinBytes(
    fields.map((field) =>
      field.number === model.graph ? bytesField(model.graph, rewritten) : encodeField(field),
    ),
  );
}

function freed(input: WireField, at: readonly number[], name: string): Uint8Array {
  const freeAxis = (index: number): Uint8Array =>
    bytesField(shape.axis, [bytesField(axis.name, `${name}_${String(index)}`)]);
  return changed(input, value.type, (of) =>
    changed(of, type.tensor, (inner) =>
      changed(inner, tensorType.shape, (dims) =>
        bytesField(
          dims.number,
          fieldsOf(dims).map((dim, index) =>
            at.includes(index) ? freeAxis(index) : encodeField(dim),
          ),
        ),
      ),
    ),
  );
}

/** A message with each field `number` written anew; nothing in its place where `write` gives nothing. */
function changed(
  message: WireField,
  number: number,
  write: (field: WireField) => Uint8Array | null,
): Uint8Array {
  return bytesField(
    message.number,
    fieldsOf(message).flatMap((field) => {
      const written = field.number === number ? write(field) : encodeField(field);
      return written === null ? [] : [written];
    }),
  );
}

function withoutShape(of: WireField): Uint8Array {
  return changed(of, tensorType.shape, () => null);
}

function axesOf(input: WireField): number {
  const path = [value.type, type.tensor, tensorType.shape];
  const dims = path.reduce<WireField | undefined>(
    (message, number) => message && fieldsOf(message).find((field) => field.number === number),
    input,
  );
  return dims === undefined ? 0 : fieldsOf(dims).length;
}

function fieldsOf({ value: inner }: WireField): WireField[] {
  return inner instanceof Uint8Array ? [...readFields(inner)] : [];
}

function textOf(fields: readonly WireField[], number: number): string {
  const inner = fields.find((field) => field.number === number)?.value;
  return inner instanceof Uint8Array ? Buffer.from(inner).toString('utf8') : '';
}

function numberOf(fields: readonly WireField[], number: number): number {
  const inner = fields.find((field) => field.number === number)?.value;
  return typeof inner === 'bigint' ? Number(inner) : 0;
}
