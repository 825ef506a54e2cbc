/**
 * The events on which the arms differ, one after the other: pictures from the recording, and one key for the answer.
 */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ArmCrossing, ExperimentAnswer, ExperimentPair } from '#contract/experiment-event.ts';
import {
  Allowed,
  ErrorText,
  useCameras,
  useCommand,
  useFormats,
  useMay,
  useOpenPairs,
  usePairPictures,
  useShortcuts,
} from '../kit.ts';

const keys: Record<ExperimentAnswer, string> = { a: '1', b: '2', both: '3', neither: '4' };
const answers = Object.keys(keys) as ExperimentAnswer[];

export function VerdictInbox({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const may = useMay()('experiment.answer');
  const pairs = useOpenPairs(id);
  const answering = useCommand('experiment.answer');
  const current = pairs.data?.[0];
  const answer = (chosen: ExperimentAnswer) => {
    // The next one may be answered while what follows from the one before is still being read.
    const isAnswered = answering.isPending && answering.variables.pairId === current?.id;
    if (!current || !may || isAnswered) return;
    answering.mutate({ id, pairId: current.id, answer: chosen });
  };
  useShortcuts(
    answers.map((each) => ({
      keys: [keys[each]],
      help: { keys: keys[each], text: t(`experiment.answer.${each}`) },
      run: () => answer(each),
    })),
    current !== undefined && may,
  );
  return (
    <section className="tw-card" aria-label={t('experiment.inbox')}>
      <header>
        <h2>{t('experiment.inbox')}</h2>
        {pairs.data !== undefined && (
          <span className="tw-dim">{t('experiment.open', { count: pairs.data.length })}</span>
        )}
      </header>
      {pairs.error !== null && <ErrorText error={pairs.error} />}
      {answering.error !== null && <ErrorText error={answering.error} />}
      {pairs.data?.length === 0 && <p>{t('experiment.nothingOpen')}</p>}
      {current !== undefined && (
        <>
          <Question pair={current} />
          {may && <Pictures id={id} pair={current} />}
          <Allowed to="experiment.answer">
            <div className="tw-experiment-answers">
              {answers.map((each) => (
                <Button
                  key={each}
                  variant="default"
                  rightSection={<kbd>{keys[each]}</kbd>}
                  onClick={() => answer(each)}
                >
                  {t(`experiment.answer.${each}`)}
                </Button>
              ))}
            </div>
          </Allowed>
        </>
      )}
    </section>
  );
}

function Question({ pair }: { readonly pair: ExperimentPair }) {
  const { t } = useTranslation();
  const { date, time, number } = useFormats();
  const cameras = useCameras().data ?? [];
  const camera = cameras.find(({ id }) => id === pair.place);
  const words = (seen: ArmCrossing | null) =>
    seen === null
      ? t('experiment.saidNothing')
      : t('experiment.said', {
          label: t(`label.${seen.label}`),
          direction: t(`common.${seen.direction}`),
        });
  const when =
    camera === undefined
      ? t('experiment.clipTime', { value: number(pair.at / 1000, 1) })
      : `${date(pair.at)} ${time(pair.at)}`;
  return (
    <dl className="tw-facts">
      <dt>{t('experiment.where')}</dt>
      <dd>
        {camera?.name ?? pair.place} · {pair.lineId} · {when}
      </dd>
      <dt>{t('experiment.a')}</dt>
      <dd>{words(pair.a)}</dd>
      <dt>{t('experiment.b')}</dt>
      <dd>{words(pair.b)}</dd>
    </dl>
  );
}

function Pictures({ id, pair }: { readonly id: string; readonly pair: ExperimentPair }) {
  const { t } = useTranslation();
  const { data, error } = usePairPictures(id, pair.id);
  if (error !== null) return <ErrorText error={error} />;
  if (data === undefined) return <p className="tw-hint">{t('common.loading')}</p>;
  if (data.length === 0) return <p className="tw-hint">{t('experiment.noPictures')}</p>;
  return (
    <div className="tw-experiment-strip">
      {data.map(({ at, jpeg }) => (
        <figure key={at}>
          <img src={`data:image/jpeg;base64,${jpeg}`} alt={t('review.picture')} />
          <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
            {at === pair.at && pair.a && <BoxShape arm="a" seen={pair.a} />}
            {at === pair.at && pair.b && <BoxShape arm="b" seen={pair.b} />}
          </svg>
        </figure>
      ))}
    </div>
  );
}

function BoxShape({ arm, seen }: { readonly arm: 'a' | 'b'; readonly seen: ArmCrossing }) {
  const { x, y, width, height } = seen.box;
  return <rect data-arm={arm} x={x} y={y} width={width} height={height} />;
}
