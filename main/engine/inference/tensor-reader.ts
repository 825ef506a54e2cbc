/**
 * Runs a network on one picture at a time and gives chosen tensors of it, among them its inputs.
 */
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { planFeeds } from './feeds.ts';
import type { OutputTensor } from './head.ts';
import { loadNetwork } from './load-network.ts';
import { createInputWriter } from './preprocess.ts';
import type { Picture } from './preprocess.ts';
import { widen } from './widen.ts';

export interface TensorReader {
  read(picture: Picture): Promise<Record<string, OutputTensor>>;
  close(): Promise<void>;
}

export interface TensorReaderOptions {
  readonly model: string | Uint8Array;
  readonly card: ModelCard;
  /** Names of inputs and outputs of the network */
  readonly tensors: readonly string[];
}

/** Loads the network on the processor. Throws MODEL_002 or MODEL_003; `read` throws INF_001. */
export async function createTensorReader(options: TensorReaderOptions): Promise<TensorReader> {
  const { model, card, tensors } = options;
  const network = await loadNetwork({ model, provider: 'cpu', intraOpThreads: 1 });
  const plan = planFeeds(network, card);
  const writer = createInputWriter(card);
  const batchSize = plan.batchSize ?? 1;
  const data = writer.allocate(batchSize);
  const feeds = plan.feeds(data, batchSize, card.input);
  const fetched = tensors.filter((name) => network.outputNames.includes(name));

  return {
    async read(picture) {
      writer.write(data, 0, picture);
      try {
        const outputs = widen(await network.run(feeds, fetched));
        const inputs = Object.entries(feeds).filter(([name]) => tensors.includes(name));
        return { ...widen(Object.fromEntries(inputs)), ...outputs };
      } catch (error) {
        throw StationError.from(error, 'INF_001');
      }
    },
    close: () => network.release(),
  };
}
