/**
 * The station and its machine: version, engines, where its data lies.
 */
import { useTranslation } from 'react-i18next';
import type { StationInfo } from '#contract/health.ts';
import { useFormats } from '../kit.ts';

export function StationCard({ station }: { readonly station: StationInfo }) {
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
