/**
 * What one must know of these counts: other models that began to count, and what the intervals follow from.
 */
import { useTranslation } from 'react-i18next';
import type { CountReport } from '#contract/report.ts';
import { useSiteFormats } from './use-site-formats.ts';

export function Notes({ report }: { readonly report: CountReport }) {
  const { t } = useTranslation();
  const { moment } = useSiteFormats(report);
  const names = new Map(report.places.map(({ cameraId, cameraName }) => [cameraId, cameraName]));
  const isChecked = report.places.some(({ basis }) => basis === 'audited');
  return (
    <ul className="tw-rep-notes">
      {report.boundaries.map(({ at, cameraId, digest, former }) => (
        <li key={`${cameraId} ${String(at)}`}>
          {t('counts.modelChange', {
            at: moment(at),
            camera: names.get(cameraId) ?? cameraId,
            former: former.slice(0, 12),
            digest: digest.slice(0, 12),
          })}
        </li>
      ))}
      <li>
        {report.subject === 'zones'
          ? t('counts.zonesUnmeasured')
          : t(isChecked ? 'counts.someChecked' : 'counts.noneChecked')}
      </li>
      <li>{t('counts.nothingFilled')}</li>
    </ul>
  );
}
