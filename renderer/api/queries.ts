/**
 * What views read and change, as hooks: lists are kept up to date by events and read again after a gap.
 */
import { useEffect } from 'react';
import {
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { StationError } from '#contract/error.ts';
import type { StationInfo } from '#contract/health.ts';
import type { Model } from '#contract/model.ts';
import type { CallName, InputOf, OutputOf } from '#contract/procedures.ts';
import { useStation } from './station-context.tsx';
import type { StationLink } from './station-link.ts';

/** Figures change all the time and are announced by nobody; this is also the page's pulse, ms. */
const pulseMs = 2000;

const keys = {
  cameras: ['camera.list'],
  lines: ['line.list'],
  models: ['model.list'],
  info: ['station.info'],
} as const;

export function useCameras(): UseQueryResult<Camera[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.cameras,
    queryFn: ({ signal }) => link.call('camera.list', {}, { signal }),
    refetchInterval: pulseMs,
    refetchIntervalInBackground: true,
  });
}

/** The lines of all cameras. */
export function useLines(): UseQueryResult<Line[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.lines,
    queryFn: ({ signal }) => link.call('line.list', {}, { signal }),
  });
}

export function useModels(): UseQueryResult<Model[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => link.call('model.list', {}, { signal }),
    refetchOnMount: 'always',
  });
}

export function useStationInfo(): UseQueryResult<StationInfo, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: keys.info,
    queryFn: ({ signal }) => link.call('station.info', {}, { signal }),
    refetchInterval: pulseMs,
  });
}

/** A command; what it may have changed is read again when it is done. */
export function useCommand<N extends CallName>(
  name: N,
): UseMutationResult<OutputOf<N>, StationError, InputOf<N>> {
  const { link } = useStation();
  const client = useQueryClient();
  return useMutation<OutputOf<N>, StationError, InputOf<N>>({
    mutationFn: (input) => link.call(name, input),
    onSuccess: () => client.invalidateQueries(),
  });
}

/** Keeps the lists in step with what the station announces. Used once, at the root. */
export function useAnnouncements(): void {
  const { link } = useStation();
  const client = useQueryClient();
  useEffect(() => followStation(link, client), [link, client]);
}

function followStation(link: StationLink, client: QueryClient): () => void {
  const stops = [
    link.listen('camera', (camera) => {
      client.setQueryData<Camera[]>(keys.cameras, (list) => withEntry(list, camera));
    }),
    link.listen('cameraRemoved', ({ id }) => {
      client.setQueryData<Camera[]>(keys.cameras, (list) => withoutEntry(list, id));
      client.setQueryData<Line[]>(keys.lines, (list) =>
        list?.filter((line) => line.cameraId !== id),
      );
    }),
    link.listen('line', (line) => {
      client.setQueryData<Line[]>(keys.lines, (list) => withEntry(list, line));
    }),
    link.listen('lineRemoved', ({ id }) => {
      client.setQueryData<Line[]>(keys.lines, (list) => withoutEntry(list, id));
    }),
    link.onOpened(() => void client.invalidateQueries()),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function withEntry<T extends { readonly id: string }>(
  list: T[] | undefined,
  entry: T,
): T[] | undefined {
  if (list === undefined) return undefined;
  return list.some((known) => known.id === entry.id)
    ? list.map((known) => (known.id === entry.id ? entry : known))
    : [...list, entry];
}

function withoutEntry<T extends { readonly id: string }>(
  list: T[] | undefined,
  id: string,
): T[] | undefined {
  return list?.filter((known) => known.id !== id);
}
