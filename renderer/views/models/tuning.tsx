/**
 * By what a model computes on this PC: the measurement, and what was found.
 */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Execution, type ExecutionTrial, type TuningView } from '#contract/execution.ts';
import type { Model } from '#contract/model.ts';
import { Allowed, ErrorText, LongWork, useCommand, useFormats, useLongCommand } from '../kit.ts';

export function TuneButton({ model }: { readonly model: Model }) {
  const { t } = useTranslation();
  const { run, share, cancel } = useLongCommand('model.tune');
  return (
    <Allowed to="model.tune">
      {run.error !== null && <ErrorText error={run.error} />}
      {run.isPending ? (
        <LongWork label={t('tuning.running')} share={share} onCancel={cancel} />
      ) : (
        <Button
          variant="subtle"
          title={t('tuning.hint')}
          onClick={() => run.mutate({ digest: model.digest })}
        >
          {t('tuning.run')}
        </Button>
      )}
    </Allowed>
  );
}

export function TuningReport({ tuning }: { readonly tuning: TuningView }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const forgetting = useCommand('model.forgetTuning');
  const words = useWords();
  const { broken, isCurrent, machine } = tuning;
  const [first] = tuning.order;
  const tone = broken !== null || !isCurrent ? 'warning' : 'good';
  return (
    <details className="tw-rehearsal" open={broken !== null}>
      <summary>
        <span className="tw-chip" data-tone={tone}>
          <i aria-hidden />
          {first === undefined || !isCurrent ? t('tuning.stale') : words(first)}
        </span>
        <span className="tw-dim">
          {t('tuning.when', { date: date(tuning.at), time: time(tuning.at) })}
        </span>
      </summary>
      {broken !== null && (
        <p data-tone="warning">
          {t('tuning.broken', {
            provider: broken.provider,
            instead: broken.instead,
            reason: broken.error.message,
            time: time(broken.since),
          })}
        </p>
      )}
      {!isCurrent && <p data-tone="warning">{t('tuning.otherMachine')}</p>}
      <TrialTable tuning={tuning} />
      <p>{tuning.reason}</p>
      <p className="tw-dim">
        {t('tuning.measured', {
          processor: machine.processor,
          cores: machine.cores,
          runtime: machine.runtime,
          pictures: tuning.pictures,
        })}
      </p>
      <Allowed to="model.forgetTuning">
        {forgetting.error !== null && <ErrorText error={forgetting.error} />}
        <Button
          variant="subtle"
          size="compact-sm"
          loading={forgetting.isPending}
          onClick={() => forgetting.mutate({ digest: tuning.digest })}
        >
          {t('tuning.forget')}
        </Button>
      </Allowed>
    </details>
  );
}

function TrialTable({ tuning: { trials, order } }: { readonly tuning: TuningView }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const words = useWords();
  const isUsed = (execution: Execution) =>
    order.some((each) => JSON.stringify(each) === JSON.stringify(execution));
  const pair = (
    trial: ExecutionTrial,
    own: 'coreMs' | 'quickMs',
    plain: 'plainCoreMs' | 'plainMs',
  ) =>
    trial.outcome === 'unusable'
      ? t('common.none')
      : t('tuning.pair', { own: number(trial[own], 1), plain: number(trial[plain], 1) });
  return (
    <table className="tw-table">
      <thead>
        <tr>
          <th>{t('tuning.way')}</th>
          <th>{t('tuning.coreTime')}</th>
          <th>{t('tuning.clockTime')}</th>
          <th>{t('tuning.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {trials.map((trial) => (
          <tr key={JSON.stringify(trial.execution)}>
            <td>{words(trial.execution)}</td>
            <td data-number>{pair(trial, 'coreMs', 'plainCoreMs')}</td>
            <td data-number>{pair(trial, 'quickMs', 'plainMs')}</td>
            <td>
              <Verdict trial={trial} isUsed={isUsed(trial.execution)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Verdict({ trial, isUsed }: { readonly trial: ExecutionTrial; readonly isUsed: boolean }) {
  const { t } = useTranslation();
  switch (trial.outcome) {
    case 'agrees':
      return isUsed ? <b>{t('tuning.used')}</b> : t('tuning.agrees');
    case 'differs':
      return <span data-tone="bad">{t('tuning.differs', { reason: trial.reason })}</span>;
    case 'unusable':
      return (
        <span className="tw-dim" title={trial.error.message}>
          {t('tuning.unusable', { reason: trial.error.message.split(' (')[0] })}
        </span>
      );
  }
}

/** A way of computing in words. */
function useWords(): (execution: Execution) => string {
  const { t } = useTranslation();
  return ({ provider, intraOpThreads, graphLevel, hasArena, batch }) =>
    [
      provider === 'cpu' ? t('tuning.processor', { count: intraOpThreads }) : provider,
      ...(graphLevel === 'all' ? [] : [t(`tuning.graph.${graphLevel}`)]),
      ...(hasArena ? [] : [t('tuning.noArena')]),
      ...(batch === 1 ? [] : [t('tuning.batch', { count: batch })]),
    ].join(', ');
}
