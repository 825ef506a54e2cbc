/**
 * What gathers the sections of a report of a store alone: without a station, whose incidents are written by then.
 */
import { systemClock } from '#engine/base/clock.ts';
import { createIncidentViews } from '#engine/incident-views.ts';
import { createDetailsGatherer, type GatherDetails } from '#engine/report-details.ts';
import type { Store } from '#engine/store/store.ts';

/** Cameras and models are called by their ids; the PC costs 1 EUR an hour. */
export function detailsOf(store: Store, timeZone = 'UTC'): GatherDetails {
  const incidents = createIncidentViews({
    ...{ store, clock: systemClock, unwritten: () => [] },
    // A camera that is not there any more has no lines.
    site: {
      cameras: () => [],
      plan: () => {
        throw new Error('there is no camera');
      },
    },
  });
  return createDetailsGatherer({
    ...{ store, incidents, timeZone, dayStartHour: 0, pricePerHour: 1, currency: 'EUR' },
    cameraName: (id) => `Camera ${id}`,
    modelName: (digest) => `model-${digest.slice(0, 1)}`,
  });
}
