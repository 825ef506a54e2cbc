/**
 * What the views about the past ask of the station.
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { CallName, InputOf, OutputOf } from '#contract/procedures.ts';
import { useStation } from '../kit.ts';

/** A path is written within half a minute; until then the receipt asks again, ms. */
const askAgainMs = 4_000;
/** The station measures hours for a second at a time; others ask in between, ms. */
const measuredMs = 500;

/** The answer to a question about the past; nothing is asked while `input` is null. A newer question cancels the older. */
export function useReview<N extends CallName>(
  name: N,
  input: InputOf<N> | null,
): UseQueryResult<OutputOf<N>, StationError> {
  const { link } = useStation();
  return useQuery<OutputOf<N>, StationError>({
    queryKey: [name, input],
    queryFn: ({ signal }) => link.call(name, input as InputOf<N>, { signal }),
    enabled: input !== null,
    staleTime: 20_000,
    retry: false,
    placeholderData: (before) => before,
  });
}

/** What is known of a line's hours, asked for again until all of them are measured. */
export function useTrustHours(
  input: InputOf<'trust.panel'>,
): UseQueryResult<OutputOf<'trust.panel'>, StationError> {
  const { link } = useStation();
  return useQuery<OutputOf<'trust.panel'>, StationError>({
    queryKey: ['trust.panel', input],
    queryFn: ({ signal }) => link.call('trust.panel', input, { signal }),
    staleTime: 20_000,
    retry: false,
    refetchInterval: ({ state }) => ((state.data?.missingHours ?? 0) > 0 ? measuredMs : false),
  });
}

/** A receipt, asked for again until its path is written. */
export function useReceipt(id: number): UseQueryResult<OutputOf<'crossing.receipt'>, StationError> {
  const { link } = useStation();
  return useQuery<OutputOf<'crossing.receipt'>, StationError>({
    queryKey: ['crossing.receipt', id],
    queryFn: ({ signal }) => link.call('crossing.receipt', { id }, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.pathState === 'not-written-yet' ? askAgainMs : false,
  });
}
