/**
 * The hours of the week: the darker the more, with the mean number an hour of observation.
 */
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { type CountReport, hourlyRate } from '#contract/report.ts';
import { useSiteFormats } from './use-site-formats.ts';

const hours = Array.from({ length: 24 }, (_, hour) => hour);

export function HeatMap({ report }: { readonly report: CountReport }) {
  const { t } = useTranslation();
  const { rate, weekdays } = useSiteFormats(report);
  const rates = report.heat.map((row) => row.map((cell) => hourlyRate(cell)));
  const most = Math.max(1e-9, ...rates.flat().map((each) => each ?? 0));
  return (
    <>
      <table className="tw-heat">
        <caption className="tw-hint">{t('counts.heatHint')}</caption>
        <thead>
          <tr>
            <td />
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rates.map((row, day) => (
            <tr key={weekdays[day]}>
              <th scope="row">{weekdays[day]}</th>
              {row.map((value, hour) => (
                <td
                  key={`${String(day)} ${String(hour)}`}
                  data-strong={(value !== null && value / most > 0.55) || undefined}
                  style={
                    value === null ? undefined : ({ '--share': value / most } as CSSProperties)
                  }
                >
                  {value === null ? '' : rate(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
