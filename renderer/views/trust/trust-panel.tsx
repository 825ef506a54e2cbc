/**
 * For each line the hours of the last days, each with whether its counts can be relied on; a chosen hour says why.
 */
import { useState } from 'react';
import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Line } from '#contract/counting.ts';
import type { InputOf } from '#contract/procedures.ts';
import type { JudgedHour } from '#contract/trust.ts';
import { ErrorText, LoadingState, useFormats } from '../kit.ts';
import { useReview, useTrustHours } from '../review/use-review.ts';
import { TrustHourSheet } from './trust-hour-sheet.tsx';

const hourMs = 3_600_000;
const spans = ['2', '7', '31'] as const;
type Days = (typeof spans)[number];

export function TrustPanels({ lines }: { readonly lines: readonly Line[] }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<Days>('2');
  return (
    <section className="tw-trust-list tw-trust-panels">
      <h2>{t('trust.panel.title')}</h2>
      <p className="tw-hint">{t('trust.panel.hint')}</p>
      <SegmentedControl
        size="xs"
        aria-label={t('trust.panel.span')}
        value={days}
        onChange={(value) => setDays(spans.find((each) => each === value) ?? '2')}
        data={spans.map((value) => ({ value, label: t(`trust.panel.days.${value}`) }))}
      />
      {lines.map((line) => (
        <TrustPanel key={line.id} line={line} days={days} />
      ))}
    </section>
  );
}

function TrustPanel({ line, days }: { readonly line: Line; readonly days: Days }) {
  const { t } = useTranslation();
  // Asked for by the full hour, so that the question stays the same until there is a new hour to tell of.
  const [to] = useState(() => Math.ceil(Date.now() / hourMs) * hourMs);
  const shownHours = Number(days) * 24;
  const from = to - shownHours * hourMs;
  const { data, error } = useTrustHours({ lineId: line.id, from, to });
  const [chosen, choose] = useState<number | null>(null);
  if (error !== null) return <ErrorText error={error} />;
  if (data === undefined) return <LoadingState />;
  const hour = data.hours.find((one) => one.from === chosen);
  const { knownHours, neededHours, missingHours } = data;
  return (
    <article>
      <h3>{line.name}</h3>
      {missingHours > 0 ? (
        <p className="tw-hint">{t('trust.panel.measuring', { hours: missingHours })}</p>
      ) : (
        knownHours <= neededHours && (
          <p className="tw-hint">{t('trust.panel.learning', { knownHours, neededHours })}</p>
        )
      )}
      <div className="tw-trust-strip" data-days={days} role="group" aria-label={line.name}>
        {Array.from({ length: shownHours }, (_, index) => {
          const at = from + index * hourMs;
          const known = data.hours.find((one) => one.from === at) ?? null;
          return (
            <HourCell
              key={at}
              at={at}
              hour={known}
              isChosen={at === chosen}
              onChoose={() => choose(at === chosen ? null : at)}
            />
          );
        })}
      </div>
      {hour !== undefined && <ChosenHour lineId={line.id} from={hour.from} />}
    </article>
  );
}

function ChosenHour(hour: InputOf<'trust.hour'>) {
  const { data, error } = useReview('trust.hour', hour);
  if (error !== null) return <ErrorText error={error} />;
  return data === undefined ? <LoadingState /> : <TrustHourSheet hour={data} />;
}

interface HourCellProps {
  /** Unix ms */
  readonly at: number;
  readonly hour: JudgedHour | null;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** The sign says the verdict without colour. */
const signs = { reliable: '✓', doubtful: '?', unreliable: '✕', unknown: '·' } as const;

function HourCell({ at, hour, isChosen, onChoose }: HourCellProps) {
  const { t } = useTranslation();
  const { date, minute } = useFormats();
  const verdict = hour === null ? t('trust.panel.nothing') : t(`trust.verdict.${hour.verdict}`);
  const name = `${date(at)} ${minute(at)}: ${verdict}`;
  return (
    <button
      type="button"
      data-verdict={hour?.verdict ?? 'nothing'}
      disabled={hour === null}
      aria-pressed={isChosen}
      aria-label={name}
      title={name}
      onClick={onChoose}
    >
      <b>{hour === null ? '' : signs[hour.verdict]}</b>
      <small>{new Date(at).getHours()}</small>
    </button>
  );
}
