/**
 * Reports that the station writes by itself: when each comes next, what it wrote last, and its files to save.
 */
import { useState } from 'react';
import { Button, Table } from '@mantine/core';
import { IconDownload, IconFileText, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ScheduleRun, ScheduleView } from '#contract/report-schedule.ts';
import {
  EmptyState,
  ErrorText,
  NotLoaded,
  useChannels,
  useCommand,
  useMay,
  useReportSchedules,
  useScheduledFile,
} from '../kit.ts';
import { ScheduleForm } from './schedule-form.tsx';
import { useMoments } from './use-moments.ts';

type Edited = ScheduleView | 'new' | null;

interface SchedulesPanelProps {
  readonly site: { readonly timeZone: string };
}

export function SchedulesPanel({ site }: SchedulesPanelProps) {
  const { t } = useTranslation();
  const schedules = useReportSchedules();
  const [edited, edit] = useState<Edited>(null);
  const { data } = schedules;
  if (data === undefined) {
    return <NotLoaded query={schedules} title={t('schedule.failed')} />;
  }
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => edit('new')}>
      {t('schedule.new')}
    </Button>
  );
  return (
    <div className="tw-rep">
      {data.length === 0 ? (
        <EmptyState
          icon={<IconFileText size={28} />}
          title={t('schedule.empty')}
          hint={t('schedule.emptyHint')}
        >
          {add}
        </EmptyState>
      ) : (
        <>
          <div className="tw-form-row">{add}</div>
          <ScheduleTable schedules={data} timeZone={site.timeZone} onEdit={edit} />
          <p className="tw-hint">{t('schedule.clock', { zone: site.timeZone })}</p>
        </>
      )}
      {edited !== null && (
        <ScheduleForm schedule={edited === 'new' ? null : edited} onClose={() => edit(null)} />
      )}
    </div>
  );
}

interface ScheduleTableProps {
  readonly schedules: readonly ScheduleView[];
  readonly timeZone: string;
  readonly onEdit: (schedule: ScheduleView) => void;
}

function ScheduleTable({ schedules, timeZone, onEdit }: ScheduleTableProps) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={860}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('schedule.name')}</Table.Th>
            <Table.Th>{t('schedule.when')}</Table.Th>
            <Table.Th>{t('schedule.next')}</Table.Th>
            <Table.Th>{t('schedule.last')}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {schedules.map((each) => (
            <ScheduleRow
              key={each.id}
              schedule={each}
              timeZone={timeZone}
              onEdit={() => onEdit(each)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface ScheduleRowProps {
  readonly schedule: ScheduleView;
  readonly timeZone: string;
  readonly onEdit: () => void;
}

function ScheduleRow({ schedule, timeZone, onEdit }: ScheduleRowProps) {
  const { t } = useTranslation();
  const { moment } = useMoments(timeZone);
  const running = useCommand('reportSchedule.run');
  const { id, name, every, at, nextAt, runs, folder, channels } = schedule;
  const known = useChannels(useMay()('channel.list')).data ?? [];
  const namesOf = (ids: readonly string[]): string =>
    ids.map((one) => known.find((channel) => channel.id === one)?.name ?? one).join(', ');
  const [last] = runs;
  return (
    <Table.Tr data-off={!schedule.isEnabled || undefined}>
      <Table.Td>
        <b>{name}</b>
        <span className="tw-clip" title={folder}>
          {folder}
        </span>
      </Table.Td>
      <Table.Td>
        {t(`schedule.every.${every}`, { at })}
        {channels.length > 0 && (
          <div className="tw-dim">{t('schedule.sentTo', { names: namesOf(channels) })}</div>
        )}
      </Table.Td>
      <Table.Td>{nextAt === null ? t('schedule.off') : moment(nextAt)}</Table.Td>
      <Table.Td>
        {last === undefined ? (
          t('schedule.never')
        ) : (
          <LastRun id={id} run={last} timeZone={timeZone} />
        )}
        {running.error !== null && <ErrorText error={running.error} />}
      </Table.Td>
      <Table.Td>
        <span className="tw-actions">
          <Button
            variant="default"
            loading={running.isPending}
            title={t('schedule.runHint')}
            onClick={() => running.mutate({ id })}
          >
            {t('schedule.run')}
          </Button>
          <Button variant="default" onClick={onEdit}>
            {t('schedule.edit')}
          </Button>
        </span>
      </Table.Td>
    </Table.Tr>
  );
}

interface LastRunProps {
  readonly id: string;
  readonly run: ScheduleRun;
  readonly timeZone: string;
}

function LastRun({ id, run, timeZone }: LastRunProps) {
  const { t } = useTranslation();
  const { days, moment } = useMoments(timeZone);
  const saving = useScheduledFile();
  if (run.error !== null) {
    return (
      <>
        {moment(run.at)} <ErrorText error={run.error} />
      </>
    );
  }
  return (
    <>
      <span>{t('schedule.of', { days: days(run.from, run.to - 1) })}</span>
      <span className="tw-actions">
        {run.files.map((name) => (
          <Button
            key={name}
            variant="subtle"
            title={name}
            loading={saving.isPending && saving.variables.name === name}
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => saving.mutate({ id, name })}
          >
            {name.slice(name.lastIndexOf('.') + 1).toUpperCase()}
          </Button>
        ))}
      </span>
      {saving.error !== null && <ErrorText error={saving.error} />}
    </>
  );
}
