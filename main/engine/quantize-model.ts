/**
 * Makes the int8 child of a model from pictures of the site: joins inference with the models stage. It computes for a
 * while in the process that calls it, so call it from the command line or from a worker, never from the station.
 */
import { readFile } from 'node:fs/promises';
import type { ModelCard } from '#contract/model.ts';
import type { Picture } from './inference/preprocess.ts';
import { createTensorReader } from './inference/tensor-reader.ts';
import { createRangeMeter } from './models/calibrate.ts';
import { readOnnxFile } from './models/onnx-file.ts';
import { readGraph } from './models/onnx-graph.ts';
import { calibrationNetwork, quantize } from './models/quantize.ts';

export interface QuantizeModelOptions {
  readonly file: string;
  readonly card: ModelCard;
  /** A hundred pictures of the site's own cameras, by day and by night */
  readonly pictures: AsyncIterable<Picture> | Iterable<Picture>;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of the int8 model; its card is that of its parent. Throws MODEL_002 for a file that cannot be read, REQ_003
 * for a model that cannot be quantized.
 */
export async function quantizeModel(options: QuantizeModelOptions): Promise<Uint8Array> {
  const { file, card, pictures, signal } = options;
  const bytes = await readFile(file);
  readOnnxFile(bytes);
  const graph = readGraph(bytes);
  const calibration = calibrationNetwork(graph);
  const { tensors } = calibration;
  const meter = createRangeMeter(calibration.lowest);
  const reader = await createTensorReader({ model: calibration.bytes, card, tensors });
  try {
    for await (const picture of pictures) {
      signal?.throwIfAborted();
      meter.add(await reader.read(picture));
    }
  } finally {
    await reader.close();
  }
  return quantize(graph, meter.ranges());
}
