/**
 * What views read of what is kept: kinds of data, recordings and masks of all cameras, keys of passwords.
 */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { PrivacyMask } from '#contract/mask.ts';
import type { OutputOf } from '#contract/procedures.ts';
import type { DataAmount, TimedKind } from '#contract/retention.ts';
import type { SecretsReport } from '#contract/secrets.ts';
import { useStation } from './station-context.tsx';

/** Amounts are measured anew for each look, ms. */
const refreshMs = 30_000;

export function useRetention(): UseQueryResult<OutputOf<'retention.list'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['retention.list'],
    queryFn: ({ signal }) => link.call('retention.list', {}, { signal }),
    refetchInterval: refreshMs,
    refetchOnMount: 'always',
  });
}

/** What would be removed. */
export function useRetentionPreview(
  kind: TimedKind,
  days: number,
): UseQueryResult<DataAmount, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['retention.preview', kind, days],
    queryFn: ({ signal }) => link.call('retention.preview', { kind, days }, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function useAllRecordings(): UseQueryResult<OutputOf<'recording.get'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['recording.get'],
    queryFn: ({ signal }) => link.call('recording.get', {}, { signal }),
    refetchInterval: refreshMs,
  });
}

export function useAllMasks(): UseQueryResult<PrivacyMask[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['mask.list'],
    queryFn: ({ signal }) => link.call('mask.list', {}, { signal }),
  });
}

export function useSecrets(): UseQueryResult<SecretsReport, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['secrets.check'],
    queryFn: ({ signal }) => link.call('secrets.check', {}, { signal }),
    refetchOnMount: 'always',
  });
}
