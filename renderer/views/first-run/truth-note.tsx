/**
 * The counts of a simulated camera beside its truth: one sentence on the tile, a table beside the large picture.
 */
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import type { TruthComparison } from '#contract/demo.ts';
import {
  fitOf,
  sumTruth,
  useFormats,
  useTruth,
  worstFit,
  type CountAndTruth,
  type Fit,
} from '../kit.ts';

const tones: Record<Fit, string> = { exact: 'good', near: 'good', off: 'warning' };

/** On the tile: nothing for a real camera, or before the first comparison. */
export function TruthNote({ camera }: { readonly camera: Camera }) {
  const { t } = useTranslation();
  const words = useTruthWords();
  const comparisons = useTruth(camera);
  if (comparisons.length === 0) return null;
  return (
    <span
      className="tw-truth"
      data-tone={tones[worstFit(comparisons)]}
      title={t('firstRun.truthHint')}
    >
      {words(sumTruth(comparisons))}
    </span>
  );
}

interface TruthPanelProps {
  readonly camera: Camera;
  readonly lines: readonly Line[];
}

/** In the rail: every line and direction. */
export function TruthPanel({ camera, lines }: TruthPanelProps) {
  const { t } = useTranslation();
  const { minute } = useFormats();
  const comparisons = useTruth(camera);
  const from = Math.max(...comparisons.map((one) => one.from));
  if (comparisons.length === 0) return null;
  return (
    <section className="tw-truth-panel" aria-label={t('firstRun.truth')}>
      <header>
        <h2>{t('firstRun.truth')}</h2>
        <span>{t('live.since', { time: minute(from) })}</span>
      </header>
      <p className="tw-hint">{t('firstRun.truthHint')}</p>
      {comparisons.map((one) => (
        <TruthRow
          key={one.lineId}
          comparison={one}
          name={lines.find((line) => line.id === one.lineId)?.name ?? one.lineId}
        />
      ))}
    </section>
  );
}

interface TruthRowProps {
  readonly comparison: TruthComparison;
  readonly name: string;
}

function TruthRow({ comparison, name }: TruthRowProps) {
  const { t } = useTranslation();
  const words = useTruthWords();
  return (
    <dl>
      <dt>{name}</dt>
      {(['in', 'out'] as const).map((side) => {
        const both = { counted: comparison.counted[side], truth: comparison.truth[side] };
        return (
          <dd key={side} data-tone={tones[fitOf(both)]}>
            <b data-direction={side}>{t(`common.${side}`)}</b> {words(both)}
          </dd>
        );
      })}
    </dl>
  );
}

function useTruthWords(): (both: CountAndTruth) => string {
  const { t } = useTranslation();
  const { number } = useFormats();
  return ({ counted, truth }) => {
    const fields = { counted: number(counted), truth: number(truth) };
    return counted > truth ? t('firstRun.countedMore', fields) : t('firstRun.countedOf', fields);
  };
}
