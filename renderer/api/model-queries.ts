/**
 * What a view asks about models beside their list: history, room, rehearsals, trials.
 */
import { useEffect } from 'react';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { TuningView } from '#contract/execution.ts';
import type { ModelEvent, StorageUse } from '#contract/registry.ts';
import type { ModelTrial, Rehearsal } from '#contract/rehearsal.ts';
import { useStation } from './station-context.tsx';

const trialPulseMs = 5_000;

export function useModelHistory(): UseQueryResult<ModelEvent[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['model-history'],
    queryFn: ({ signal }) => link.call('model.history', {}, { signal }),
    refetchOnMount: 'always',
  });
}

export function useModelStorage(): UseQueryResult<StorageUse, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['model-storage'],
    queryFn: ({ signal }) => link.call('model.storage', {}, { signal }),
    refetchOnMount: 'always',
  });
}

export function useRehearsals(): UseQueryResult<Rehearsal[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['model-rehearsals'],
    queryFn: ({ signal }) => link.call('model.rehearsals', {}, { signal }),
    refetchOnMount: 'always',
  });
}

/** Newest first; asked again when one begins or ends, and from time to time for its figures. */
export function useTrials(): UseQueryResult<ModelTrial[], StationError> {
  const { link } = useStation();
  const client = useQueryClient();
  useEffect(() => link.listen('modelTrial', () => void client.invalidateQueries()), [link, client]);
  return useQuery({
    queryKey: ['model-trials'],
    queryFn: ({ signal }) => link.call('model.trials', {}, { signal }),
    refetchInterval: trialPulseMs,
  });
}

/** Asked from time to time, because a provider may break while the page is open. */
export function useTunings(): UseQueryResult<TuningView[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['model-tunings'],
    queryFn: ({ signal }) => link.call('model.tunings', {}, { signal }),
    refetchInterval: trialPulseMs,
  });
}
