/**
 * Inspects model files in a throw-away process of the host, one after the other.
 */
import type { ModelCard } from '#contract/model.ts';
import type { Host } from './host.ts';
import type { Inspection } from './models/inspect.ts';
import { inspectInProcess } from './models/inspect-process.ts';

/** A card that came with the file is tried; without one the card is guessed from the file. */
export type ModelInspector = (file: string, card?: ModelCard) => Promise<Inspection>;

/** The inspector rejects with MODEL_001, MODEL_002, MODEL_003, INF_002 or RES_001. */
export function createModelInspector(host: Host): ModelInspector {
  let last: Promise<unknown> = Promise.resolve();
  return (file, card) => {
    const inspection = last.then(() =>
      inspectInProcess(card ? { file, card } : { file }, {
        spawn: () => host.spawnWorker('inspect', { TALLYWATCH_RESOURCES: host.paths.resources }),
      }),
    );
    last = inspection.catch(() => undefined);
    return inspection;
  };
}
