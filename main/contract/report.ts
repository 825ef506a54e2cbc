/**
 * Reports: counts of lines or zones over a time, by bucket, each with how much of it was observed and how far it can be trusted.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Certificate } from './certificate.ts';
import { CountBasis, Direction, ModelBoundary, Sums } from './counting.ts';
import { Label } from './detection.ts';
import { procedure } from './procedure.ts';
import { ReportDetails, ReportSection } from './report-section.ts';

export const ReportBucket = z.enum(['minute', 'quarter', 'hour', 'day', 'week', 'month']);
export type ReportBucket = z.infer<typeof ReportBucket>;

/** Crossings of lines, or people and vehicles that entered and left zones; never summed together. */
export const ReportSubject = z.enum(['lines', 'zones']);
export type ReportSubject = z.infer<typeof ReportSubject>;

export const ReportLanguage = z.enum(['en', 'vi']);
export type ReportLanguage = z.infer<typeof ReportLanguage>;

export const ReportFormat = z.enum(['csv', 'json', 'pdf']);
export type ReportFormat = z.infer<typeof ReportFormat>;

/** Most buckets of one report: a month of quarters, two years of days. */
export const maxReportBuckets = 3_000;

export const ReportQuery = z.object({
  /** Unix time in ms, inclusive */
  from: z.number().int().nonnegative(),
  /** Unix time in ms, exclusive */
  to: z.number().int().nonnegative(),
  bucket: ReportBucket.default('hour'),
  subject: ReportSubject.default('lines'),
  cameraId: CameraId.optional(),
  /** Ids of lines or zones; all when left out */
  ids: z.array(z.string().max(48)).max(500).optional(),
  /** Only these classes; all when left out */
  labels: z.array(Label).max(20).optional(),
  /** Only this direction (for zones: `in` is entering); both when left out */
  direction: Direction.optional(),
  /** IANA name of the zone in which hours and days begin; the site's when left out */
  timeZone: z.string().min(1).max(64).optional(),
  /** Another time to compare with, Unix times in ms: both or neither */
  compareFrom: z.number().int().nonnegative().optional(),
  compareTo: z.number().int().nonnegative().optional(),
  /** What stands beside the counts; model changes and certificates when left out */
  sections: z.array(ReportSection).max(ReportSection.options.length).optional(),
});
export type ReportQuery = z.infer<typeof ReportQuery>;

/** A count with what is known of it. Of several lines it is their sum. */
export const CountFigure = z.object({
  in: z.number().int().nonnegative(),
  out: z.number().int().nonnegative(),
  /**
   * The true numbers of the seconds observed lie between these with a chance of 95 %. Of several lines the bounds are summed, as if
   * all lines erred alike: rather too wide than too narrow. Null for zones, whose counting was never measured.
   */
  low: Sums.nullable(),
  high: Sums.nullable(),
  /** Seconds during which the line was drawn and its camera observed; of several lines the sum */
  observedSeconds: z.number().nonnegative(),
  /** Seconds during which the line was drawn, up to now; of several lines the sum */
  expectedSeconds: z.number().nonnegative(),
});
export type CountFigure = z.infer<typeof CountFigure>;

/** Sum of all lines in one bucket; Unix times in ms, `to` exclusive. */
export const BucketFigure = CountFigure.extend({ from: z.number().int(), to: z.number().int() });
export type BucketFigure = z.infer<typeof BucketFigure>;

/** One line or zone over the whole time. */
export const PlaceFigure = CountFigure.extend({
  cameraId: CameraId,
  cameraName: z.string(),
  id: z.string(),
  name: z.string(),
  /** False for one that was removed */
  isDrawn: z.boolean(),
  /** Null for zones */
  basis: CountBasis.nullable(),
  certificateId: z.number().int().positive().nullable(),
});
export type PlaceFigure = z.infer<typeof PlaceFigure>;

export const LabelSums = Sums.extend({ label: Label });
export type LabelSums = z.infer<typeof LabelSums>;

/** One hour of the week: what was counted in it, in how many hours of observation. */
export const HeatCell = Sums.extend({
  /** Hours of this kind, weighed with the share that was observed */
  observedHours: z.number().nonnegative(),
});
export type HeatCell = z.infer<typeof HeatCell>;

/** A time with its buckets and their sum; Unix times in ms. */
export const PeriodCounts = z.object({
  from: z.number().int(),
  to: z.number().int(),
  buckets: z.array(BucketFigure),
  total: CountFigure,
});
export type PeriodCounts = z.infer<typeof PeriodCounts>;

export const CountReport = PeriodCounts.extend({
  site: z.string(),
  /** Unix time in ms */
  madeAt: z.number().int(),
  bucket: ReportBucket,
  subject: ReportSubject,
  timeZone: z.string(),
  /** Hour of the clock at which a day begins */
  dayStartHour: z.number().int().min(0).max(23),
  labels: z.array(Label).nullable(),
  direction: Direction.nullable(),
  /** By camera and id */
  places: z.array(PlaceFigure),
  /** The most frequent first */
  classes: z.array(LabelSums),
  /** Monday to Sunday, each from 0 to 23 o'clock */
  heat: z.array(z.array(HeatCell)),
  boundaries: z.array(ModelBoundary),
  /** Those that the intervals follow from */
  certificates: z.array(Certificate),
  comparison: PeriodCounts.nullable(),
  /** Which sections are in it */
  sections: z.array(ReportSection),
  details: ReportDetails,
});
export type CountReport = z.infer<typeof CountReport>;

/** A file, whole. */
export const ReportFile = z.object({
  name: z.string(),
  /** Media type */
  type: z.string(),
  /** In base64 */
  data: z.string(),
});
export type ReportFile = z.infer<typeof ReportFile>;

/** Share of the expected time that was observed, 0 to 1; 0 where nothing was expected. */
export function observedShare({
  observedSeconds,
  expectedSeconds,
}: Pick<CountFigure, 'observedSeconds' | 'expectedSeconds'>): number {
  return expectedSeconds === 0 ? 0 : Math.min(1, observedSeconds / expectedSeconds);
}

/** Buckets of which less was observed are hatched in charts. */
export const hatchedBelow = 0.9;

/** Less observation than this says nothing of an hour of the week, hours. */
const leastHours = 0.5;

/** Mean number an hour of observation, both directions; null where too little was observed. */
export function hourlyRate({ in: into, out, observedHours }: HeatCell): number | null {
  return observedHours < leastHours ? null : (into + out) / observedHours;
}

/** Where a page of rows ended. */
const RowCursor = {
  /** Time and number of the last row that was read; both or neither */
  afterAt: z.number().int().nonnegative().optional(),
  afterId: z.number().int().nonnegative().optional(),
};

export const reportProcedures = {
  'report.site': procedure({
    kind: 'query',
    route: 'GET /reports/site',
    role: 'viewer',
    summary: 'Shows the time zone of the site and the hour at which its days begin',
    input: z.object({}),
    output: z.object({
      site: z.string(),
      timeZone: z.string(),
      dayStartHour: z.number().int().min(0).max(23),
    }),
  }),
  'report.counts': procedure({
    kind: 'query',
    route: 'GET /reports/counts',
    role: 'viewer',
    summary:
      'Counts lines or zones by time bucket, with the time observed, intervals and another time to compare with',
    input: ReportQuery,
    output: CountReport,
  }),
  'report.file': procedure({
    kind: 'query',
    route: 'GET /reports/file',
    role: 'viewer',
    summary:
      'Makes a report of counts as a CSV, JSON or PDF file; the sections are in JSON and PDF',
    input: ReportQuery.extend({
      format: ReportFormat,
      language: ReportLanguage.default('en'),
      /** Whether a CSV begins with a byte order mark, which spreadsheets on Windows want */
      bom: z.boolean().default(false),
    }),
    output: ReportFile,
  }),
  'report.rows': procedure({
    kind: 'query',
    route: 'GET /reports/rows',
    role: 'viewer',
    summary: 'Gives a page of crossings as lines of CSV, oldest first',
    input: z.object({
      from: z.number().int().nonnegative(),
      to: z.number().int().nonnegative(),
      cameraId: CameraId.optional(),
      timeZone: z.string().min(1).max(64).optional(),
      bom: z.boolean().default(false),
      limit: z.number().int().min(1).max(10_000).default(5_000),
      ...RowCursor,
    }),
    output: z.object({
      /** The first page begins with the names of the columns */
      text: z.string(),
      rows: z.number().int().nonnegative(),
      /** Send it with the next question; null after the last row */
      next: z.object({ afterAt: z.number().int(), afterId: z.number().int() }).nullable(),
    }),
  }),
};
