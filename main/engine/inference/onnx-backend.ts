/**
 * A backend that runs the network in ONNX Runtime on the calling thread, which it blocks.
 *
 * Axes that the export has fixed are freed where the graph bears it: on the processor the size, so that padding need not be
 * computed; elsewhere the number of pictures, because a card computes several at once and plans anew for each size.
 */
import { readFile } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import type { Backend, BackendOptions } from './backend.ts';
import { planFeeds } from './feeds.ts';
import { freeAxes } from './free-axes.ts';
import type { FreedAxes } from './free-axes.ts';
import { greyFit, greyInput } from './grey-input.ts';
import { loadNetwork } from './load-network.ts';
import { releaseOutputs } from './output-memory.ts';
import { createPostprocessor } from './postprocess.ts';
import type { InputData } from './preprocess.ts';
import { widen } from './widen.ts';

/** Throws MODEL_002 (cannot be loaded), MODEL_003 (not what the card says), SYS_004 (no such provider). */
export async function openOnnxBackend(options: BackendOptions): Promise<Backend> {
  return (await openFreed(options)) ?? openNetwork(options);
}

/** Heads that read their grid from the size of the input; others carry it in the graph. */
const growWithInput: readonly ModelCard['head'][] = ['yolox'];

function axesToFree({ provider, card, isPadded = false }: BackendOptions): FreedAxes | null {
  if (!growWithInput.includes(card.head)) return null;
  if (provider !== 'cpu') return 'batch'; // whether two go together is tried by whoever warms it up
  return isPadded ? null : 'size';
}

/** Null where the network does not bear it: then it is taken as it was exported. */
async function openFreed(options: BackendOptions): Promise<Backend | null> {
  const { model, card } = options;
  const axes = axesToFree(options);
  if (axes === null) return null;
  try {
    const bytes = typeof model === 'string' ? await readFile(model) : model;
    const freed = freeAxes(bytes, axes, card.preprocess.layout);
    if (freed === null) return null;
    const backend = await openNetwork({ ...options, model: freed });
    if (axes === 'batch') return backend;
    try {
      await tryLess(backend, card);
      return { ...backend, takesLess: true };
    } catch (error) {
      await backend.close();
      throw error;
    }
  } catch {
    return null; // whatever is wrong with the file itself is told by loading it unchanged
  }
}

/** Rejects unless the network answers with the cells of its grids for inputs of other sizes, odd numbers of cells too. */
async function tryLess(backend: Backend, card: ModelCard): Promise<void> {
  const { width, height } = card.input;
  for (const input of [
    { width, height: oddCells(height) },
    { width: oddCells(width), height },
  ]) {
    const smaller = { ...card, input };
    const count = backend.batchSize ?? 1;
    const outputs = await backend.run(greyInput(smaller, count), count, input);
    createPostprocessor(smaller).toDetections(outputs, 0, greyFit);
  }
}

/** About half of a side, as an odd number of cells of 32 px. */
function oddCells(length: number): number {
  return 32 * (2 * Math.floor(length / 128) + 1);
}

async function openNetwork(options: BackendOptions): Promise<Backend> {
  const { card } = options;
  const network = await loadNetwork(options);
  // Tensors share their memory with the input, which is written again for each run.
  const feedsOf = new WeakMap<InputData, Record<string, Tensor>>();
  let lastResults: InferenceSession.ReturnType = {};
  try {
    const plan = planFeeds(network, card);
    return {
      batchSize: plan.batchSize,
      takesLess: false,
      async run(data, batchSize, size: Size = card.input) {
        const feeds = feedsOf.get(data) ?? plan.feeds(data, batchSize, size);
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
