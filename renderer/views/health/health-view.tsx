/**
 * What runs and how well: the station, its machine, its workers and the way of a frame through each.
 */
import { IconServerOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StationInfo } from '#contract/health.ts';
import {
  EmptyState,
  ErrorState,
  formatAge,
  LoadingState,
  Page,
  useFormats,
  useNow,
  useStationInfo,
} from '../kit.ts';
import { DoctorCard } from '../first-run/doctor-card.tsx';
import { WorkerCard } from './worker-card.tsx';

export function HealthView() {
  const { t } = useTranslation();
  const info = useStationInfo();
  const now = useNow(1000);
  if (info.data === undefined) {
    return (
      <Page title={t('health.title')}>
        {info.error === null ? (
          <LoadingState />
        ) : (
          <ErrorState
            title={t('health.loadFailed')}
            error={info.error}
            onRetry={() => void info.refetch()}
          />
        )}
      </Page>
    );
  }
  const station = info.data;
  return (
    <Page
      title={t('health.title')}
      summary={t('health.summary', { age: formatAge(t, now - station.startedAt) })}
    >
      <StationCard station={station} />
      <DoctorCard />
      <h2 className="tw-section">{t('health.workers')}</h2>
      {station.workers.length === 0 && (
        <EmptyState
          icon={<IconServerOff size={32} stroke={1.3} />}
          title={t('health.noWorkers')}
          hint={t('health.noWorkersHint')}
        />
      )}
      {station.workers.map((worker) => (
        <WorkerCard key={worker.id} worker={worker} now={now} />
      ))}
    </Page>
  );
}

function StationCard({ station }: { readonly station: StationInfo }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const hosts: Record<StationInfo['host'], string> = {
    electron: t('health.hostElectron'),
    headless: t('health.hostHeadless'),
    cli: t('health.hostCli'),
  };
  return (
    <article className="tw-card">
      <header>
        <h2>{t('health.station')}</h2>
      </header>
      <dl className="tw-facts" data-wide>
        <dt>{t('health.version')}</dt>
        <dd>{station.version}</dd>
        <dt>{t('health.host')}</dt>
        <dd>{`${hosts[station.host]} · Node ${station.node}`}</dd>
        <dt>{t('health.machine')}</dt>
        <dd>{`${station.platform} · ${t('health.cores', { count: station.cores })}`}</dd>
        <dt>{t('health.memory')}</dt>
        <dd>{t('common.megabytes', { value: number(station.rssBytes / 1e6) })}</dd>
        <dt>{t('health.providers')}</dt>
        <dd>{station.providers.join(', ')}</dd>
        <dt>{t('health.ffmpeg')}</dt>
        <dd data-tone={station.ffmpeg === null ? 'bad' : undefined}>
          {station.ffmpeg === null
            ? t('health.noFfmpeg')
            : `${station.ffmpeg.version} · ${station.ffmpeg.path}`}
        </dd>
        <dt>{t('health.data')}</dt>
        <dd className="tw-mono">{station.dataFolder}</dd>
      </dl>
    </article>
  );
}
