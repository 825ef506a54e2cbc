/**
 * The outputs of ONNX Runtime as 32-bit floats, whatever type the network gives them.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { StationError } from '#contract/error.ts';
import { fromHalf } from '#engine/base/half.ts';
import type { Outputs, OutputTensor } from './head.ts';

/** Float outputs are passed on without a copy. Throws MODEL_003 for types that cannot hold numbers. */
export function widen(results: InferenceSession.ReturnType): Outputs {
  return Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, widenOne(value)]),
  );
}

function widenOne({ data, dims, type }: Tensor): OutputTensor {
  if (data instanceof Float32Array) return { data, dims };
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return { data: Float32Array.from(data, Number), dims };
  }
  if (type === 'float16' && data instanceof Uint16Array) {
    return { data: Float32Array.from(data, fromHalf), dims };
  }
  if (Array.isArray(data))
    throw new StationError('MODEL_003', 'The model returns text, not boxes.');
  return { data: Float32Array.from(data as Int32Array), dims };
}
