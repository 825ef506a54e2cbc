/**
 * What the page Counts reads, and the files that it saves.
 */
import {
  keepPreviousData,
  useMutation,
  type UseMutationResult,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { InputOf, OutputOf } from '#contract/procedures.ts';
import type { CountReport, ReportFile, ReportFormat } from '#contract/report.ts';
import type { ScheduleView } from '#contract/report-schedule.ts';
import { blobOf, saveFile } from '../lib/save-file.ts';
import { useStation } from './station-context.tsx';

/** A report of a time that is not over is made anew, ms. */
const refreshMs = 30_000;

export type CountQuery = InputOf<'report.counts'>;

export function useReportSite(): UseQueryResult<OutputOf<'report.site'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['report.site'],
    queryFn: ({ signal }) => link.call('report.site', {}, { signal }),
  });
}

/** Null asks for nothing. */
export function useCountReport(
  query: CountQuery | null,
): UseQueryResult<CountReport, StationError> {
  const { link } = useStation();
  const isOver = query !== null && query.to < link.stationNow();
  return useQuery({
    queryKey: ['report.counts', query],
    queryFn: ({ signal }) => link.call('report.counts', query ?? { from: 0, to: 0 }, { signal }),
    enabled: query !== null,
    placeholderData: keepPreviousData,
    refetchInterval: isOver ? false : refreshMs,
    refetchOnMount: 'always',
  });
}

/** A report as a PDF file. While another one is made, the former stays. */
export function useReportPaper(
  query: CountQuery,
  language: string,
): UseQueryResult<ReportFile, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['report.file', query, language],
    queryFn: ({ signal }) =>
      link.call(
        'report.file',
        { ...query, format: 'pdf', language: language === 'vi' ? 'vi' : 'en' },
        { signal },
      ),
    placeholderData: keepPreviousData,
    // It is of the moment at which it was asked for, and large.
    ...{ staleTime: Infinity, gcTime: 0 },
  });
}

/** A report on paper is looked at before: `useReportPaper`. */
export type ExportKind = Exclude<ReportFormat, 'pdf'> | 'crossings';

export interface Export {
  readonly kind: ExportKind;
  readonly query: CountQuery;
  readonly language: string;
}

/** Makes a file and hands it to the browser; resolves to its name. */
export function useExport(): UseMutationResult<string, StationError, Export> {
  const { link } = useStation();
  return useMutation({
    async mutationFn({ kind, query, language }) {
      if (kind === 'crossings') {
        saveFile('crossings.csv', await allRows((page) => link.call('report.rows', page), query));
        return 'crossings.csv';
      }
      const file = await link.call('report.file', {
        ...query,
        format: kind,
        language: language === 'vi' ? 'vi' : 'en',
        // Without it a spreadsheet on Windows spoils names with accents.
        bom: true,
      });
      saveFile(file.name, blobOf(file.data, file.type));
      return file.name;
    },
  });
}

async function allRows(
  ask: (page: InputOf<'report.rows'>) => Promise<OutputOf<'report.rows'>>,
  { from, to, cameraId }: CountQuery,
): Promise<Blob> {
  const parts: string[] = [];
  let next: OutputOf<'report.rows'>['next'] | undefined;
  while (next !== null) {
    const page: OutputOf<'report.rows'> = await ask({
      ...{ from, to, bom: true, limit: 10_000 },
      ...(cameraId === undefined ? {} : { cameraId }),
      ...next,
    });
    parts.push(page.text);
    ({ next } = page);
  }
  return new Blob(parts, { type: 'text/csv' });
}

/** The reports that the station writes by itself; their next and last times change with the clock. */
export function useReportSchedules(): UseQueryResult<ScheduleView[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['reportSchedule.list'],
    queryFn: ({ signal }) => link.call('reportSchedule.list', {}, { signal }),
    refetchInterval: refreshMs,
    refetchOnMount: 'always',
  });
}

/** Hands a file of a scheduled report to the browser; resolves to its name. */
export function useScheduledFile(): UseMutationResult<
  string,
  StationError,
  InputOf<'reportSchedule.file'>
> {
  const { link } = useStation();
  return useMutation({
    async mutationFn(wanted) {
      const { name, type, data } = await link.call('reportSchedule.file', wanted);
      saveFile(name, blobOf(data, type));
      return name;
    },
  });
}
