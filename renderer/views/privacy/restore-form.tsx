/**
 * Asks for which days (UTC) rows come back from the archive.
 */
import { useState } from 'react';
import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { FormDialog, useCommand } from '../kit.ts';

const dayMs = 86_400_000;

export function RestoreForm({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const restoring = useCommand('archive.restore');
  const [from, to] = [Date.parse(first), Date.parse(last) + dayMs];
  const isRight = from < to;
  return (
    <FormDialog
      title={t('archive.restoreTitle')}
      command={restoring}
      submit={t('archive.restore')}
      isReady={isRight}
      onSubmit={() => {
        if (!isRight) return;
        restoring.mutate(
          { from, to },
          {
            onSuccess({ rows }) {
              notifications.show({ message: t('archive.restored', { count: rows }) });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      <p className="tw-prose">{t('archive.restoreHint')}</p>
      <TextInput
        data-autofocus
        type="date"
        label={t('archive.firstDay')}
        value={first}
        onChange={({ currentTarget }) => setFirst(currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t('archive.lastDay')}
        value={last}
        onChange={({ currentTarget }) => setLast(currentTarget.value)}
      />
    </FormDialog>
  );
}
