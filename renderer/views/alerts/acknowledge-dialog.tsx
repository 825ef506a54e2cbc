/**
 * Takes an alert: from then on everybody sees who has it, and what they wrote.
 */
import { useState } from 'react';
import { Button, Modal, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Alert } from '#contract/alert.ts';
import { ErrorText, useCommand } from '../kit.ts';

interface AcknowledgeDialogProps {
  readonly alert: Alert;
  readonly onClose: () => void;
}

export function AcknowledgeDialog({ alert, onClose }: AcknowledgeDialogProps) {
  const { t } = useTranslation();
  const taking = useCommand('alert.acknowledge');
  const [note, setNote] = useState('');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('alert.takeTitle', { name: t(`alert.metric.${alert.metric}`) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        className="tw-form"
        onSubmit={(event) => {
          event.preventDefault();
          taking.mutate({ id: alert.id, note: note.trim() }, { onSuccess: onClose });
        }}
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
        {taking.error !== null && <ErrorText error={taking.error} />}
        <div className="tw-form-foot">
          <span className="tw-fill" />
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={taking.isPending}>
            {t('alert.take')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
