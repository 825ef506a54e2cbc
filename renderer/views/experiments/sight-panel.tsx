/**
 * The same picture with the boxes of both sides: one over the other with a border that moves, or one beside the other.
 *
 *      A's boxes │ B's boxes
 *   ┌────────────┼─────────┐
 *   │   ▭     ▭  │  ▭      │
 *   └────────────┼─────────┘
 *            ◀── ● ──▶
 */
import { useState } from 'react';
import { SegmentedControl, Slider } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Experiment, ExperimentSight } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import { ErrorText, useCameras, useFormats, useSight } from '../kit.ts';

const layouts = ['slider', 'side'] as const;
const arms = ['a', 'b'] as const;
/** Boxes below are drawn faintly */
const sureScore = 0.5;

export function SightPanel({ experiment }: { readonly experiment: Experiment }) {
  const { t } = useTranslation();
  const [layout, setLayout] = useState<(typeof layouts)[number]>('slider');
  const { data, error } = useSight(experiment.id, experiment.kind === 'live');
  return (
    <section className="tw-card" aria-label={t('experiment.sight')}>
      <header>
        <h2>{t('experiment.sight')}</h2>
        <span className="tw-fill" />
        <SegmentedControl
          aria-label={t('experiment.sightLayout')}
          value={layout}
          data={layouts.map((each) => ({ value: each, label: t(`experiment.layout.${each}`) }))}
          onChange={setLayout}
        />
      </header>
      {error !== null && <ErrorText error={error} />}
      {data === null && <p className="tw-hint">{t('experiment.noSight')}</p>}
      {data && <SightFacts sight={data} />}
      {data && (layout === 'slider' ? <Slid sight={data} /> : <Beside sight={data} />)}
    </section>
  );
}

function SightFacts({ sight }: { readonly sight: ExperimentSight }) {
  const { t } = useTranslation();
  const { time, number } = useFormats();
  const camera = useCameras().data?.find(({ id }) => id === sight.place);
  const when =
    camera === undefined
      ? t('experiment.clipTime', { value: number(sight.at / 1000, 1) })
      : time(sight.at);
  return (
    <p className="tw-dim">
      {t('experiment.sightFacts', {
        ...{ place: camera?.name ?? sight.place, time: when },
        ...{ a: countSure(sight.a), b: countSure(sight.b) },
      })}
    </p>
  );
}

function countSure(found: ExperimentSight['a']): number {
  return found.filter(({ score }) => score >= sureScore).length;
}

function Slid({ sight }: { readonly sight: ExperimentSight }) {
  const { t } = useTranslation();
  const [border, setBorder] = useState(50);
  return (
    <>
      <div className="tw-experiment-sight">
        <Picture sight={sight} />
        {arms.map((arm) => (
          <div
            key={arm}
            style={{
              clipPath: arm === 'a' ? `inset(0 ${100 - border}% 0 0)` : `inset(0 0 0 ${border}%)`,
            }}
          >
            <Boxes sight={sight} arm={arm} />
          </div>
        ))}
        <i aria-hidden style={{ left: `${border}%` }} />
        <b data-arm="a" aria-hidden>
          {t('experiment.a')}
        </b>
        <b data-arm="b" aria-hidden>
          {t('experiment.b')}
        </b>
      </div>
      <Slider
        value={border}
        onChange={setBorder}
        label={null}
        thumbLabel={t('experiment.sightBorder')}
      />
    </>
  );
}

function Beside({ sight }: { readonly sight: ExperimentSight }) {
  const { t } = useTranslation();
  return (
    <div className="tw-experiment-beside">
      {arms.map((arm) => (
        <div key={arm} className="tw-experiment-sight">
          <Picture sight={sight} />
          <div>
            <Boxes sight={sight} arm={arm} />
          </div>
          <b data-arm={arm === 'b' ? 'b' : 'a'} aria-hidden>
            {t(`experiment.${arm}`)}
          </b>
        </div>
      ))}
    </div>
  );
}

function Picture({ sight }: { readonly sight: ExperimentSight }) {
  const { t } = useTranslation();
  return <img src={`data:image/jpeg;base64,${sight.jpeg}`} alt={t('review.picture')} />;
}

interface BoxesProps {
  readonly sight: ExperimentSight;
  readonly arm: ArmName;
}

function Boxes({ sight, arm }: BoxesProps) {
  return (
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
      {sight[arm].map(({ box: { x, y, width, height }, score }, index) => (
        <rect
          key={index}
          data-arm={arm}
          {...{ x, y, width, height }}
          opacity={score < sureScore ? 0.35 : 1}
        />
      ))}
    </svg>
  );
}
