/**
 * The procedures of the central database of many stations.
 */
import { StationError } from '#contract/error.ts';
import { maxReportBuckets } from '#contract/report.ts';
import { bucketEdges, quarterMs } from '#engine/base/time-buckets.ts';
import type { CentralKeeper } from '#engine/central-keeper.ts';
import { readCentralCounts } from '#engine/replication/central-counts.ts';
import type { Handlers } from '#engine/router.ts';

export interface CentralServiceDeps {
  readonly keeper: CentralKeeper;
  /** IANA name of the zone in which days begin */
  readonly timeZone: string;
  /** Hour of the clock at which a day begins */
  readonly dayStartHour: number;
}

export function createCentralService({
  keeper,
  timeZone,
  dayStartHour,
}: CentralServiceDeps): Pick<Handlers, 'central.get' | 'central.set' | 'central.counts'> {
  return {
    'central.get': () => keeper.status(),
    'central.set': async ({ settings }) => {
      await keeper.set(settings);
      return keeper.status();
    },
    'central.counts': async ({ from, to, bucket }, { caller }) => {
      if (caller.cameras) {
        throw new StationError(
          'ACC_002',
          'The sums of all stations are of cameras that you may not see.',
        );
      }
      for (const [path, at] of Object.entries({ from, to })) {
        if (at % quarterMs === 0) continue;
        throw new StationError(
          'REQ_001',
          `"${path}" is not at a whole quarter of an hour: sums of all stations are kept by quarters.`,
          { path },
        );
      }
      const range = { from, to, bucket, timeZone, dayStartHour };
      const edges = bucketEdges(range, maxReportBuckets);
      return {
        from,
        to,
        bucket,
        timeZone,
        ...(await keeper.ask((link) => readCentralCounts(link, edges))),
      };
    },
  };
}
