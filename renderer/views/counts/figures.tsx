/**
 * The sums of the whole time, each with its interval, and with the time that it is compared with.
 */
import { useTranslation } from 'react-i18next';
import type { CountReport } from '#contract/report.ts';
import { useSiteFormats } from './use-site-formats.ts';

export function Figures({ report }: { readonly report: CountReport }) {
  const { t } = useTranslation();
  const { number, share, change, moment } = useSiteFormats(report);
  const { total, comparison, subject } = report;
  return (
    <dl className="tw-rep-figures">
      {(['in', 'out'] as const).map((side) => (
        <div key={side} data-side={side}>
          <dt>{t(`counts.${side}.${subject}`)}</dt>
          <dd>
            <strong>{number(total[side])}</strong>
            {total.low !== null && total.high !== null && (
              <small title={t('counts.intervalHint')}>
                {t('counts.between', {
                  low: number(total.low[side]),
                  high: number(total.high[side]),
                })}
              </small>
            )}
            {comparison !== null && comparison.total.observedSeconds > 0 && (
              <small>
                {t('counts.against', {
                  change: change(total[side], comparison.total[side]),
                  before: number(comparison.total[side]),
                })}
              </small>
            )}
          </dd>
        </div>
      ))}
      <div>
        <dt>{t('counts.observed')}</dt>
        <dd>
          <strong>{share(total)}</strong>
          <small>{t('counts.observedHint')}</small>
          {comparison !== null && (
            <small>
              {t('counts.observedBefore', {
                share: share(comparison.total),
                from: moment(comparison.from),
                to: moment(comparison.to),
              })}
            </small>
          )}
        </dd>
      </div>
    </dl>
  );
}
