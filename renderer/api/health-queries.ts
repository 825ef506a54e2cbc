/**
 * What views read of health: the tree, figures by the minute, uptime, incidents and the recovery plan.
 */
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { DrillReport, DrillScheduleView } from '#contract/drill.ts';
import type { StationError } from '#contract/error.ts';
import type { MetricSubject } from '#contract/metrics.ts';
import type { InputOf, OutputOf } from '#contract/procedures.ts';
import type { IncidentView, RecoveryRule } from '#contract/recovery.ts';
import { useStation } from './station-context.tsx';

const pulseMs = 2_000;
/** Minutes are over once a minute; the one that runs changes slowly, ms. */
const figuresMs = 15_000;

export function useHealthTree(): UseQueryResult<OutputOf<'health.tree'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['health.tree'],
    queryFn: ({ signal }) => link.call('health.tree', {}, { signal }),
    refetchInterval: pulseMs,
  });
}

export function useUptime(): UseQueryResult<OutputOf<'health.uptime'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['health.uptime'],
    queryFn: ({ signal }) => link.call('health.uptime', {}, { signal }),
    refetchInterval: figuresMs,
  });
}

export function useHistory(
  kind: MetricSubject,
  timeRange: string,
): UseQueryResult<OutputOf<'metrics.history'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['metrics.history', kind, timeRange],
    queryFn: ({ signal }) => link.call('metrics.history', { kind, timeRange }, { signal }),
    refetchInterval: figuresMs,
    placeholderData: keepPreviousData,
  });
}

export function useIncidents(): UseQueryResult<IncidentView[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['incident.list'],
    queryFn: ({ signal }) => link.call('incident.list', { limit: 50 }, { signal }),
    refetchInterval: pulseMs,
  });
}

export function useDrills(): UseQueryResult<DrillReport[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['drill.list'],
    queryFn: ({ signal }) => link.call('drill.list', {}, { signal }),
    refetchOnMount: 'always',
  });
}

export function useDrillSchedule(): UseQueryResult<DrillScheduleView, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['drill.schedule'],
    queryFn: ({ signal }) => link.call('drill.schedule', {}, { signal }),
    refetchOnMount: 'always',
  });
}

export function useLog(
  query: InputOf<'log.list'>,
): UseQueryResult<OutputOf<'log.list'>, StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['log.list', query],
    queryFn: ({ signal }) => link.call('log.list', query, { signal }),
    refetchInterval: figuresMs,
    placeholderData: keepPreviousData,
  });
}

export function useRecoveryPlan(): UseQueryResult<RecoveryRule[], StationError> {
  const { link } = useStation();
  return useQuery({
    queryKey: ['recovery.plan'],
    queryFn: ({ signal }) => link.call('recovery.plan', {}, { signal }),
    refetchInterval: figuresMs,
  });
}
