/**
 * The likely ways of preparing pictures, each with what the model finds with it: the person sees which one is right.
 */
import { useTranslation } from 'react-i18next';
import type { Preprocess, Proposal, ProposalVariant } from '#contract/model.ts';
import { preprocessWords, useFormats } from '../kit.ts';

interface VariantPickerProps {
  readonly proposal: Proposal;
  readonly chosen: Preprocess;
  readonly onChoose: (preprocess: Preprocess) => void;
}

/** A variant that finds less than this share of the best one is not worth pictures. */
const hopelessShare = 0.05;
/** Pictures beside each variant, and all of them for the chosen one */
const glances = 3;

export function VariantPicker({ proposal, chosen, onChoose }: VariantPickerProps) {
  const { t } = useTranslation();
  const { variants, samples } = proposal;
  const words = useWords();
  if (variants.length === 0) {
    return <p data-tone="warning">{t('importModel.noPictures', { how: words(chosen) })}</p>;
  }
  const best = variants[0]?.score ?? 0;
  const isWorth = ({ score }: ProposalVariant) => best > 0 && score >= best * hopelessShare;
  const shown = variants.filter((variant) => isWorth(variant) || isSame(variant, chosen));
  return (
    <fieldset className="tw-variants">
      <legend>{t('importModel.variants', { count: proposal.pictures })}</legend>
      <p className="tw-dim">
        {best === 0
          ? t('importModel.nothingFound')
          : t(proposal.isDoubtful ? 'importModel.doubtful' : 'importModel.confirmed')}
      </p>
      {shown.map((variant) => (
        <Variant
          key={variant.difference}
          variant={variant}
          samples={samples}
          best={best}
          isChosen={isSame(variant, chosen)}
          onChoose={() => onChoose(variant.preprocess)}
        />
      ))}
      {shown.length < variants.length && (
        <p className="tw-dim">
          {t('importModel.hopeless', { count: variants.length - shown.length })}
        </p>
      )}
    </fieldset>
  );
}

interface VariantProps {
  readonly variant: ProposalVariant;
  readonly samples: Proposal['samples'];
  readonly best: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Variant({ variant, samples, best, isChosen, onChoose }: VariantProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const words = useWords();
  const share = best > 0 ? variant.score / best : 0;
  return (
    <label className="tw-variant" data-chosen={isChosen || undefined}>
      <input type="radio" name="variant" checked={isChosen} onChange={onChoose} />
      <span className="tw-variant-words">
        <strong>{words(variant.preprocess)}</strong>
        {variant.difference === '' && <em>{t('importModel.usual')}</em>}
        <span className="tw-bar" aria-hidden>
          <b style={{ width: `${String(share * 100)}%` }} />
        </span>
        <small>
          {t('importModel.score', {
            score: number(variant.score, 2),
            boxes: number(variant.confirmedBoxes, 1),
          })}
        </small>
      </span>
      <span className="tw-variant-pictures">
        {samples.slice(0, isChosen ? samples.length : glances).map((sample, index) => (
          <SampleWithBoxes key={index} sample={sample} found={variant.found[index] ?? []} />
        ))}
      </span>
    </label>
  );
}

interface SampleProps {
  readonly sample: Proposal['samples'][number];
  readonly found: ProposalVariant['found'][number];
}

function SampleWithBoxes({ sample, found }: SampleProps) {
  const { t } = useTranslation();
  const { width, height, jpegBase64 } = sample;
  return (
    <span
      className="tw-sample"
      style={{ aspectRatio: `${String(width)} / ${String(height)}` }}
      title={t('importModel.found', { count: found.length })}
    >
      <img src={`data:image/jpeg;base64,${jpegBase64}`} alt={t('importModel.sample')} />
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        {found.map(({ box, label }, index) => (
          <rect
            key={index}
            data-label={label}
            x={box.x}
            y={box.y}
            width={box.width}
            height={box.height}
          />
        ))}
      </svg>
    </span>
  );
}

function isSame(variant: ProposalVariant, chosen: Preprocess): boolean {
  return JSON.stringify(variant.preprocess) === JSON.stringify(chosen);
}

function useWords(): (preprocess: Preprocess) => string {
  const { t } = useTranslation();
  return (preprocess) => {
    const { colour, resize, scaling } = preprocessWords(preprocess);
    return [
      t(`importModel.colour.${colour}`),
      t(`importModel.scaling.${scaling}`),
      t(`importModel.resize.${resize}`),
    ].join(' · ');
  };
}
