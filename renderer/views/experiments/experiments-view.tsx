/**
 * Which model is better here: all experiments, or one with its figures, its open questions and its decision.
 */
import { IconFlask2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ExperimentSummary } from '#contract/experiment.ts';
import { DraftedPage, EmptyState, formatRoute, NotLoaded, useExperiments } from '../kit.ts';
import { armText, outcomeTones, stateTones } from './experiment-words.ts';
import { ExperimentDetail } from './experiment-detail.tsx';
import { useVerdictText } from './verdict-text.ts';
import { ExperimentForm } from './experiment-form.tsx';

export function ExperimentsView() {
  const { t } = useTranslation();
  return (
    <DraftedPage
      task="experiments"
      create="experiment.create"
      words={{
        title: t('experiment.title'),
        summary: t('experiment.summary'),
        new: t('experiment.new'),
        all: t('experiment.all'),
      }}
      list={<ExperimentList />}
      detail={(id) => <ExperimentDetail id={id} />}
      form={(close) => <ExperimentForm onClose={close} />}
    />
  );
}

function ExperimentList() {
  const { t } = useTranslation();
  const experiments = useExperiments();
  if (experiments.data === undefined) {
    return <NotLoaded query={experiments} title={t('experiment.loadFailed')} />;
  }
  if (experiments.data.length === 0) {
    return (
      <EmptyState
        icon={<IconFlask2 size={32} stroke={1.3} />}
        title={t('experiment.none')}
        hint={t('experiment.noneHint')}
      />
    );
  }
  return (
    <div className="tw-experiments">
      {experiments.data.map((summary) => (
        <ExperimentCard key={summary.experiment.id} summary={summary} />
      ))}
    </div>
  );
}

function ExperimentCard({ summary }: { readonly summary: ExperimentSummary }) {
  const { t } = useTranslation();
  const verdictText = useVerdictText();
  const { experiment, verdict } = summary;
  const { id, name, state, a, b } = experiment;
  return (
    <article className="tw-card" aria-label={name}>
      <header>
        <h2>
          <a className="tw-link" href={formatRoute({ task: 'experiments', id })}>
            {name}
          </a>
        </h2>
        <span className="tw-chip" data-tone={stateTones[state]}>
          <i aria-hidden />
          {t(`experiment.state.${state}`)}
        </span>
        <span className="tw-fill" />
        <span className="tw-chip" data-tone={outcomeTones[verdict.outcome]}>
          <i aria-hidden />
          {t(`experiment.outcome.${verdict.outcome}`)}
        </span>
      </header>
      <p>
        <b>{t('experiment.a')}</b> {armText(t, a)} · <b>{t('experiment.b')}</b> {armText(t, b)}
      </p>
      <p>{verdictText(verdict.outcome, verdict.parts)}</p>
    </article>
  );
}
