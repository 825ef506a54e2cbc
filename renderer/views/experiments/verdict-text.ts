/**
 * A verdict as one sentence in the language of the page, from the parts that the station gives.
 */
import { useTranslation } from 'react-i18next';
import type { ExperimentOutcome, VerdictPart } from '#contract/experiment-verdict.ts';
import { useFormats } from '../kit.ts';

/** What puts a verdict into words: in the language and with the numbers of the page. */
export type VerdictText = (outcome: ExperimentOutcome, parts: readonly VerdictPart[]) => string;

export function useVerdictText(): VerdictText {
  const { t } = useTranslation();
  const { number } = useFormats();
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${number(Math.abs(value), 3)}`;

  function chance(p: number | null): string {
    if (p === null) return t('experiment.pNone');
    return p < 0.001 ? t('experiment.pTiny') : t('experiment.pValue', { value: number(p, 3) });
  }

  function text(part: VerdictPart): string {
    const key = `experiment.part.${part.kind}` as const;
    switch (part.kind) {
      case 'hours':
        return t(key, { hours: number(part.hours, 1), least: number(part.least, 0) });
      case 'wins':
        return t(key, { a: part.a, b: part.b, p: chance(part.p) });
      case 'quality': {
        const { value, low, high } = part.difference;
        const difference = { value: signed(value), low: signed(low), high: signed(high) };
        return t(key, { a: number(part.a, 3), b: number(part.b, 3), ...difference });
      }
      case 'rates': {
        const hourly = (value: number) => `${value < 0 ? '−' : '+'}${number(Math.abs(value), 1)}`;
        const { value, low, high } = part.difference;
        const difference = { value: hourly(value), low: hourly(low), high: hourly(high) };
        return t(key, { a: number(part.a, 1), b: number(part.b, 1), ...difference });
      }
      case 'margin':
        return t(key, { margin: number(part.margin, 2) });
      case 'more':
        return t(key, { arm: t(`experiment.${part.arm}`) });
      case 'counts': {
        const { both, different } = part.counts;
        const [onlyA, onlyB] = [part.counts['only-a'], part.counts['only-b']];
        const all = both + different + onlyA + onlyB;
        const counts = t(key, { both, all, onlyA, onlyB, different });
        if (part.p === null) return counts;
        return t('experiment.part.tested', { text: counts, p: chance(part.p) });
      }
      default:
        return t(key, { ...part });
    }
  }

  return (outcome, parts) => {
    const [first] = parts;
    if (first?.kind === 'failed') return text(first);
    return t('experiment.sentence', {
      head: t(`experiment.outcome.${outcome}`),
      parts: parts.map(text).join('; '),
    });
  };
}
