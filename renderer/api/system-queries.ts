/**
 * What views read of the program itself: its updates, which the station announces, and its backups.
 */
import { useEffect } from 'react';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { Backup } from '#contract/backup.ts';
import type { StationError } from '#contract/error.ts';
import type { UpdateStatus } from '#contract/update.ts';
import { useStation } from './station-context.tsx';

const updateKey = ['update.status'];
/** How many cameras count changes without an announcement, ms */
const pulseMs = 5_000;

export function useUpdate(): UseQueryResult<UpdateStatus, StationError> {
  const { link } = useStation();
  const client = useQueryClient();
  useEffect(
    () => link.listen('update', (status) => void client.setQueryData(updateKey, status)),
    [link, client],
  );
  return useQuery({
    queryKey: updateKey,
    queryFn: ({ signal }) => link.call('update.status', {}, { signal }),
    refetchInterval: pulseMs,
    refetchOnMount: 'always',
  });
}

/** Backups in the data folder, newest first; only for those who may list them. */
export function useBackups(): UseQueryResult<Backup[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['backup.list'],
    queryFn: ({ signal }) => link.call('backup.list', {}, { signal }),
    refetchOnMount: 'always',
  });
}
