/**
 * Inspects model files in a throw-away process of the host, one after the other.
 */
import type { ModelCard } from '#contract/model.ts';
import type { Host } from './host.ts';
import type { Inspection, InspectRequest } from './models/inspect.ts';
import { inspectInProcess } from './models/inspect-process.ts';

/** What is known beside the file: a card that came with it, changes to the card, pictures to prove it on. */
export type InspectHints = Omit<InspectRequest, 'file'> & { readonly signal?: AbortSignal };

export interface ModelInspector {
  /** A card that came with the file is tried; without one the card is guessed from the file. */
  (file: string, card?: ModelCard): Promise<Inspection>;
  with(file: string, hints: InspectHints): Promise<Inspection>;
}

/** The inspector rejects with MODEL_001, MODEL_002, MODEL_003, INF_002, INF_004, RES_001 or REQ_004. */
export function createModelInspector(host: Host): ModelInspector {
  let last: Promise<unknown> = Promise.resolve();

  function inspect(file: string, { signal, ...hints }: InspectHints): Promise<Inspection> {
    const inspection = last.then(() =>
      inspectInProcess(
        { ...hints, file },
        {
          spawn: () => host.spawnWorker('inspect', { TALLYWATCH_RESOURCES: host.paths.resources }),
          ...(signal ? { signal } : {}),
        },
      ),
    );
    last = inspection.catch(() => undefined);
    return inspection;
  }

  return Object.assign((file: string, card?: ModelCard) => inspect(file, card ? { card } : {}), {
    with: inspect,
  });
}
