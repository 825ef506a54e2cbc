/**
 * The procedures of reports.
 */
import { StationError } from '#contract/error.ts';
import type {
  CountReport,
  ReportFile,
  ReportFormat,
  ReportLanguage,
  ReportQuery,
} from '#contract/report.ts';
import type { FullReport, ReportMaker } from '#engine/report-maker.ts';
import { countsToCsv, rowsToCsv } from '#engine/reporting/csv.ts';
import { zonedTimes } from '#engine/reporting/zoned-time.ts';
import type { Caller, Handlers } from '#engine/router.ts';
import { trackUid } from '#engine/store/crossings.ts';
import type { Store } from '#engine/store/store.ts';

/** A table for a spreadsheet may be finer than what a person reads. */
const maxFileBuckets = 50_000;

export interface ReportServiceDeps {
  readonly store: Pick<Store, 'reports'>;
  readonly maker: ReportMaker;
  readonly site: string;
  readonly timeZone: string;
  readonly dayStartHour: number;
  /** Writes a PDF; rejects with REQ_004 when the signal aborts. */
  readonly makePdf: (
    report: CountReport,
    options: { readonly language: ReportLanguage; readonly signal: AbortSignal },
  ) => Promise<Uint8Array>;
}

export interface FileOptions {
  readonly format: ReportFormat;
  readonly language: ReportLanguage;
  readonly bom: boolean;
  readonly signal: AbortSignal;
  /** Cameras that the reader may see; null for all */
  readonly cameras: readonly string[] | null;
}

export function createReportService(
  deps: ReportServiceDeps,
): Pick<Handlers, 'report.site' | 'report.counts' | 'report.file' | 'report.rows'> {
  const { store, maker, site, timeZone, dayStartHour } = deps;
  return {
    'report.site': () => ({ site, timeZone, dayStartHour }),
    'report.counts': async (query, { caller }) =>
      (await maker.make(query, { cameras: camerasOf(caller) })).report,
    'report.file': ({ format, language, bom, ...query }, { caller, signal }) =>
      makeReportFile(deps, query, { format, language, bom, signal, cameras: camerasOf(caller) }),
    'report.rows': async (query, { caller }) => {
      const { afterAt, afterId, limit, cameraId } = query;
      if ((afterAt === undefined) !== (afterId === undefined)) {
        throw new StationError('REQ_001', 'Give both "afterAt" and "afterId", or neither.', {
          path: 'afterAt',
        });
      }
      const isFirst = afterAt === undefined || afterId === undefined;
      const rows = await store.reports.rows({
        ...{ from: query.from, to: query.to, limit },
        cameraIds: cameraId === undefined ? (camerasOf(caller) ?? undefined) : [cameraId],
        after: isFirst ? null : { at: afterAt, id: afterId },
      });
      const last = rows.at(-1);
      const lines = rows.map((row) => ({ ...row, trackUid: trackUid(row, row.trackId) }));
      return {
        text: rowsToCsv(lines, { timeZone: query.timeZone ?? timeZone, isFirst, bom: query.bom }),
        rows: rows.length,
        next:
          last === undefined || rows.length < limit ? null : { afterAt: last.at, afterId: last.id },
      };
    },
  };
}

/** Rejects as the report maker does, and with REQ_004 when the signal aborts. */
export async function makeReportFile(
  { maker, makePdf }: Pick<ReportServiceDeps, 'maker' | 'makePdf'>,
  query: ReportQuery,
  options: FileOptions,
): Promise<ReportFile> {
  const { format, language, bom, signal, cameras } = options;
  const full = await maker.make(query, {
    cameras,
    ...(format === 'pdf' ? {} : { maxBuckets: maxFileBuckets }),
  });
  const name = `${fileName(full.report)}.${format}`;
  switch (format) {
    case 'csv':
      return textFile(name, 'text/csv; charset=utf-8', countsToCsv(full, { bom }));
    case 'json':
      return textFile(name, 'application/json', jsonOf(full));
    case 'pdf': {
      const bytes = await makePdf(full.report, { language, signal });
      const data = Buffer.from(bytes).toString('base64');
      return { name, type: 'application/pdf', data };
    }
  }
}

function camerasOf({ cameras }: Caller): readonly string[] | null {
  return cameras ?? null;
}

/** `counts-2026-11-01-to-2026-12-01` */
function fileName({ from, to, timeZone }: CountReport): string {
  const time = zonedTimes(timeZone);
  return `counts-${time(from).slice(0, 10)}-to-${time(to).slice(0, 10)}`;
}

/** The report with the numbers of each line and bucket. */
function jsonOf({ report, places }: FullReport): string {
  const columns = places.map(({ cameraId, id, bounds, ...place }) => ({
    ...{ cameraId, id, in: place.in, out: place.out, bounds },
    ...{ observedSeconds: place.observedSeconds, expectedSeconds: place.expectedSeconds },
  }));
  return JSON.stringify({ ...report, columns });
}

function textFile(name: string, type: string, text: string): ReportFile {
  return { name, type, data: Buffer.from(text, 'utf8').toString('base64') };
}
