/**
 * The procedures of drills: one at a time, each report is kept.
 */
import type { DrillReport } from '#contract/drill.ts';
import { StationError } from '#contract/error.ts';
import type { DrillOptions } from '#engine/drill.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';

export interface DrillServiceDeps {
  readonly store: Pick<Store, 'drills'>;
  readonly run: (options: DrillOptions) => Promise<DrillReport>;
}

export function createDrillService({
  store,
  run,
}: DrillServiceDeps): Pick<Handlers, 'drill.run' | 'drill.list'> {
  let isRunning = false;
  return {
    'drill.run': async ({ only }, { signal, onProgress }) => {
      if (isRunning) {
        throw new StationError('REQ_003', 'A drill is running already; wait for its report.');
      }
      isRunning = true;
      try {
        const report = await run({ only, signal, onProgress });
        await store.drills.save(report);
        return report;
      } finally {
        isRunning = false;
      }
    },
    'drill.list': ({ limit }) => store.drills.list(limit),
  };
}
