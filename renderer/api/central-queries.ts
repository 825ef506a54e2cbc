/**
 * What views read of the central database of many stations.
 */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { CentralCounts, CentralStatus } from '#contract/central.ts';
import type { StationError } from '#contract/error.ts';
import type { InputOf } from '#contract/procedures.ts';
import { useStation } from './station-context.tsx';

/** Whether it has everything changes with every row, ms. */
const statusMs = 3_000;
const countsMs = 30_000;

export function useCentral(): UseQueryResult<CentralStatus, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['central.get'],
    queryFn: ({ signal }) => link.call('central.get', {}, { signal }),
    refetchInterval: statusMs,
  });
}

/** Null asks for nothing. */
export function useCentralCounts(
  query: InputOf<'central.counts'> | null,
): UseQueryResult<CentralCounts, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['central.counts', query],
    queryFn: ({ signal }) => link.call('central.counts', query ?? { from: 0, to: 0 }, { signal }),
    enabled: query !== null,
    placeholderData: keepPreviousData,
    refetchInterval: countsMs,
    refetchOnMount: 'always',
  });
}
