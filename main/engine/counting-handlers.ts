/**
 * What is asked of the counts of a station: lines, zones and doors that are drawn, the paths behind a count, and how far it can be
 * trusted.
 */
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import { validateLine } from './counting/validate-line.ts';
import { validateZone } from './counting/validate-zone.ts';
import { type Pictures, pictureStrip } from './recorded-pictures.ts';
import type { ReviewThread } from './review-thread.ts';
import { createCertificateService } from './services/certificate-service.ts';
import { createCountingService } from './services/counting-service.ts';
import { createSiteService } from './services/site-service.ts';
import { createTrajectoryService } from './services/trajectory-service.ts';
import { createTrustService } from './services/trust-service.ts';
import { createZoneService } from './services/zone-service.ts';
import type { EventMap, Site } from './site.ts';
import type { SiteOccupancyKeeper } from './site-occupancy.ts';
import type { Store } from './store/store.ts';
import type { TrustKeeper } from './trust-keeper.ts';

export interface CountingHandlersDeps {
  readonly store: Store;
  readonly site: Site;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  /** IANA name */
  readonly timeZone: string;
  readonly occupancy: SiteOccupancyKeeper;
  readonly review: ReviewThread;
  readonly trust: TrustKeeper;
  readonly pictures: Pictures;
}

/** Answers for every procedure of lines, zones, doors, paths, trust and certificates. */
export function createCountingHandlers(deps: CountingHandlersDeps) {
  const { store, site, events, clock, timeZone, occupancy, review, trust, pictures } = deps;
  const drawn = { site, store, events, timeZone, refuseUsed: occupancy.refuseUsed };

  return {
    ...createCountingService({ ...drawn, checkLine: validateLine }),
    ...createZoneService({ ...drawn, checkZone: validateZone }),
    ...createSiteService({ site, store, keeper: occupancy }),
    ...createTrajectoryService({
      ...{ timeZone, site, store, review, clock },
      checkLine: validateLine,
      pictures: (cameraId, at) => pictureStrip(pictures, cameraId, at),
    }),
    ...createTrustService({ store, review, keeper: trust }),
    ...createCertificateService({ site, store }),
  };
}
