/**
 * The walls of the site, kept up to date, and what was counted yesterday by this time.
 */
import { useEffect } from 'react';
import {
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Crossing, Line, Tally } from '#contract/counting.ts';
import type { StationError } from '#contract/error.ts';
import type { Wall } from '#contract/wall.ts';
import { sameTimeYesterday, startOfDay } from '../lib/day.ts';
import { useStation } from './station-context.tsx';

const wallsKey = ['wall.list'] as const;
/** Yesterday grows by the minute, as today does, ms. */
const yesterdayMs = 60_000;
const crossingsPerPage = 200;

export function useWalls(): UseQueryResult<Wall[], StationError> {
  const { link } = useStation();
  const client = useQueryClient();
  useEffect(
    () => link.listen('wallsChanged', () => void client.invalidateQueries({ queryKey: wallsKey })),
    [link, client],
  );
  return useQuery({
    queryKey: wallsKey,
    queryFn: ({ signal }) => link.call('wall.list', {}, { signal }),
  });
}

/** Yesterday's sums of all lines, from midnight to this time of the day. */
export function useYesterday(): UseQueryResult<Tally[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['tally.query', 'yesterday'],
    queryFn({ signal }) {
      const to = sameTimeYesterday(link.stationNow());
      return link.call('tally.query', { from: startOfDay(to), to, bucket: 'all' }, { signal });
    },
    refetchInterval: yesterdayMs,
  });
}

/** The crossings of one line, or of all, since `from` (Unix time in ms), newest first, page by page. */
export function useCrossingsSince(
  from: number,
  line: Line | null,
): UseInfiniteQueryResult<InfiniteData<Crossing[]>, StationError> {
  const { link } = useStation();
  return useInfiniteQuery({
    queryKey: ['crossing.list', 'since', from, line?.id ?? null],
    queryFn: ({ pageParam, signal }) =>
      link.call(
        'crossing.list',
        {
          ...{ from, to: link.stationNow() + 1, limit: crossingsPerPage },
          ...(line === null ? {} : { lineId: line.id }),
          ...(pageParam === null ? {} : { beforeId: pageParam }),
        },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (rows) => (rows.length < crossingsPerPage ? null : (rows.at(-1)?.id ?? null)),
    refetchOnMount: 'always',
  });
}
