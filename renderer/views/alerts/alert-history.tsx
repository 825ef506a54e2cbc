/**
 * What was wrong, by severity, metric and camera.
 */
import { useState } from 'react';
import { NativeSelect, Table } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AlertMetric, AlertSeverity, type Alert } from '#contract/alert.ts';
import {
  EmptyState,
  formatAge,
  NotLoaded,
  StationSentence,
  useAlerts,
  useCameras,
  useFormats,
} from '../kit.ts';
import { severityTones, stateTones } from './alert-words.ts';

interface Filter {
  readonly severity?: AlertSeverity | undefined;
  readonly metric?: AlertMetric | undefined;
  readonly cameraId?: string | undefined;
}

export function AlertHistory() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({});
  const alerts = useAlerts({ ...filter, limit: 500 });
  return (
    <>
      <FilterBar filter={filter} onFilter={setFilter} />
      {alerts.data === undefined && <NotLoaded query={alerts} title={t('alert.loadFailed')} />}
      {alerts.data?.length === 0 && (
        <EmptyState
          icon={<IconHistory size={32} stroke={1.3} />}
          title={t('alert.noHistory')}
          hint={t('alert.noHistoryHint')}
        />
      )}
      {alerts.data !== undefined && alerts.data.length > 0 && <HistoryTable alerts={alerts.data} />}
    </>
  );
}

interface FilterBarProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

function FilterBar({ filter, onFilter }: FilterBarProps) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const all = { value: '', label: t('alert.all') };
  return (
    <div className="tw-alert-filter">
      <NativeSelect
        label={t('alert.severityLabel')}
        value={filter.severity ?? ''}
        data={[
          all,
          ...AlertSeverity.options.map((value) => ({ value, label: t(`alert.severity.${value}`) })),
        ]}
        onChange={(event) =>
          onFilter({ ...filter, severity: AlertSeverity.safeParse(event.currentTarget.value).data })
        }
      />
      <NativeSelect
        label={t('alert.metricLabel')}
        value={filter.metric ?? ''}
        data={[
          all,
          ...AlertMetric.options.map((value) => ({ value, label: t(`alert.metric.${value}`) })),
        ]}
        onChange={(event) =>
          onFilter({ ...filter, metric: AlertMetric.safeParse(event.currentTarget.value).data })
        }
      />
      <NativeSelect
        label={t('alert.cameraLabel')}
        value={filter.cameraId ?? ''}
        data={[all, ...cameras.map(({ id, name }) => ({ value: id, label: name }))]}
        onChange={(event) => {
          const { value } = event.currentTarget;
          onFilter({ ...filter, cameraId: value === '' ? undefined : value });
        }}
      />
    </div>
  );
}

function HistoryTable({ alerts }: { readonly alerts: readonly Alert[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table className="tw-table tw-alert-history">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('alert.since')}</Table.Th>
            <Table.Th>{t('alert.metricLabel')}</Table.Th>
            <Table.Th>{t('alert.stateLabel')}</Table.Th>
            <Table.Th>{t('alert.lasted')}</Table.Th>
            <Table.Th>{t('alert.who')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {alerts.map((alert) => (
            <HistoryRow key={alert.id} alert={alert} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function HistoryRow({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const { metric, severity, state, subjectName, since, resolvedAt, end, repeats } = alert;
  return (
    <Table.Tr>
      <Table.Td>
        {time(since)}
        <small>{date(since)}</small>
      </Table.Td>
      <Table.Td>
        <span className="tw-chip" data-tone={severityTones[severity]}>
          <i aria-hidden />
          {t(`alert.severity.${severity}`)}
        </span>{' '}
        <b>{t(`alert.metric.${metric}`)}</b> {subjectName}
        <small>
          <StationSentence of={alert} />
        </small>
      </Table.Td>
      <Table.Td>
        <span className="tw-chip" data-tone={stateTones[state]}>
          <i aria-hidden />
          {t(`alert.state.${state}`)}
        </span>
        {end !== null && <small>{t(`alert.end.${end}`)}</small>}
      </Table.Td>
      <Table.Td>
        {resolvedAt === null ? t('common.none') : formatAge(t, resolvedAt - since)}
        {repeats > 0 && <small>{t('alert.repeats', { count: repeats })}</small>}
      </Table.Td>
      <Table.Td>
        {alert.acknowledgedBy ?? t('common.none')}
        {alert.note !== '' && <small>{alert.note}</small>}
      </Table.Td>
    </Table.Tr>
  );
}
