/**
 * A backend that runs the network in ONNX Runtime on the calling thread, which it blocks.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { StationError } from '#contract/error.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { planFeeds } from './feeds.ts';
import { loadNetwork } from './load-network.ts';
import { releaseOutputs } from './output-memory.ts';
import type { InputData } from './preprocess.ts';
import { widen } from './widen.ts';

/** Throws MODEL_002 (cannot be loaded), MODEL_003 (not what the card says), SYS_004 (no such provider). */
export async function openOnnxBackend(options: BackendOptions): Promise<Backend> {
  const network = await loadNetwork(options);
  // Tensors share their memory with the input, which is written again for each run.
  const feedsOf = new WeakMap<InputData, Record<string, Tensor>>();
  let lastResults: InferenceSession.ReturnType = {};
  try {
    const plan = planFeeds(network, options.card);
    return {
      batchSize: plan.batchSize,
      async run(data, batchSize) {
        const feeds = feedsOf.get(data) ?? plan.feeds(data, batchSize);
        feedsOf.set(data, feeds);
        try {
          releaseOutputs(lastResults);
          lastResults = await network.run(feeds);
          return widen(lastResults);
        } catch (error) {
          throw StationError.from(error, 'INF_001');
        }
      },
      transferMs: () => 0,
      close: () => network.release(),
    };
  } catch (error) {
    await network.release();
    throw error;
  }
}
