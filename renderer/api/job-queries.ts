/**
 * What the page Jobs reads, and the files that it saves. A run that is counted is read again every few seconds.
 */
import {
  keepPreviousData,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { JobBucket, JobComparison, JobRunState, JobView } from '#contract/job.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { saveFile } from '../lib/save-file.ts';
import { useStation } from './station-context.tsx';

const pulseMs = 3_000;
const pageRows = 10_000;

export function isJobOver(state: JobRunState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

export function useJobs(): UseQueryResult<JobView[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['job.list'],
    queryFn: ({ signal }) => link.call('job.list', {}, { signal }),
    refetchInterval: pulseMs,
    refetchOnMount: 'always',
  });
}

export function useJob(id: string): UseQueryResult<JobView, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['job.get', id],
    queryFn: ({ signal }) => link.call('job.get', { id }, { signal }),
    refetchInterval: pulseMs,
    refetchOnMount: 'always',
  });
}

export function useJobResult(
  runId: number,
  bucket: JobBucket,
): UseQueryResult<OutputOf<'job.result'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['job.result', runId, bucket],
    queryFn: ({ signal }) => link.call('job.result', { runId, bucket }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data && isJobOver(data.run.state) ? false : pulseMs),
    refetchOnMount: 'always',
  });
}

export function useJobComparison(
  runId: number,
  otherId: number,
): UseQueryResult<JobComparison, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['job.compare', runId, otherId],
    queryFn: ({ signal }) => link.call('job.compare', { runId, otherId }, { signal }),
    refetchOnMount: 'always',
  });
}

/** Removes a job and leaves its page before anything asks for it again. */
export function useRemoveJob(leave: () => void): UseMutationResult<unknown, StationError, string> {
  const { link } = useStation();
  const client = useQueryClient();
  return useMutation<unknown, StationError, string>({
    mutationFn: (id) => link.call('job.remove', { id }),
    onSuccess() {
      leave();
      return client.invalidateQueries({ queryKey: ['job.list'] });
    },
  });
}

export interface JobExport {
  readonly runId: number;
  readonly jobId: string;
  readonly format: 'csv' | 'json';
}

/** Hands everything that a run has counted to the browser as a file; resolves to its name. */
export function useJobExport(): UseMutationResult<string, StationError, JobExport> {
  const { link } = useStation();

  async function csvOf(runId: number): Promise<string[]> {
    const parts: string[] = [];
    let next: OutputOf<'job.rows'>['next'] | undefined;
    while (next !== null) {
      // Without the mark a spreadsheet on Windows spoils names with accents.
      const question = { runId, limit: pageRows, bom: true, ...next };
      const page: OutputOf<'job.rows'> = await link.call('job.rows', question);
      parts.push(page.text);
      ({ next } = page);
    }
    return parts;
  }

  async function jsonOf(runId: number): Promise<string[]> {
    const result = await link.call('job.result', { runId, bucket: 'minute' });
    const crossings: OutputOf<'job.crossings'> = [];
    for (let isWhole = true; isWhole;) {
      const afterId = crossings.at(-1)?.id ?? 0;
      const page = await link.call('job.crossings', { runId, afterId, limit: pageRows });
      crossings.push(...page);
      isWhole = page.length === pageRows;
    }
    return [JSON.stringify({ ...result, crossings }, null, 1)];
  }

  return useMutation({
    async mutationFn({ runId, jobId, format }) {
      const name = `${jobId}-${String(runId)}.${format}`;
      const isCsv = format === 'csv';
      const parts = isCsv ? await csvOf(runId) : await jsonOf(runId);
      saveFile(name, new Blob(parts, { type: isCsv ? 'text/csv' : 'application/json' }));
      return name;
    },
  });
}
