/**
 * Reports as CSV: RFC 4180 with CRLF, ISO times with the offset of the zone, and no cell that a spreadsheet takes for a formula.
 */
import { stringify } from 'csv-stringify/sync';
import type { CountFigure, CountReport } from '#contract/report.ts';
import { cellOf, type PlaceColumns } from './fold.ts';
import { zonedTimes } from './zoned-time.ts';

export interface CsvOptions {
  /** Whether to begin with a byte order mark */
  readonly bom: boolean;
}

/** A line or zone of a table of counts. */
export interface CsvPlace extends PlaceColumns {
  readonly cameraId: string;
  readonly cameraName: string;
  readonly id: string;
  readonly name: string;
}

export interface CsvCounts {
  readonly report: CountReport;
  readonly edges: readonly number[];
  readonly places: readonly CsvPlace[];
}

const countColumns = [
  ...['from', 'to', 'camera_id', 'camera', 'id', 'name', 'in', 'out'],
  ...['in_low', 'in_high', 'out_low', 'out_high', 'interval_basis'],
  ...['observed_seconds', 'expected_seconds', 'model_changes'],
];

/** One row for each line and bucket; a number that is not known is an empty cell. */
export function countsToCsv({ report, edges, places }: CsvCounts, options: CsvOptions): string {
  const time = zonedTimes(report.timeZone);
  const rows = places.flatMap((place) =>
    edges.slice(1).map((to, index) => {
      const from = edges[index] ?? to;
      const changes = report.boundaries.filter(
        ({ cameraId, at }) => cameraId === place.cameraId && at >= from && at < to,
      );
      return [
        ...[time(from), time(to), place.cameraId, place.cameraName, place.id, place.name],
        ...numbersOf(cellOf(place, index), report),
        place.basis ?? '',
        ...[place.observedSeconds[index] ?? 0, place.expectedSeconds[index] ?? 0].map(round),
        changes.map(({ at }) => time(at)).join(' '),
      ];
    }),
  );
  return write([countColumns, ...rows], options);
}

/** Only the direction that was asked for has numbers. */
function numbersOf(cell: CountFigure, { direction }: CountReport): (number | null)[] {
  const of = <T>(side: 'in' | 'out', value: T): T | null =>
    direction === null || direction === side ? value : null;
  const { low, high } = cell;
  return [
    of('in', cell.in),
    of('out', cell.out),
    of('in', low?.in ?? null),
    of('in', high?.in ?? null),
    of('out', low?.out ?? null),
    of('out', high?.out ?? null),
  ];
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** A crossing as a file lists it. */
export interface CsvRow {
  readonly id: number;
  /** Unix time in ms */
  readonly at: number;
  readonly cameraId: string;
  readonly lineId: string;
  readonly lineRevision: number;
  readonly direction: string;
  readonly label: string;
  readonly score: number;
  readonly trackUid: string;
  readonly modelDigest: string;
  readonly configDigest: string;
}

const rowColumns = [
  ...['id', 'at', 'camera_id', 'line_id', 'line_revision', 'direction', 'label', 'score'],
  ...['track', 'model_digest', 'config_digest'],
];

/** A page of crossings; the first one begins with the names of the columns. */
export function rowsToCsv(
  rows: readonly CsvRow[],
  { timeZone, isFirst, bom }: CsvOptions & { readonly timeZone: string; readonly isFirst: boolean },
): string {
  const time = zonedTimes(timeZone);
  const lines = rows.map((row) => [
    ...[row.id, time(row.at, 3), row.cameraId, row.lineId, row.lineRevision, row.direction],
    ...[row.label, Math.round(row.score * 1e4) / 1e4, row.trackUid],
    ...[row.modelDigest, row.configDigest],
  ]);
  return write(isFirst ? [rowColumns, ...lines] : lines, { bom: bom && isFirst });
}

function write(rows: readonly unknown[][], { bom }: CsvOptions): string {
  return stringify([...rows], { bom, record_delimiter: 'windows', escape_formulas: true });
}
