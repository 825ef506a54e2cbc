/**
 * Makes a report: counts from the store, their intervals from the certificates, folded into what a person reads.
 */
import type { Certificate, IssuedCertificate } from '#contract/certificate.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import { usualSections } from '#contract/report-section.ts';
import {
  type BucketFigure,
  type CountReport,
  maxReportBuckets,
  type PeriodCounts,
  type ReportQuery,
} from '#contract/report.ts';
import type { Clock } from './base/clock.ts';
import { withIntervals } from './count-intervals.ts';
import type { GatherDetails } from './report-details.ts';
import {
  foldBuckets,
  foldHeat,
  foldLabels,
  type PlaceColumns,
  sumFigures,
  wholeOf,
} from './reporting/fold.ts';
import type { LedgerSetup, LedgerTally, PlaceCounts, ReportCounts } from './store/records.ts';
import type { Store } from './store/store.ts';

/** Beyond this a heat map is not made, ms. */
const longestHeatMs = 400 * 86_400_000;
const maxCells = 400_000;

export interface ReportMakerDeps {
  readonly store: Pick<Store, 'reports' | 'setups' | 'certificates' | 'tallies'>;
  readonly clock: Clock;
  readonly site: string;
  /** IANA name */
  readonly timeZone: string;
  readonly dayStartHour: number;
  readonly cameraName: (cameraId: string) => string;
  /** Says which certificates still hold */
  readonly withChanges: (issued: readonly IssuedCertificate[]) => Promise<Certificate[]>;
  readonly details: GatherDetails;
}

/** A line or zone of a report. */
export interface ReportPlace extends PlaceColumns {
  readonly cameraId: string;
  readonly cameraName: string;
  readonly id: string;
  readonly name: string;
  readonly isDrawn: boolean;
  readonly certificateId: number | null;
}

/** A report with the numbers of each line and bucket. */
export interface FullReport {
  readonly report: CountReport;
  /** Unix times in ms: bucket i is from `edges[i]` to `edges[i + 1]` */
  readonly edges: readonly number[];
  readonly places: readonly ReportPlace[];
}

export interface MakeOptions {
  /** Cameras that the caller may see; null for all */
  readonly cameras: readonly string[] | null;
  /** Most buckets */
  readonly maxBuckets?: number;
}

export interface ReportMaker {
  /** Rejects with REQ_001 for an unknown time zone, a wrong range, or too many buckets. */
  make(query: ReportQuery, options: MakeOptions): Promise<FullReport>;
}

interface GatherOptions extends MakeOptions {
  readonly withHours: boolean;
}

interface Gathered {
  readonly hours: readonly BucketFigure[];
  readonly edges: readonly number[];
  readonly places: readonly ReportPlace[];
}

export function createReportMaker(deps: ReportMakerDeps): ReportMaker {
  const { store, clock } = deps;

  function count(
    query: ReportQuery,
    { cameras, maxBuckets, withHours }: GatherOptions,
  ): Promise<ReportCounts> {
    return store.reports.counts({
      from: query.from,
      to: query.to,
      bucket: query.bucket,
      timeZone: query.timeZone ?? deps.timeZone,
      dayStartHour: deps.dayStartHour,
      subject: query.subject,
      cameraIds: wantedCameras(query.cameraId, cameras),
      ids: query.ids,
      labels: query.labels,
      direction: query.direction,
      withHours,
      maxBuckets: maxBuckets ?? maxReportBuckets,
      maxCells,
    });
  }

  async function gather(query: ReportQuery, options: GatherOptions): Promise<Gathered> {
    const counts = await count(query, options);
    const bounds = query.subject === 'lines' ? boundsOf(counts, await known(query)) : [];
    return {
      edges: counts.edges,
      hours: hoursOf(counts),
      places: counts.places.map((place, index) => ({
        ...place,
        cameraName: deps.cameraName(place.cameraId),
        ...(bounds[index] ?? unmeasured),
      })),
    };
  }

  async function known({ cameraId, labels }: ReportQuery): Promise<Known> {
    const [setups, certificates] = await Promise.all([
      store.setups.list({ cameraId }),
      store.certificates.list({ cameraId }),
    ]);
    // A certificate says how well everything was counted, not one class of it.
    return { setups, certificates: labels === undefined ? certificates : [] };
  }

  async function compared(query: ReportQuery, options: MakeOptions): Promise<PeriodCounts> {
    return periodOf(query, await gather(query, { ...options, withHours: false }));
  }

  return {
    async make(query, options) {
      const comparison = comparedTime(query);
      const timeZone = query.timeZone ?? deps.timeZone;
      const withHours = query.to - query.from <= longestHeatMs;
      const { hours, ...gathered } = await gather(query, { ...options, withHours });
      const counts = periodOf(query, gathered);
      const seen = new Set(gathered.places.map(({ cameraId }) => cameraId));
      const boundaries = await store.tallies.boundaries({ from: query.from, to: query.to });
      const ids = new Set(gathered.places.map(({ certificateId }) => certificateId));
      const sections = query.sections ?? [...usualSections];
      const details = await deps.details({
        ...{ sections, from: query.from, to: query.to, labels: query.labels },
        cameraIds: wantedCameras(query.cameraId, options.cameras),
      });
      const issued = ids.size === 0 ? [] : await store.certificates.list({});
      return {
        ...gathered,
        report: {
          ...counts,
          site: deps.site,
          madeAt: clock.now(),
          bucket: query.bucket,
          subject: query.subject,
          timeZone,
          dayStartHour: deps.dayStartHour,
          labels: query.labels ?? null,
          direction: query.direction ?? null,
          places: gathered.places.map((place) => ({
            ...wholeOf(place),
            ...{ cameraId: place.cameraId, cameraName: place.cameraName },
            ...{ id: place.id, name: place.name, isDrawn: place.isDrawn },
            ...{ basis: place.basis, certificateId: place.certificateId },
          })),
          classes: foldLabels(gathered.places),
          heat: foldHeat(hours, timeZone),
          boundaries: boundaries.filter(({ cameraId }) => seen.has(cameraId)),
          certificates: await deps.withChanges(issued.filter(({ id }) => ids.has(id))),
          ...{ sections, details },
          comparison: comparison && (await compared({ ...query, ...comparison }, options)),
        },
      };
    },
  };
}

function periodOf(
  { from, to }: TimeSpan,
  { edges, places }: Pick<Gathered, 'edges' | 'places'>,
): PeriodCounts {
  return { from, to, buckets: foldBuckets(edges, places), total: sumFigures(places.map(wholeOf)) };
}

/** All places together by hour, without intervals, which the hours of the week do not show. */
function hoursOf({ hours }: ReportCounts): BucketFigure[] {
  if (hours === null) return [];
  return foldBuckets(hours.edges, [{ ...hours, ...unmeasured, labels: [] }]);
}

/** @throws StationError REQ_001 when only one end is given */
function comparedTime({ compareFrom: from, compareTo: to }: ReportQuery) {
  if (from === undefined && to === undefined) return null;
  if (from !== undefined && to !== undefined) return { from, to };
  throw new StationError('REQ_001', 'Give both "compareFrom" and "compareTo", or neither.', {
    path: from === undefined ? 'compareFrom' : 'compareTo',
  });
}

function wantedCameras(
  cameraId: string | undefined,
  allowed: readonly string[] | null,
): readonly string[] | undefined {
  if (cameraId === undefined) return allowed ?? undefined;
  return allowed === null || allowed.includes(cameraId) ? [cameraId] : [];
}

const unmeasured = { bounds: null, whole: null, basis: null, certificateId: null } as const;

interface Known {
  readonly setups: readonly LedgerSetup[];
  readonly certificates: readonly IssuedCertificate[];
}

type PlaceBounds = Pick<ReportPlace, 'bounds' | 'whole' | 'basis' | 'certificateId'>;

/** The intervals of each line: of the whole time, and of every bucket. All at once, since most counts come again and again. */
function boundsOf({ edges, places }: ReportCounts, known: Known): PlaceBounds[] {
  const tallies = withIntervals(
    places.flatMap((place) => talliesOf(place, edges)),
    known,
  );
  const each = edges.length;
  return places.map((_, index) => {
    const [whole, ...buckets] = tallies.slice(index * each, (index + 1) * each);
    return {
      bounds: buckets.map(({ low, high }) => ({ low, high })),
      whole: whole === undefined ? null : { low: whole.low, high: whole.high },
      basis: whole?.basis ?? null,
      certificateId: whole?.certificateId ?? null,
    };
  });
}

/** One tally of the whole time, then one of each bucket: as many as there are edges. */
function talliesOf(place: PlaceCounts, edges: readonly number[]): LedgerTally[] {
  const { cameraId, id: lineId } = place;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const ends = { from: edges[0] ?? 0, to: edges.at(-1) ?? 0 };
  const line = { cameraId, lineId, observedSeconds: 0 };
  return [
    { ...line, ...ends, in: sum(place.in), out: sum(place.out) },
    ...place.in.map((into, index) => ({
      ...line,
      ...{ from: edges[index] ?? 0, to: edges[index + 1] ?? 0 },
      ...{ in: into, out: place.out[index] ?? 0 },
    })),
  ];
}
