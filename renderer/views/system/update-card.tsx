/**
 * Which version runs, what is offered, and the next step: look, fetch, install, put off.
 */
import { Button, Progress } from '@mantine/core';
import { IconDownload, IconRefresh, IconRotateClockwise2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { UpdateStage, UpdateStatus } from '#contract/update.ts';
import { Allowed, confirm, ErrorText, useCommand, useFormats } from '../kit.ts';
import { useSizes } from '../privacy/use-sizes.ts';

const tones: Record<UpdateStage['state'], string> = {
  ...{ idle: 'good', checking: 'quiet', held: 'quiet', available: 'warning' },
  ...{ downloading: 'quiet', ready: 'warning', installing: 'warning', failed: 'bad' },
};
const deferHours = 24;

export function UpdateCard({ status }: { readonly status: UpdateStatus }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const { version, support, server, stage, checkedAt, trial } = status;
  return (
    <article className="tw-card tw-update">
      <header>
        <h2>{t('system.version', { version })}</h2>
        {support === 'yes' && (
          <span className="tw-chip" data-tone={tones[stage.state]} role="status">
            <i aria-hidden />
            {t(`system.stage.${stage.state}`)}
          </span>
        )}
        <span className="tw-fill" />
        {support === 'yes' && <NextStep key={version} status={status} />}
      </header>
      {support === 'yes' ? (
        <StageText stage={stage} />
      ) : (
        <Allowed to="update.check">
          <p className="tw-hint">{t(`system.support.${support}`)}</p>
        </Allowed>
      )}
      {trial !== null && (
        <p className="tw-hint" data-tone={trial.state === 'returned' ? 'bad' : undefined}>
          {t(`system.trial.${trial.state}`, {
            from: trial.from,
            to: trial.to,
            reason: trial.reason,
            at: `${date(trial.startedAt)} ${time(trial.startedAt)}`,
          })}
        </p>
      )}
      {support === 'yes' && (
        <p className="tw-dim">
          {checkedAt === null
            ? t('system.neverChecked', { server })
            : t('system.checked', { server, at: `${date(checkedAt)} ${time(checkedAt)}` })}
        </p>
      )}
    </article>
  );
}

function StageText({ stage }: { readonly stage: UpdateStage }) {
  const { t } = useTranslation();
  const { date, minute } = useFormats();
  const size = useSizes();
  if (stage.state === 'failed') return <ErrorText error={stage.error} />;
  if (!('release' in stage)) return null;
  const { version, bytes, notes } = stage.release;
  return (
    <>
      <p>
        <strong>{t('system.offered', { version })}</strong>
        {bytes !== null && <span className="tw-dim"> {size(bytes)}</span>}
      </p>
      {notes !== '' && <p className="tw-prose">{notes}</p>}
      {stage.state === 'held' && <p className="tw-hint">{t('system.heldHint')}</p>}
      {stage.state === 'downloading' && (
        <Progress value={stage.share * 100} aria-label={t('system.stage.downloading')} />
      )}
      {stage.state === 'installing' && <p className="tw-hint">{t('system.installingHint')}</p>}
      {stage.state === 'ready' && (
        <p className="tw-hint">
          {t(`system.wait.${stage.wait}`, {
            until: stage.until === null ? '' : `${date(stage.until)} ${minute(stage.until)}`,
          })}
        </p>
      )}
    </>
  );
}

function NextStep({ status }: { readonly status: UpdateStatus }) {
  const { t } = useTranslation();
  const [checking, fetching] = [useCommand('update.check'), useCommand('update.download')];
  const [installing, deferring] = [useCommand('update.install'), useCommand('update.defer')];
  const { stage, countingCameras } = status;
  const install = async () => {
    const isAgreed = await confirm({
      title: t('system.installTitle'),
      text: t('system.installText', { count: countingCameras }),
      confirm: t('system.install'),
      cancel: t('common.cancel'),
      isDestructive: countingCameras > 0,
    });
    if (isAgreed) installing.mutate({ evenCounting: true });
  };
  const isBusy = ['checking', 'downloading', 'installing'].includes(stage.state);
  const error = checking.error ?? fetching.error ?? installing.error ?? deferring.error;
  return (
    <div className="tw-form-row">
      {error !== null && <ErrorText error={error} />}
      <Allowed to="update.check">
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} />}
          loading={checking.isPending}
          disabled={isBusy}
          onClick={() => checking.mutate({})}
        >
          {t('system.check')}
        </Button>
        {(stage.state === 'available' || stage.state === 'held') && (
          <Button
            leftSection={<IconDownload size={15} />}
            loading={fetching.isPending}
            onClick={() => fetching.mutate({})}
          >
            {t('system.download')}
          </Button>
        )}
        {stage.state === 'ready' && (
          <>
            <Button
              variant="default"
              onClick={() =>
                deferring.mutate({ hours: stage.wait === 'deferred' ? 0 : deferHours })
              }
            >
              {t(stage.wait === 'deferred' ? 'system.noDefer' : 'system.defer')}
            </Button>
            <Button
              leftSection={<IconRotateClockwise2 size={15} />}
              loading={installing.isPending}
              onClick={() => void install()}
            >
              {t('system.install')}
            </Button>
          </>
        )}
      </Allowed>
    </div>
  );
}
