/**
 * Memory for the outputs of a network, made once and written again by each run. Left to itself ONNX Runtime gives every
 * run new arrays outside V8's heap (1.2 MB for YOLOX-nano), and every 50 of them V8 marks the whole heap to get rid of them.
 */
import { Tensor } from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';

export type Fetches = Readonly<Record<string, Tensor>>;

/**
 * Tensors of the sizes that a run has just shown; null where another picture may give other sizes (a graph that suppresses
 * overlapping boxes by itself), or where an output is not of 32-bit floats.
 */
export function planFetches(
  network: Pick<InferenceSession, 'outputMetadata'>,
  shown: InferenceSession.ReturnType,
): Fetches | null {
  const fetches: Record<string, Tensor> = {};
  for (const output of network.outputMetadata) {
    const tensor = shown[output.name];
    if (!output.isTensor || output.type !== 'float32' || !(tensor?.data instanceof Float32Array)) {
      return null;
    }
    // The first axis is the picture in the batch: it is that of the inputs, whatever the graph calls it.
    const [, ...axes] = output.shape;
    if (axes.some((axis, index) => axis !== tensor.dims[index + 1])) return null;
    fetches[output.name] = new Tensor('float32', new Float32Array(tensor.data.length), tensor.dims);
  }
  return fetches;
}
