/**
 * The end of an experiment: who won, why, and putting the winner to use, which rehearses it first.
 */
import { useState } from 'react';
import { Button, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { hasSettings } from '#contract/experiment-arm.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { Allowed, ErrorText, useCommand, useFormats, useModels } from '../kit.ts';
import { armText } from './experiment-words.ts';
import { useVerdictText } from './verdict-text.ts';

type Known = OutputOf<'experiment.get'>;

export function DecisionPanel({ known }: { readonly known: Known }) {
  const { t } = useTranslation();
  const { state, decision } = known.experiment;
  if (decision === null) {
    if (state !== 'running' && state !== 'paused') return null;
    return (
      <Allowed to="experiment.decide">
        <DecisionForm known={known} />
      </Allowed>
    );
  }
  return (
    <section className="tw-card" aria-label={t('experiment.decision')}>
      <header>
        <h2>{t('experiment.decision')}</h2>
      </header>
      <Decided known={known} decision={decision} />
    </section>
  );
}

function DecisionForm({ known }: { readonly known: Known }) {
  const { t } = useTranslation();
  const deciding = useCommand('experiment.decide');
  const [note, setNote] = useState('');
  const { id } = known.experiment;
  return (
    <section className="tw-card" aria-label={t('experiment.decide')}>
      <header>
        <h2>{t('experiment.decide')}</h2>
      </header>
      <p>{t('experiment.decideText')}</p>
      <div className="tw-form">
        <Textarea
          label={t('experiment.note')}
          maxLength={500}
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {deciding.error !== null && <ErrorText error={deciding.error} />}
        <div className="tw-form-foot">
          {(['a', 'b', 'none'] as const).map((winner) => (
            <Button
              key={winner}
              variant="default"
              loading={deciding.isPending}
              onClick={() => deciding.mutate({ id, winner, note: note.trim() })}
            >
              {t(`experiment.winner.${winner}`)}
            </Button>
          ))}
        </div>
      </div>
    </section>
  );
}

interface DecidedProps {
  readonly known: Known;
  readonly decision: NonNullable<Known['experiment']['decision']>;
}

function Decided({ known, decision }: DecidedProps) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const verdictText = useVerdictText();
  const models = useModels();
  const activating = useCommand('model.activate');
  const { experiment } = known;
  const arm = decision.winner === 'none' ? null : experiment[decision.winner];
  const model = models.data?.find(({ digest }) => digest === arm?.digest) ?? null;
  const isChanged = arm !== null && hasSettings(arm);
  const reason = t('experiment.promoteReason', { name: experiment.name });
  return (
    <>
      <p>
        {t(`experiment.winner.${decision.winner}`)}
        {arm === null ? '' : ` · ${armText(t, arm)}`} · {decision.by}, {date(decision.at)}{' '}
        {time(decision.at)}
      </p>
      <p>
        {decision.outcome === undefined
          ? decision.sentence
          : verdictText(decision.outcome, decision.parts)}
      </p>
      {decision.note !== '' && <p>{decision.note}</p>}
      {arm !== null && model === null && <p className="tw-hint">{t('experiment.notInRegistry')}</p>}
      {model?.isChampion === true && !isChanged && (
        <p className="tw-hint">{t('experiment.alreadyCounts')}</p>
      )}
      {isChanged && <p className="tw-hint">{t('experiment.settingsByHand')}</p>}
      {activating.error !== null && <ErrorText error={activating.error} />}
      {model !== null && !model.isChampion && !isChanged && (
        <Allowed to="model.activate">
          <Button
            loading={activating.isPending}
            onClick={() =>
              activating.mutate(
                { digest: model.digest, cameraId: null, reason },
                {
                  onSuccess: () => {
                    notifications.show({
                      message: t('models.activated', { name: model.card.name }),
                    });
                  },
                },
              )
            }
          >
            {t('experiment.promote')}
          </Button>
        </Allowed>
      )}
    </>
  );
}
