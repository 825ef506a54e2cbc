/**
 * The newest change of the model: how the new version does, or why it was taken back.
 */
import { useTranslation } from 'react-i18next';
import type { Model } from '#contract/model.ts';
import type { ModelTrial } from '#contract/rehearsal.ts';
import { useFormats } from '../kit.ts';

interface TrialNoticeProps {
  readonly trial: ModelTrial;
  readonly models: readonly Model[];
}

const tones = {
  watching: 'warning',
  passed: 'good',
  'rolled-back': 'bad',
  ended: 'quiet',
} as const;

export function TrialNotice({ trial, models }: TrialNoticeProps) {
  const { t } = useTranslation();
  const { number, time } = useFormats();
  const nameOf = (digest: string) => {
    const card = models.find((model) => model.digest === digest)?.card;
    return card ? `${card.name} ${card.version}` : digest.slice(0, 12);
  };
  const p95 = (value: number | null) =>
    value === null ? t('common.none') : t('common.ms', { value: number(value, 0) });
  return (
    <article className="tw-card tw-trial" data-state={trial.state}>
      <header>
        <span className="tw-chip" data-tone={tones[trial.state]}>
          <i aria-hidden />
          {t(`trial.${trial.state}`)}
        </span>
        <h2>{nameOf(trial.digest)}</h2>
        <span className="tw-dim">
          {trial.state === 'watching'
            ? t('trial.until', { time: time(trial.to) })
            : t('trial.since', { time: time(trial.from) })}
        </span>
      </header>
      {trial.reason !== '' && (
        <p data-tone="bad">
          {t('trial.reason', { reason: trial.reason, former: nameOf(trial.former) })}
        </p>
      )}
      <dl className="tw-facts" data-wide>
        <dt>{t('trial.frames')}</dt>
        <dd>{number(trial.frames)}</dd>
        <dt>{t('trial.failures')}</dt>
        <dd>{number(trial.failures)}</dd>
        <dt>{t('trial.compared')}</dt>
        <dd>
          {t('trial.matched', {
            frames: number(trial.compared),
            matched: number(trial.matchedBoxes),
            expected: number(trial.expectedBoxes),
          })}
        </dd>
        <dt>{t('rehearsal.p95')}</dt>
        <dd>
          {p95(trial.formerP95Ms)} → {p95(trial.p95Ms)}
        </dd>
      </dl>
    </article>
  );
}
