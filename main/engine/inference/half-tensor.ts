/**
 * Tensors of half floats. Where the runtime has Float16Array, onnxruntime-common 1.30 turns their bits into one, and its own
 * native part then reads no bytes ("not enough space: expected 24, got 0"). So the tensor is made of 16-bit integers and
 * only says that they are half floats, which is what the native part expects.
 */
import { Tensor } from 'onnxruntime-node';

/** A float16 tensor that shares its memory with `bits`. */
export function halfTensor(bits: Uint16Array, dims: readonly number[]): Tensor {
  const tensor: Tensor = new Tensor('uint16', bits, dims);
  return Object.defineProperty(tensor, 'type', { value: 'float16' });
}
