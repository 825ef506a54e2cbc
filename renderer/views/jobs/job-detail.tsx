/**
 * One batch job: what it is made of, its runs, and what the chosen run has counted, alone or beside another one.
 */
import { useState } from 'react';
import { Button, NativeSelect } from '@mantine/core';
import { IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JobRunView, JobView } from '#contract/job.ts';
import {
  Allowed,
  confirm,
  ErrorText,
  goTo,
  isJobOver,
  NotLoaded,
  useCommand,
  useFormats,
  useJob,
  useJobs,
  useRemoveJob,
} from '../kit.ts';
import { sourceText } from './job-words.ts';
import { RunComparison } from './run-comparison.tsx';
import { RunResult } from './run-result.tsx';
import { RunProgress, RunState, RunSteps } from './run-state.tsx';

export function JobDetail({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const query = useJob(id);
  if (query.data === undefined) {
    return <NotLoaded query={query} title={t('job.loadFailed')} />;
  }
  return (
    <>
      <Head job={query.data} />
      {query.data.runs.length > 0 && <Runs job={query.data} />}
    </>
  );
}

function Head({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { date, minute } = formats;
  const { schedule, nextAt } = job;
  return (
    <section className="tw-card" aria-label={job.name}>
      <header>
        <h2>{job.name}</h2>
        <span className="tw-fill" />
        <JobSteps job={job} />
      </header>
      <dl className="tw-facts">
        <dt>{t('job.what')}</dt>
        <dd>
          {job.sources.map((source, index) => (
            <span key={index} className="tw-job-source">
              {sourceText(t, source, formats)}
            </span>
          ))}
        </dd>
        <dt>{t('job.linesOf')}</dt>
        <dd>{job.linesOf ?? job.lines.map(({ name }) => name).join(', ')}</dd>
        <dt>{t('job.schedule')}</dt>
        <dd>
          {schedule === null
            ? t('job.noSchedule')
            : t('job.scheduleText', { cron: schedule.cron, zone: schedule.timeZone })}
          {nextAt !== null && ` · ${t('job.next', { time: `${date(nextAt)} ${minute(nextAt)}` })}`}
        </dd>
      </dl>
    </section>
  );
}

function JobSteps({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const starting = useCommand('job.run');
  const removing = useRemoveJob(() => goTo({ task: 'jobs', id: null }));
  const { id, runs } = job;
  const remove = async () => {
    const isSure = await confirm({
      title: t('job.removeTitle', { name: job.name }),
      text: t('job.removeText'),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isSure) removing.mutate(id);
  };
  const error = starting.error ?? removing.error;
  return (
    <>
      {error !== null && <ErrorText error={error} />}
      <Allowed to="job.run">
        <Button
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          disabled={runs.some(({ state }) => !isJobOver(state))}
          loading={starting.isPending}
          onClick={() => starting.mutate({ id })}
        >
          {t('job.runNow')}
        </Button>
      </Allowed>
      <Allowed to="job.remove">
        <Button
          variant="default"
          leftSection={<IconTrash size={15} aria-hidden />}
          onClick={() => void remove()}
        >
          {t('common.remove')}
        </Button>
      </Allowed>
    </>
  );
}

function Runs({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const others = useJobs().data ?? [];
  const [chosen, setChosen] = useState<number | null>(null);
  const [other, setOther] = useState<number | null>(null);
  const run = job.runs.find(({ id }) => id === chosen) ?? job.runs[0];
  if (!run) return null;
  const option = (each: JobRunView) => ({
    value: String(each.id),
    label: t('job.runOption', {
      ...{ id: each.id, name: each.name, state: t(`job.state.${each.state}`) },
      time: `${date(each.createdAt)} ${time(each.createdAt)}`,
    }),
  });
  const comparable = others.flatMap(({ runs }) => runs).filter(({ id }) => id !== run.id);
  return (
    <>
      <section className="tw-card" aria-label={t('job.run')}>
        <header>
          <NativeSelect
            aria-label={t('job.run')}
            value={String(run.id)}
            data={job.runs.map(option)}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          />
          <RunState run={run} />
          <span className="tw-fill" />
          <RunSteps run={run} />
        </header>
        <RunProgress run={run} />
        <dl className="tw-facts">
          {run.model !== null && (
            <>
              <dt>{t('job.model')}</dt>
              <dd>{run.model.title}</dd>
            </>
          )}
          {run.resultDigest !== null && (
            <>
              <dt>{t('job.digest')}</dt>
              <dd className="tw-mono">{run.resultDigest.slice(0, 16)}</dd>
            </>
          )}
        </dl>
        <NativeSelect
          className="tw-job-other"
          label={t('job.compareWith')}
          value={other === null ? '' : String(other)}
          data={[{ value: '', label: t('job.nothing') }, ...comparable.map(option)]}
          onChange={({ currentTarget: { value } }) => setOther(value === '' ? null : Number(value))}
        />
      </section>
      {other !== null && other !== run.id && <RunComparison runId={run.id} otherId={other} />}
      <RunResult key={run.id} run={run} />
    </>
  );
}
