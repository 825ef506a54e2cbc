/**
 * How well each group of tracks was found in an hour, beside what is usual for that group.
 */
import { useTranslation } from 'react-i18next';
import type { TrustHour } from '#contract/trust.ts';
import { useFormats } from '../kit.ts';
import { useReasonWords } from './use-reason-words.ts';

export function SeenGroups({ hour }: { readonly hour: TrustHour }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const wordOf = useReasonWords();
  const isLess = new Set(hour.reasons.flatMap(({ of }) => of ?? []));
  const write = (share: number | null) =>
    share === null ? t('common.none') : `${number(share * 100)} %`;
  return (
    <>
      <h5>{t('trust.panel.groups')}</h5>
      <p className="tw-hint">{t('trust.panel.groupsHint')}</p>
      <table className="tw-table">
        <thead>
          <tr>
            <th scope="col">{t('trust.panel.group')}</th>
            <th scope="col">{t('trust.panel.tracks')}</th>
            <th scope="col">{t('trust.panel.found')}</th>
            <th scope="col">{t('trust.panel.usual')}</th>
          </tr>
        </thead>
        <tbody>
          {hour.figures.groups.map(({ by, name, tracks, frames, seenFrames }) => {
            const key = `${by}:${name}`;
            return (
              <tr key={key} data-off={isLess.has(key) || undefined}>
                <th scope="row">{wordOf(key)}</th>
                <td>{number(tracks)}</td>
                <td>{write(frames === 0 ? null : seenFrames / frames)}</td>
                <td>{write(hour.normalSeen[key]?.median ?? null)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
