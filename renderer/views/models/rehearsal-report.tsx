/**
 * What a rehearsal has found: the new version beside the one that counts, on the same videos.
 */
import { useTranslation } from 'react-i18next';
import type { Rehearsal, RehearsalClip, RehearsalRun } from '#contract/rehearsal.ts';
import { useFormats } from '../kit.ts';

export function RehearsalReport({ rehearsal }: { readonly rehearsal: Rehearsal }) {
  const { t } = useTranslation();
  const { time, date } = useFormats();
  const { at, report } = rehearsal;
  return (
    <details className="tw-rehearsal" open={!report.isPassed}>
      <summary>
        <span className="tw-chip" data-tone={report.isPassed ? 'good' : 'bad'}>
          <i aria-hidden />
          {t(report.isPassed ? 'rehearsal.passed' : 'rehearsal.failed')}
        </span>
        <span className="tw-dim">
          {t('rehearsal.when', { date: date(at), time: time(at), by: report.by })}
        </span>
      </summary>
      {[...report.reasons, ...report.remarks].length > 0 && (
        <ul>
          {report.reasons.map((text) => (
            <li key={text} data-tone="bad">
              {text}
            </li>
          ))}
          {report.remarks.map((text) => (
            <li key={text} className="tw-dim">
              {text}
            </li>
          ))}
        </ul>
      )}
      {report.clips.length > 0 && <ClipTable clips={report.clips} />}
    </details>
  );
}

function ClipTable({ clips }: { readonly clips: readonly RehearsalClip[] }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const pair = (clip: RehearsalClip, value: (run: RehearsalRun) => string) =>
    `${value(clip.champion)} → ${clip.challenger === null ? t('common.none') : value(clip.challenger)}`;
  const crossings = (run: RehearsalRun) =>
    number(Object.values(run.crossings).reduce((sum, each) => sum + each, 0));
  return (
    <table className="tw-table">
      <thead>
        <tr>
          <th>{t('rehearsal.video')}</th>
          <th>{t('rehearsal.frames')}</th>
          <th>{t('rehearsal.crossings')}</th>
          <th>{t('rehearsal.matched')}</th>
          <th>{t('rehearsal.p95')}</th>
          <th>{t('rehearsal.memory')}</th>
        </tr>
      </thead>
      <tbody>
        {clips.map((clip) => (
          <tr key={`${clip.source} ${clip.name}`}>
            <td>
              {clip.name} <span className="tw-dim">{t(`rehearsal.source.${clip.source}`)}</span>
            </td>
            <td data-number>{number(clip.champion.frames)}</td>
            <td data-number>{pair(clip, crossings)}</td>
            <td data-number>
              {t('rehearsal.of', {
                matched: number(clip.matchedBoxes),
                expected: number(clip.expectedBoxes),
              })}
            </td>
            <td data-number>
              {pair(clip, ({ p95Ms }) => t('common.ms', { value: number(p95Ms, 0) }))}
            </td>
            <td data-number>
              {pair(clip, ({ rssBytes }) =>
                t('common.megabytes', { value: number(rssBytes / 1e6, 0) }),
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
