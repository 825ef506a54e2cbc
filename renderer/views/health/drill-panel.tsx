/**
 * Recovery drills: a button, and the reports of those that were made, with the times that everything took.
 */
import { Button, Switch, Table, TextInput } from '@mantine/core';
import { IconBarrierBlock, IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DrillReport, ExerciseResult } from '#contract/drill.ts';
import {
  Allowed,
  EmptyState,
  ErrorText,
  saveFile,
  useCommand,
  useDrills,
  useDrillSchedule,
  useFormats,
  useMay,
} from '../kit.ts';

export function DrillPanel() {
  const { t } = useTranslation();
  const drills = useDrills();
  const run = useCommand('drill.run');
  return (
    <>
      <article className="tw-card">
        <header>
          <h2>{t('drill.title')}</h2>
          <Allowed to="drill.run">
            <Button
              leftSection={<IconBarrierBlock size={16} />}
              loading={run.isPending}
              onClick={() => run.mutate({})}
            >
              {t('drill.run')}
            </Button>
          </Allowed>
        </header>
        <p>{t('drill.about')}</p>
        {run.isPending && <p role="status">{t('drill.running')}</p>}
        {run.error !== null && <ErrorText error={run.error} />}
        <ScheduleForm />
      </article>
      {drills.data?.length === 0 && (
        <EmptyState
          icon={<IconBarrierBlock size={32} stroke={1.3} />}
          title={t('drill.none')}
          hint={t('drill.noneHint')}
        />
      )}
      {drills.data?.map((report) => (
        <ReportCard key={report.id} report={report} />
      ))}
    </>
  );
}

/** When a drill is made by itself. A change counts at once. */
function ScheduleForm() {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const may = useMay();
  const { data } = useDrillSchedule();
  const set = useCommand('drill.setSchedule');
  if (data === undefined) return null;
  const { isOn, at, nextAt } = data;
  const isFixed = !may('drill.setSchedule') || set.isPending;
  return (
    <div className="tw-form-row tw-drill-schedule">
      <Switch
        label={t('drill.nightly')}
        description={
          nextAt === null
            ? t('drill.notNightly')
            : t('drill.next', { when: `${date(nextAt)} ${time(nextAt)}` })
        }
        checked={isOn}
        disabled={isFixed}
        onChange={(event) => set.mutate({ isOn: event.currentTarget.checked, at })}
      />
      <TextInput
        type="time"
        label={t('drill.at')}
        defaultValue={at}
        disabled={isFixed}
        onBlur={(event) => {
          const wanted = event.currentTarget.value;
          if (wanted !== '' && wanted !== at) set.mutate({ isOn, at: wanted });
        }}
      />
      {set.error !== null && <ErrorText error={set.error} />}
    </div>
  );
}

function ReportCard({ report }: { readonly report: DrillReport }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const { at, isPassed, machine, switchedOff, exercises, isScheduled } = report;
  return (
    <article className="tw-card">
      <header>
        <span className="tw-chip" data-tone={isPassed ? 'good' : 'bad'}>
          <i aria-hidden />
          {t(isPassed ? 'drill.passed' : 'drill.failed')}
        </span>
        <h2>{`${date(at)} ${time(at)}`}</h2>
        {isScheduled === true && <span className="tw-dim">{t('drill.scheduled')}</span>}
        <span className="tw-dim">{machine}</span>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={14} />}
          onClick={() =>
            saveFile(
              `drill-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}.json`,
              new Blob([`${JSON.stringify(report, null, 2)}\n`], { type: 'application/json' }),
            )
          }
        >
          {t('drill.save')}
        </Button>
      </header>
      {switchedOff.length > 0 && (
        <p>
          {t('drill.switchedOff', {
            actions: switchedOff.map((action) => t(`recovery.action.${action}`)).join(', '),
          })}
        </p>
      )}
      <Table.ScrollContainer minWidth={900}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('drill.what')}</Table.Th>
              <Table.Th data-number>{t('drill.detect')}</Table.Th>
              <Table.Th data-number>{t('drill.recover')}</Table.Th>
              <Table.Th data-number>{t('drill.missed')}</Table.Th>
              <Table.Th>{t('drill.seen')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {exercises.map((exercise) => (
              <ExerciseRow key={exercise.name} exercise={exercise} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </article>
  );
}

function ExerciseRow({ exercise }: { readonly exercise: ExerciseResult }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { name, state, detectMs, recoverMs, notObservedSeconds, expectedLost, detail } = exercise;
  const seconds = (ms: number | null): string =>
    ms === null ? t('drill.never') : t('drill.seconds', { value: number(ms / 1000, 1) });
  return (
    <Table.Tr>
      <Table.Td className="tw-nowrap">
        <span className="tw-chip" data-tone={state === 'passed' ? 'good' : 'bad'}>
          <i aria-hidden />
          {t(`drill.exercise.${name}`)}
        </span>
      </Table.Td>
      <Table.Td data-number>{seconds(detectMs)}</Table.Td>
      <Table.Td data-number>{seconds(recoverMs)}</Table.Td>
      <Table.Td data-number>
        {t('drill.seconds', { value: number(notObservedSeconds, 1) })}
        <div className="tw-dim">{t('drill.lost', { count: Math.round(expectedLost) })}</div>
      </Table.Td>
      <Table.Td className="tw-seen">{detail}</Table.Td>
    </Table.Tr>
  );
}
