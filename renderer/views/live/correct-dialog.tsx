/**
 * Sets by hand how many are on the site: asks for the number and the reason, and shows the log of what was corrected before.
 */
import { useState } from 'react';
import { NumberInput, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import type { CorrectionReason, SiteOccupancy } from '#contract/site-occupancy.ts';
import { FormDialog, useCommand, useCorrections, useFormats } from '../kit.ts';

interface CorrectDialogProps {
  readonly reading: SiteOccupancy;
  readonly onClose: () => void;
}

const minReason = 3;

export function CorrectDialog({ reading, onClose }: CorrectDialogProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  // As it was when the dialog opened: a number that moves cannot be corrected.
  const [count, setCount] = useState<number | string>(reading.count);
  const [note, setNote] = useState('');
  const [wasSubmitted, setSubmitted] = useState(false);
  const correcting = useCommand('site.occupancy.correct');
  const isReasonMissing = note.trim().length < minReason;
  const isCountMissing = typeof count !== 'number';

  const save = () => {
    setSubmitted(true);
    if (isReasonMissing || isCountMissing) return;
    correcting.mutate(
      { count, note: note.trim() },
      {
        onSuccess(corrected) {
          const people = number(corrected.count);
          notifications.show({ message: t('zone.wasCorrected', { people }) });
          onClose();
        },
      },
    );
  };

  return (
    <FormDialog
      title={t('zone.correctTitle')}
      command={correcting}
      submit={t('zone.correct')}
      below={<CorrectionLog />}
      onSubmit={save}
      onClose={onClose}
    >
      <p className="tw-hint">{t('zone.correctHint')}</p>
      <NumberInput
        label={t('zone.people')}
        description={t('zone.countedNow', { people: number(reading.count) })}
        data-autofocus
        min={0}
        max={1_000_000}
        allowDecimal={false}
        allowNegative={false}
        value={count}
        error={wasSubmitted && isCountMissing && t('zone.needsCount')}
        onChange={setCount}
      />
      <Textarea
        label={t('zone.reason')}
        description={t('zone.reasonHint')}
        maxLength={500}
        autosize
        minRows={2}
        value={note}
        error={wasSubmitted && isReasonMissing && t('zone.needsReason')}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function CorrectionLog() {
  const { t } = useTranslation();
  const { number, date, minute } = useFormats();
  const rows = useCorrections().data ?? [];
  const why: Record<CorrectionReason, string> = {
    'more-out-than-in': t('zone.moreOut'),
    'seen-inside': t('zone.seenInside'),
    'known-empty': t('zone.knownEmpty'),
    'set-by-hand': t('zone.byHand'),
  };
  if (rows.length === 0) return null;
  return (
    <section className="tw-corrections" aria-label={t('zone.log')}>
      <h3>{t('zone.log')}</h3>
      <ol tabIndex={0}>
        {rows.map((row) => (
          <li key={row.id}>
            <b>
              {number(row.before)} → {number(row.after)}
            </b>
            <span>
              {why[row.reason]}
              {row.note !== '' && `: ${row.note}`}
              {row.reason === 'set-by-hand' && ` (${row.by})`}
            </span>
            <time dateTime={new Date(row.at).toISOString()}>
              {date(row.at)} {minute(row.at)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
