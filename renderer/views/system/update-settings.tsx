/**
 * What the station does about updates by itself, from which channel, and when.
 */
import { useState } from 'react';
import { Button, Select, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { UpdateMode, UpdateSettings } from '#contract/update.ts';
import { ErrorText, useCommand } from '../kit.ts';

export function UpdateSettingsCard({ settings }: { readonly settings: UpdateSettings }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(settings);
  const saving = useCommand('update.set');
  const isRight = UpdateSettings.safeParse(draft).success;
  const isSame = JSON.stringify(draft) === JSON.stringify(settings);
  const options = UpdateMode.options.map((mode) => ({
    value: mode,
    label: t(`system.mode.${mode}`),
  }));
  return (
    <article className="tw-card">
      <header>
        <h2>{t('system.settings')}</h2>
      </header>
      <form
        className="tw-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate(draft, {
            onSuccess: () => notifications.show({ message: t('system.saved') }),
          });
        }}
      >
        <div className="tw-update-fields">
          <Select
            label={t('system.modeLabel')}
            data={options}
            value={draft.mode}
            allowDeselect={false}
            onChange={(mode) => setDraft({ ...draft, mode: UpdateMode.parse(mode) })}
          />
          <Select
            label={t('system.channel')}
            data={(['latest', 'beta'] as const).map((channel) => ({
              value: channel,
              label: t(`system.channels.${channel}`),
            }))}
            value={draft.channel}
            allowDeselect={false}
            onChange={(channel) =>
              setDraft({ ...draft, channel: channel === 'beta' ? 'beta' : 'latest' })
            }
          />
          <TextInput
            type="time"
            label={t('system.from')}
            value={draft.from}
            disabled={draft.mode !== 'install'}
            onChange={({ currentTarget }) => setDraft({ ...draft, from: currentTarget.value })}
          />
          <TextInput
            type="time"
            label={t('system.to')}
            value={draft.to}
            disabled={draft.mode !== 'install'}
            onChange={({ currentTarget }) => setDraft({ ...draft, to: currentTarget.value })}
          />
        </div>
        <p className="tw-dim">{t('system.modeHint')}</p>
        {saving.error !== null && <ErrorText error={saving.error} />}
        <div className="tw-form-foot">
          <span className="tw-fill" />
          <Button type="submit" disabled={!isRight || isSame} loading={saving.isPending}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </article>
  );
}
