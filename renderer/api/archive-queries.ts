/**
 * What views read of the archive of counts.
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ArchiveStatus } from '#contract/archive.ts';
import type { StationError } from '#contract/error.ts';
import { useStation } from './station-context.tsx';

const refreshMs = 30_000;

export function useArchive(): UseQueryResult<ArchiveStatus, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['archive.get'],
    queryFn: ({ signal }) => link.call('archive.get', {}, { signal }),
    refetchInterval: refreshMs,
  });
}
