/**
 * What the station says in a sentence. Where it has a name, or an error's code, it is said in the language of the page; else
 * the English words are marked as such.
 */
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '#contract/error.ts';
import type { Said } from '#contract/station-sentence.ts';
import { useFormats } from './use-formats.ts';

interface StationSentenceProps {
  readonly of: Said;
  /** Of the error that says it, if one does: its meaning stands before the words in another language than English */
  readonly code?: ErrorCode | null | undefined;
}

export function StationSentence({ of: { detail, said }, code }: StationSentenceProps) {
  const { t, i18n } = useTranslation();
  const { number } = useFormats();
  if (said !== undefined) {
    const { name, values, error } = said;
    const shown = Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'number' ? number(value, Number.isInteger(value) ? 0 : 1) : value,
    ]);
    return (
      <>
        {t(`sentence.${name}`, Object.fromEntries(shown))}{' '}
        {error !== undefined && (
          <StationSentence of={{ detail: error.message }} code={error.code} />
        )}
      </>
    );
  }
  return (
    <>
      {i18n.language !== 'en' && code != null && `${t(`error.${code}`)} `}
      <span lang="en">{detail}</span>
    </>
  );
}
