/**
 * What a model file that stands for a model elsewhere says of itself, for its import.
 */
import type { ModelCard } from '#contract/model.ts';
import { startEngine } from './engine-process.ts';
import { kindOfModelFile, readEngineFile, readRemoteFile } from './model-files.ts';

export interface Elsewhere {
  readonly card: ModelCard;
  /** Files that belong to it, relative to its folder */
  readonly externalPaths: readonly string[];
  /** The program or server, for people */
  readonly producer: string;
}

/** Null for a network. Starts an engine once. Throws MODEL_002, INF_002, INF_004 or SYS_001. */
export async function describeElsewhere(
  file: string,
  enginesFolder: string,
): Promise<Elsewhere | null> {
  switch (await kindOfModelFile(file)) {
    case 'network':
      return null;
    case 'remote': {
      const { card, url, model } = await readRemoteFile(file);
      return { card, externalPaths: [], producer: `${model} at ${new URL(url).host}` };
    }
    case 'engine': {
      const engine = await readEngineFile(file);
      const started = await startEngine({ engine, enginesFolder });
      await started.close();
      return {
        card: started.ready.card,
        externalPaths: engine.files.map(({ path }) => path),
        producer: `${started.ready.engine} on ${started.ready.device}`,
      };
    }
  }
}
