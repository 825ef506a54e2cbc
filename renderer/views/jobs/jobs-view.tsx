/**
 * What is counted beside the cameras: all batch jobs, or one with its runs and what they found.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconArrowLeft, IconPlus, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/job.ts';
import {
  Allowed,
  EmptyState,
  ErrorState,
  formatRoute,
  LoadingState,
  Page,
  useFormats,
  useJobs,
  useRoute,
} from '../kit.ts';
import { JobDetail } from './job-detail.tsx';
import { JobForm } from './job-form.tsx';
import { sourceText } from './job-words.ts';
import { RunProgress, RunState } from './run-state.tsx';

export function JobsView() {
  const { t } = useTranslation();
  const { id } = useRoute();
  const [isDrafting, setDrafting] = useState(false);
  const actions =
    id === null ? (
      <Allowed to="job.create">
        <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setDrafting(true)}>
          {t('job.new')}
        </Button>
      </Allowed>
    ) : (
      <Button
        component="a"
        variant="default"
        href={formatRoute({ task: 'jobs', id: null })}
        leftSection={<IconArrowLeft size={15} aria-hidden />}
      >
        {t('job.all')}
      </Button>
    );
  return (
    <Page title={t('job.title')} summary={t('job.summary')} actions={actions}>
      {id === null ? <JobList /> : <JobDetail key={id} id={id} />}
      {isDrafting && <JobForm onClose={() => setDrafting(false)} />}
    </Page>
  );
}

function JobList() {
  const { t } = useTranslation();
  const jobs = useJobs();
  if (jobs.data === undefined) {
    return jobs.error === null ? (
      <LoadingState />
    ) : (
      <ErrorState
        title={t('job.loadFailed')}
        error={jobs.error}
        onRetry={() => void jobs.refetch()}
      />
    );
  }
  if (jobs.data.length === 0) {
    return (
      <EmptyState
        icon={<IconStack2 size={32} stroke={1.3} />}
        title={t('job.none')}
        hint={t('job.noneHint')}
      />
    );
  }
  return (
    <div className="tw-jobs">
      {jobs.data.map((job) => (
        <JobCard key={job.id} job={job} />
      ))}
    </div>
  );
}

function JobCard({ job }: { readonly job: JobView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { date, minute } = formats;
  const { id, name, nextAt } = job;
  const [run] = job.runs;
  return (
    <article className="tw-card" aria-label={name}>
      <header>
        <h2>
          <a className="tw-link" href={formatRoute({ task: 'jobs', id })}>
            {name}
          </a>
        </h2>
        <span className="tw-fill" />
        {nextAt !== null && (
          <span className="tw-dim">
            {t('job.next', { time: `${date(nextAt)} ${minute(nextAt)}` })}
          </span>
        )}
        {run && <RunState run={run} />}
      </header>
      <p className="tw-clip">
        {job.sources.map((source) => sourceText(t, source, formats)).join(' · ')}
      </p>
      {run ? <RunProgress run={run} /> : <p className="tw-hint">{t('job.neverRun')}</p>}
    </article>
  );
}
