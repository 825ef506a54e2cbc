/**
 * Takes an alert: from then on everybody sees who has it, and what they wrote.
 */
import { useState } from 'react';
import { Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Alert } from '#contract/alert.ts';
import { FormDialog, useCommand } from '../kit.ts';

interface AcknowledgeDialogProps {
  readonly alert: Alert;
  readonly onClose: () => void;
}

export function AcknowledgeDialog({ alert, onClose }: AcknowledgeDialogProps) {
  const { t } = useTranslation();
  const taking = useCommand('alert.acknowledge');
  const [note, setNote] = useState('');
  return (
    <FormDialog
      title={t('alert.takeTitle', { name: t(`alert.metric.${alert.metric}`) })}
      command={taking}
      submit={t('alert.take')}
      onSubmit={() => taking.mutate({ id: alert.id, note: note.trim() }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('alert.takeText')}</p>
      <Textarea
        label={t('alert.note')}
        description={t('alert.noteHint')}
        maxLength={500}
        autosize
        minRows={2}
        data-autofocus
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
