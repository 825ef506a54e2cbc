/**
 * What views read of experiments: read again every few seconds, because figures and answers come in all the time.
 */
import {
  useMutation,
  type UseMutationResult,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { ExperimentSummary } from '#contract/experiment.ts';
import type { ExperimentPair } from '#contract/experiment-event.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { blobOf, saveFile } from '../lib/save-file.ts';
import { useStation } from './station-context.tsx';

const pulseMs = 5_000;
const sightMs = 2_000;

export function useExperiments(): UseQueryResult<ExperimentSummary[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['experiment.list'],
    queryFn: ({ signal }) => link.call('experiment.list', {}, { signal }),
    refetchInterval: pulseMs,
    refetchOnMount: 'always',
  });
}

export function useExperiment(
  id: string,
): UseQueryResult<OutputOf<'experiment.get'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['experiment.get', id],
    queryFn: ({ signal }) => link.call('experiment.get', { id }, { signal }),
    refetchInterval: pulseMs,
    refetchOnMount: 'always',
  });
}

/** The events that wait for an answer, the most telling first. */
export function useOpenPairs(id: string): UseQueryResult<ExperimentPair[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['experiment.pairs', id],
    queryFn: ({ signal }) => link.call('experiment.pairs', { id, limit: 500 }, { signal }),
    // A list that is being answered stays as it is; an empty one may get something.
    refetchInterval: ({ state }) => (state.data?.length === 0 ? pulseMs : false),
    refetchOnMount: 'always',
  });
}

export function usePairPictures(
  id: string,
  pairId: number,
): UseQueryResult<OutputOf<'experiment.pictures'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['experiment.pictures', id, pairId],
    queryFn: ({ signal }) => link.call('experiment.pictures', { id, pairId }, { signal }),
    staleTime: Infinity,
  });
}

/** The last picture at which both arms have looked; asking keeps the pictures of live ones coming. Of clips it stays the same. */
export function useSight(
  id: string,
  isLive: boolean,
): UseQueryResult<OutputOf<'experiment.sight'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['experiment.sight', id],
    queryFn: ({ signal }) => link.call('experiment.sight', { id }, { signal }),
    refetchInterval: isLive ? sightMs : false,
  });
}

/** Makes a PDF of an experiment in the language of the page and hands it to the browser. */
export function useExperimentFile(): UseMutationResult<
  void,
  StationError,
  { readonly id: string; readonly language: string }
> {
  const { link } = useStation();
  return useMutation({
    async mutationFn({ id, language }) {
      const known = language === 'vi' ? 'vi' : 'en';
      const file = await link.call('experiment.file', { id, language: known });
      saveFile(file.name, blobOf(file.data, file.type));
    },
  });
}
