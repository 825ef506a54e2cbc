/**
 * Proves a card: loads the model with it, runs it on a picture, and takes the time.
 */
import type { ModelCard } from '#contract/model.ts';
import { analysisSize } from './fit.ts';
import { createSession } from './session.ts';

export interface CardTrial {
  /** Pictures that one run takes; null when any number is possible */
  readonly batchSize: number | null;
  /** Median time of a run on one thread of the processor, ms */
  readonly inferMs: number;
}

const RUNS = 5;
const picture = { width: 640, height: 480 };

/** Runs a grey picture a few times. Throws what `createSession` and `run` throw. */
export async function tryCard(
  file: string,
  card: ModelCard,
  enginesFolder = '',
): Promise<CardTrial> {
  const cpu = { provider: 'cpu', intraOpThreads: 1 };
  const session = await createSession({ model: file, card, enginesFolder, ...cpu });
  try {
    const analysis = analysisSize(picture, card);
    const pixels = new Uint8Array(analysis.width * analysis.height * 3).fill(128);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { inferMs } = await session.run([{ pixels, layout: { picture, analysis } }]);
      times.push(inferMs);
    }
    times.sort((a, b) => a - b);
    return { batchSize: session.batchSize, inferMs: times[Math.floor(RUNS / 2)] ?? 0 };
  } finally {
    await session.close();
  }
}
