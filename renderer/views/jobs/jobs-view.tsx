/**
 * What is counted beside the cameras: all batch jobs, or one with its runs and what they found.
 */
import { IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '#contract/job.ts';
import { DraftedPage, EmptyState, formatRoute, NotLoaded, useFormats, useJobs } from '../kit.ts';
import { JobDetail } from './job-detail.tsx';
import { JobForm } from './job-form.tsx';
import { sourceText } from './job-words.ts';
import { RunProgress, RunState } from './run-state.tsx';

export function JobsView() {
  const { t } = useTranslation();
  return (
    <DraftedPage
      task="jobs"
      create="job.create"
      words={{
        title: t('job.title'),
        summary: t('job.summary'),
        new: t('job.new'),
        all: t('job.all'),
      }}
      list={<JobList />}
      detail={(id) => <JobDetail key={id} id={id} />}
      form={(close) => <JobForm onClose={close} />}
    />
  );
}

function JobList() {
  const { t } = useTranslation();
  const jobs = useJobs();
  if (jobs.data === undefined) {
    return <NotLoaded query={jobs} title={t('job.loadFailed')} />;
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
