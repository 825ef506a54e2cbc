/**
 * One hour of a line: why its counts can or cannot be relied on, and its figures beside what is usual.
 */
import { useTranslation } from 'react-i18next';
import type { TrustFigure, TrustHour, TrustReason } from '#contract/trust.ts';
import { useFormats } from '../kit.ts';
import { SeenGroups } from './seen-groups.tsx';
import { useReasonWords } from './use-reason-words.ts';

/** How a figure is written: as a share in percent, or as a number with so many digits. */
const figures: Readonly<Record<TrustFigure, 'percent' | 0 | 1 | 2>> = {
  tracks: 0,
  bornShare: 'percent',
  endedShare: 'percent',
  fragments: 'percent',
  switches: 'percent',
  jitterBands: 2,
  heightPx: 0,
  score: 2,
  framesPerSecond: 1,
  brightness: 'percent',
  sharpness: 1,
  shakePx: 1,
};
const reasonForms: Readonly<Record<TrustReason['code'], 'percent' | 0 | 1 | 2>> = {
  'not-observed': 'percent',
  'many-born': 'percent',
  'many-ended': 'percent',
  'many-fragments': 'percent',
  trembling: 2,
  'size-changed': 0,
  'low-score': 2,
  'few-frames': 1,
  'few-tracks': 0,
  'identities-switch': 'percent',
  'mix-changed': 'percent',
  'light-changed': 'percent',
  blurred: 1,
  shaking: 1,
  'seen-less': 'percent',
  'breaks-more': 'percent',
  'all-seen-less': 'percent',
  'all-break-more': 'percent',
  'no-normal-yet': 0,
  'too-few-to-tell': 0,
};

export function TrustHourSheet({ hour }: { readonly hour: TrustHour }) {
  const { t } = useTranslation();
  const { date, minute, number } = useFormats();
  const write = (value: number | null, form: 'percent' | 0 | 1 | 2) => {
    if (value === null) return t('common.none');
    return form === 'percent' ? `${number(value * 100)} %` : number(value, form);
  };
  const wordOf = useReasonWords();
  const labels = Object.entries(hour.figures.labels).map(
    ([label, count]) => `${t(`label.${label}`, label)} ${number(count)}`,
  );
  return (
    <div className="tw-trust-hour">
      <h4>
        {date(hour.from)} {minute(hour.from)} – {minute(hour.to)}:{' '}
        {t(`trust.verdict.${hour.verdict}`)}
      </h4>
      {hour.reasons.length === 0 && <p>{t('trust.reason.none')}</p>}
      <ul>
        {hour.reasons.map(({ code, value, usual, of }) => (
          <li key={`${code} ${of ?? ''}`}>
            {t(`trust.reason.${code}`, {
              of: of === undefined ? '' : wordOf(of),
              value: write(value, reasonForms[code]),
              usual: write(usual, reasonForms[code]),
            })}
          </li>
        ))}
      </ul>
      <table className="tw-table">
        <thead>
          <tr>
            <th scope="col">{t('trust.panel.figure')}</th>
            <th scope="col">{t('trust.panel.thisHour')}</th>
            <th scope="col">{t('trust.panel.usual')}</th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(figures) as TrustFigure[]).map((figure) => (
            <tr key={figure}>
              <th scope="row">{t(`trust.figure.${figure}`)}</th>
              <td>{write(hour.figures[figure], figures[figure])}</td>
              <td>{write(hour.normal?.[figure]?.median ?? null, figures[figure])}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t('trust.figure.observedShare')}</th>
            <td>{write(hour.figures.observedShare, 'percent')}</td>
            <td>{write(1, 'percent')}</td>
          </tr>
        </tbody>
      </table>
      {labels.length > 0 && (
        <p className="tw-hint">{t('trust.panel.labels', { labels: labels.join(', ') })}</p>
      )}
      {hour.figures.groups.length > 0 && <SeenGroups hour={hour} />}
    </div>
  );
}
