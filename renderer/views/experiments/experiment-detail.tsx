/**
 * One experiment: what both arms are, the verdict with its evidence, the figures, the open questions, the decision.
 */
import { Button, Table } from '@mantine/core';
import { IconArchive, IconFileTypePdf, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Experiment } from '#contract/experiment.ts';
import type { Interval } from '#contract/experiment-verdict.ts';
import type { OutputOf } from '#contract/procedures.ts';
import {
  Allowed,
  ErrorText,
  NotLoaded,
  useCameras,
  useCommand,
  useExperiment,
  useExperimentFile,
  useFormats,
  useMay,
} from '../kit.ts';
import { ArmCharts } from './arm-charts.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { armText, outcomeTones, stateTones } from './experiment-words.ts';
import { SightPanel } from './sight-panel.tsx';
import { useVerdictText } from './verdict-text.ts';
import { VerdictInbox } from './verdict-inbox.tsx';

type Known = OutputOf<'experiment.get'>;

export function ExperimentDetail({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const query = useExperiment(id);
  const maySee = useMay()('experiment.sight');
  if (query.data === undefined) {
    return <NotLoaded query={query} title={t('experiment.loadFailed')} />;
  }
  const { experiment } = query.data;
  const { kind, mode, state, clips } = experiment;
  const isLooked = kind === 'live' ? mode !== 'split' && state === 'running' : clips.length > 0;
  const isOpen = state !== 'decided' && state !== 'archived';
  return (
    <>
      <Head known={query.data} />
      {isOpen && mode !== 'split' && <VerdictInbox key={id} id={id} />}
      {isLooked && maySee && <SightPanel experiment={experiment} />}
      <Figures known={query.data} />
      <ArmCharts known={query.data} />
      <DecisionPanel known={query.data} />
    </>
  );
}

function Head({ known }: { readonly known: Known }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const verdictText = useVerdictText();
  const { experiment, verdict, hours, frames } = known;
  const looked = Math.max(frames.a, frames.b);
  const cameras = useCameras().data ?? [];
  const drops = known.minutes.reduce((sum, minute) => sum + minute.drops, 0);
  const placesText = (places: readonly string[]) =>
    places.length === 0
      ? t('common.none')
      : places.map((place) => cameras.find(({ id }) => id === place)?.name ?? place).join(', ');
  return (
    <section className="tw-card" aria-label={experiment.name}>
      <header>
        <h2>{experiment.name}</h2>
        <span className="tw-chip" data-tone={stateTones[experiment.state]}>
          <i aria-hidden />
          {t(`experiment.state.${experiment.state}`)}
        </span>
        <span className="tw-fill" />
        <PdfButton id={experiment.id} />
        <Steps experiment={experiment} />
      </header>
      <div className="tw-verdict" data-tone={outcomeTones[verdict.outcome]} role="status">
        <strong>{t(`experiment.outcome.${verdict.outcome}`)}</strong>
        <span>{t(`experiment.reason.${verdict.reason}`)}</span>
        <p>{verdictText(verdict.outcome, verdict.parts)}</p>
      </div>
      {experiment.hindrance !== null && (
        <p className="tw-experiment-wait" role="status">
          {t('experiment.waits')} {experiment.hindrance}
        </p>
      )}
      <dl className="tw-facts">
        <dt>{t('experiment.a')}</dt>
        <dd>{armText(t, experiment.a)}</dd>
        <dt>{t('experiment.b')}</dt>
        <dd>{armText(t, experiment.b)}</dd>
        {experiment.kind === 'live' && (
          <>
            <dt>{t('experiment.how')}</dt>
            <dd>{t(`experiment.mode.${experiment.mode}`)}</dd>
          </>
        )}
        <dt>{t('experiment.where')}</dt>
        <dd>{placesText(experiment.places)}</dd>
        <dt>{t('experiment.seen')}</dt>
        <dd>
          {looked === 0
            ? t('experiment.seenNothing')
            : t(experiment.kind === 'live' ? 'experiment.seenLive' : 'experiment.seenClips', {
                frames: number(looked),
                hours: number(hours, 2),
              })}
        </dd>
        {drops > 0 && (
          <>
            <dt>{t('experiment.missed')}</dt>
            <dd>{t('experiment.drops', { value: number(drops) })}</dd>
          </>
        )}
        {experiment.mode === 'split' ? (
          <>
            <dt>{t('experiment.away')}</dt>
            <dd>{placesText(experiment.away)}</dd>
          </>
        ) : (
          <>
            <dt>{t('experiment.events')}</dt>
            <dd>{t('experiment.counts', { ...countsOf(known), open: verdict.unjudged })}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function countsOf({ verdict: { counts } }: Known) {
  const { both, different } = counts;
  return { both, different, onlyA: counts['only-a'], onlyB: counts['only-b'] };
}

function PdfButton({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation();
  const saving = useExperimentFile();
  return (
    <>
      {saving.error !== null && <ErrorText error={saving.error} />}
      <Button
        variant="default"
        loading={saving.isPending}
        leftSection={<IconFileTypePdf size={15} aria-hidden />}
        onClick={() => saving.mutate({ id, language: i18n.language })}
      >
        {t('experiment.pdf')}
      </Button>
    </>
  );
}

/** What a person may do with it now. */
function Steps({ experiment }: { readonly experiment: Experiment }) {
  const { t } = useTranslation();
  const changing = useCommand('experiment.setState');
  const { id, state, kind } = experiment;
  const to = (next: 'running' | 'paused' | 'archived') => changing.mutate({ id, state: next });
  return (
    <Allowed to="experiment.setState">
      {changing.error !== null && <ErrorText error={changing.error} />}
      {kind === 'live' && (state === 'draft' || state === 'paused') && (
        <Button
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={() => to('running')}
        >
          {t(state === 'draft' ? 'experiment.start' : 'experiment.goOn')}
        </Button>
      )}
      {state === 'running' && (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={15} aria-hidden />}
          onClick={() => to('paused')}
        >
          {t('experiment.pause')}
        </Button>
      )}
      {(state === 'draft' || state === 'paused' || state === 'decided') && (
        <Button
          variant="default"
          leftSection={<IconArchive size={15} aria-hidden />}
          onClick={() => to('archived')}
        >
          {t('experiment.archive')}
        </Button>
      )}
    </Allowed>
  );
}

function Figures({ known }: { readonly known: Known }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { verdict, figures, rates } = known;
  const plain = (value: number | null) => (value === null ? t('common.none') : number(value, 2));
  const interval = (value: Interval | null | undefined) =>
    value
      ? t('experiment.interval', {
          value: number(value.value, 2),
          low: number(value.low, 2),
          high: number(value.high, 2),
        })
      : t('common.none');
  const { quality } = verdict;
  return (
    <section className="tw-card" aria-label={t('experiment.figures')}>
      <header>
        <h2>{t('experiment.figures')}</h2>
      </header>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('experiment.figure')}</Table.Th>
            <Table.Th data-number>{t('experiment.a')}</Table.Th>
            <Table.Th data-number>{t('experiment.b')}</Table.Th>
            <Table.Th data-number>{t('experiment.p')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(['precision', 'recall', 'f1'] as const).map((name) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`experiment.name.${name}`)}</Table.Td>
              <Table.Td data-number>{interval(quality?.a[name])}</Table.Td>
              <Table.Td data-number>{interval(quality?.b[name])}</Table.Td>
              <Table.Td data-number>{t('common.none')}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td>{t('experiment.name.rate')}</Table.Td>
            <Table.Td data-number>{interval(rates.a)}</Table.Td>
            <Table.Td data-number>{interval(rates.b)}</Table.Td>
            <Table.Td data-number>{t('common.none')}</Table.Td>
          </Table.Tr>
          {figures.map(({ name, a, b, p }) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`experiment.name.${name}`)}</Table.Td>
              <Table.Td data-number>{plain(a)}</Table.Td>
              <Table.Td data-number>{plain(b)}</Table.Td>
              <Table.Td data-number>
                {p !== null && p < 0.001 ? t('experiment.tiny') : plain(p)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <p className="tw-hint">{t('experiment.figuresHint')}</p>
    </section>
  );
}
