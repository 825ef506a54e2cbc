/**
 * The size to which a network that takes any picture brings it itself, before its first convolution. Pictures that already
 * have it are not resampled twice, which cost 5 points of average precision where it was measured.
 */
import type { Size } from '#contract/geometry.ts';
import { readFields } from '#engine/base/protobuf.ts';

const INT64 = 7;

/** Looks for a Resize to four constant sizes. `bytes` is a model file that has been read before; null when there is none. */
export function innerSize(bytes: Uint8Array): Size | null {
  for (const { number, value } of readFields(bytes)) {
    if (number === 7 && value instanceof Uint8Array) return innerSizeOfGraph(value);
  }
  return null;
}

function innerSizeOfGraph(graph: Uint8Array): Size | null {
  let sizesName: string | null = null;
  let isBeforeConvolution = true;
  const constants = new Map<string, readonly number[]>();
  for (const { number, value } of readFields(graph)) {
    if (!(value instanceof Uint8Array)) continue;
    if (number === 5) {
      const constant = readConstant(value);
      if (constant !== null) constants.set(constant.name, constant.values);
    } else if (number === 1 && isBeforeConvolution && sizesName === null) {
      const { operator, inputs } = readNode(value);
      if (operator === 'Conv') isBeforeConvolution = false;
      if (operator === 'Resize') sizesName = inputs[3] ?? null;
    }
  }
  const sizes = sizesName === null ? undefined : constants.get(sizesName);
  return sizes === undefined ? null : pictureSize(sizes);
}

/** `[1, 3, height, width]` or `[1, height, width, 3]`. */
function pictureSize([, second = 0, third = 0, last = 0]: readonly number[]): Size | null {
  const [width, height] = second === 3 ? [last, third] : [third, second];
  const isPicture = (second === 3 || last === 3) && width > 0 && height > 0;
  return isPicture ? { width, height } : null;
}

function readNode(node: Uint8Array): { operator: string; inputs: string[] } {
  let operator = '';
  const inputs: string[] = [];
  for (const { number, value } of readFields(node)) {
    if (!(value instanceof Uint8Array)) continue;
    if (number === 1) inputs.push(new TextDecoder().decode(value));
    else if (number === 4) operator = new TextDecoder().decode(value);
  }
  return { operator, inputs };
}

/** Four 64-bit integers with a name. */
function readConstant(tensor: Uint8Array): { name: string; values: readonly number[] } | null {
  let name = '';
  let type = 0;
  let values: number[] = [];
  for (const { number, value } of readFields(tensor)) {
    if (number === 2) type = Number(value);
    else if (number === 8 && value instanceof Uint8Array) name = new TextDecoder().decode(value);
    else if (number === 9 && value instanceof Uint8Array && value.length === 32) {
      const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
      values = [0, 8, 16, 24].map((at) => Number(view.getBigInt64(at, true)));
    }
  }
  return type === INT64 && values.length === 4 ? { name, values } : null;
}
