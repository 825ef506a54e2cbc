/**
 * The procedures of drills.
 */
import type { DrillKeeper } from '#engine/drill-keeper.ts';
import type { Handlers } from '#engine/router.ts';

export function createDrillService(
  keeper: DrillKeeper,
): Pick<Handlers, 'drill.run' | 'drill.list' | 'drill.schedule' | 'drill.setSchedule'> {
  return {
    'drill.run': ({ only }, { signal, onProgress, requestId }) =>
      keeper.run({ only, signal, onProgress }, requestId),
    'drill.list': ({ limit }) => keeper.list(limit),
    'drill.schedule': () => keeper.schedule(),
    'drill.setSchedule': (schedule) => keeper.setSchedule(schedule),
  };
}
