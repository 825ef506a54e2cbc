/**
 * Inspects model files in a throw-away process of the host, one after the other.
 */
import type { Host } from './host.ts';
import type { Inspection } from './models/inspect.ts';
import { inspectInProcess } from './models/inspect-process.ts';

/** `classes` are those of a card that came with the file; without them the file's own are used. */
export type ModelInspector = (file: string, classes?: readonly string[]) => Promise<Inspection>;

/** The inspector rejects with MODEL_001, MODEL_002, MODEL_003, INF_002 or RES_001. */
export function createModelInspector(host: Host): ModelInspector {
  let last: Promise<unknown> = Promise.resolve();
  return (file, classes) => {
    const inspection = last.then(() =>
      inspectInProcess(classes ? { file, classes: [...classes] } : { file }, {
        spawn: () => host.spawnWorker('inspect', {}),
      }),
    );
    last = inspection.catch(() => undefined);
    return inspection;
  };
}
