/**
 * One run of a job: its state, how far it is, and what can be done with it.
 */
import { Button, Progress } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { JobRunView } from '#contract/job.ts';
import { Allowed, confirm, ErrorText, isJobOver, useCommand, useFormats } from '../kit.ts';
import { runTones } from './job-words.ts';

export function RunState({ run }: { readonly run: JobRunView }) {
  const { t } = useTranslation();
  return (
    <span className="tw-chip" data-tone={runTones[run.state]}>
      <i aria-hidden />
      {t(`job.state.${run.state}`)}
    </span>
  );
}

export function RunProgress({ run }: { readonly run: JobRunView }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { items, done, failed, frames, crossings, share } = run.progress;
  return (
    <div className="tw-job-progress">
      {!isJobOver(run.state) && (
        <Progress value={share * 100} aria-label={t('job.progress')} size="sm" />
      )}
      <p>
        {t('job.progressText', {
          ...{ done: number(done), items: number(items), frames: number(frames) },
          crossings: number(crossings),
        })}
        {failed > 0 && <b data-tone="bad"> {t('job.failedItems', { count: failed })}</b>}
      </p>
      {run.error !== null && <ErrorText error={run.error} />}
    </div>
  );
}

/** Pause, go on, cancel. */
export function RunSteps({ run }: { readonly run: JobRunView }) {
  const { t } = useTranslation();
  const changing = useCommand('job.setState');
  if (isJobOver(run.state)) return null;
  const to = (state: 'running' | 'paused' | 'cancelled') =>
    changing.mutate({ runId: run.id, state });
  const cancel = async () => {
    const isSure = await confirm({
      title: t('job.cancelTitle'),
      text: t('job.cancelText'),
      confirm: t('job.cancel'),
      cancel: t('common.close'),
      isDestructive: true,
    });
    if (isSure) to('cancelled');
  };
  const isPaused = run.state === 'paused';
  return (
    <Allowed to="job.setState">
      {changing.error !== null && <ErrorText error={changing.error} />}
      <Button
        variant="default"
        loading={changing.isPending}
        leftSection={
          isPaused ? (
            <IconPlayerPlay size={15} aria-hidden />
          ) : (
            <IconPlayerPause size={15} aria-hidden />
          )
        }
        onClick={() => to(isPaused ? 'running' : 'paused')}
      >
        {t(isPaused ? 'job.goOn' : 'job.pause')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconX size={15} aria-hidden />}
        onClick={() => void cancel()}
      >
        {t('job.cancel')}
      </Button>
    </Allowed>
  );
}
