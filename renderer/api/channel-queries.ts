/**
 * The channels through which alerts reach people, as a hook.
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { StationError } from '#contract/error.ts';
import type { Channel } from '#contract/notification.ts';
import { useStation } from './station-context.tsx';

/** Tries go on by themselves; nothing announces each of them, ms. */
const refreshMs = 3000;

/** Channels with their state. `isAllowed`: whether this person may see them. */
export function useChannels(isAllowed: boolean): UseQueryResult<Channel[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['channel.list'],
    queryFn: ({ signal }) => link.call('channel.list', {}, { signal }),
    refetchInterval: refreshMs,
    enabled: isAllowed,
  });
}
