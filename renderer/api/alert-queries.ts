/**
 * What views read of alerts: read again whenever the station announces one, and at the page's pulse for the values.
 */
import { useEffect } from 'react';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { Alert, AlertRuleView } from '#contract/alert.ts';
import type { StationError } from '#contract/error.ts';
import type { InputOf } from '#contract/procedures.ts';
import { useStation } from './station-context.tsx';

const pulseMs = 2_000;
const listKey = 'alert.list';

/** Alerts by a filter, newest first. */
export function useAlerts(filter: InputOf<'alert.list'>): UseQueryResult<Alert[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: [listKey, filter],
    queryFn: ({ signal }) => link.call('alert.list', filter, { signal }),
    refetchInterval: filter.state === 'open' ? pulseMs : false,
    refetchOnMount: 'always',
  });
}

/** What is pending, firing or acknowledged. */
export function useOpenAlerts(): UseQueryResult<Alert[], StationError> {
  return useAlerts({ state: 'open' });
}

export function useAlertRules(): UseQueryResult<AlertRuleView[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['alertRule.list'],
    queryFn: ({ signal }) => link.call('alertRule.list', {}, { signal }),
    refetchOnMount: 'always',
  });
}

/** Keeps the lists in step with what the station announces. Used once, at the root. */
export function useAlertAnnouncements(): void {
  const { link } = useStation();
  const client = useQueryClient();
  useEffect(
    () => link.listen('alert', () => void client.invalidateQueries({ queryKey: [listKey] })),
    [link, client],
  );
}
