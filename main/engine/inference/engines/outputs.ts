/**
 * Takes an engine's outputs out of the bytes that came with them, as 32-bit floats.
 */
import { StationError } from '#contract/error.ts';
import { fromHalf } from '#engine/base/half.ts';
import type { Outputs } from '#engine/inference/head.ts';
import type { OutputHeader } from './messages.ts';

const bytesOf: Record<OutputHeader['dtype'], number> = {
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
};

/** The outputs lie one after the other, little endian, without gaps. Throws INF_004 when the bytes do not fit the dims. */
export function readOutputs(headers: readonly OutputHeader[], payload: Uint8Array): Outputs {
  const outputs: [string, Outputs[string]][] = [];
  let offset = 0;
  for (const { name, dtype, dims } of headers) {
    const length = dims.reduce((product, axis) => product * axis, 1);
    const bytes = length * bytesOf[dtype];
    if (offset + bytes > payload.length) {
      throw lies(
        `output ${name} [${dims.join(', ')}] needs ${String(bytes)} bytes, ${String(payload.length - offset)} came`,
      );
    }
    outputs.push([name, { data: toFloats(dtype, copyOf(payload, offset, bytes)), dims }]);
    offset += bytes;
  }
  if (offset !== payload.length) {
    throw lies(`${String(payload.length - offset)} bytes more came than its outputs have`);
  }
  return Object.fromEntries(outputs);
}

/** A copy in memory of its own, which begins at a multiple of every element size; `slice` of a Buffer would be no copy. */
function copyOf(payload: Uint8Array, offset: number, bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(payload.subarray(offset, offset + bytes));
}

function toFloats(dtype: OutputHeader['dtype'], { buffer }: Uint8Array<ArrayBuffer>): Float32Array {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'int32':
      return Float32Array.from(new Int32Array(buffer));
    case 'uint8':
      return Float32Array.from(new Uint8Array(buffer));
  }
}

function lies(detail: string): StationError {
  return new StationError(
    'INF_004',
    `The engine says one thing of its outputs and sends another: ${detail}.`,
  );
}
