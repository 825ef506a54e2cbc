/**
 * Adds a channel or changes one. A secret that is set is shown as set and is kept when its field stays empty.
 */
import { useState } from 'react';
import { Checkbox, PasswordInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { AlertSeverity } from '#contract/alert.ts';
import {
  type Channel,
  ChannelDraft,
  type ChannelKind,
  ChannelSettings,
} from '#contract/notification.ts';
import { FormDialog, useCommand } from '../kit.ts';
import {
  ChannelFields,
  type Fields,
  fieldsOf,
  settingsOf,
  type TextName,
} from './channel-fields.tsx';

interface ChannelFormProps {
  /** null for a new one */
  readonly channel: Channel | null;
  readonly onClose: () => void;
}

const kinds = ChannelSettings.options.map(({ shape }) => shape.kind.value);

export function ChannelForm({ channel, onClose }: ChannelFormProps) {
  const { t } = useTranslation();
  const saving = useCommand('channel.save');
  const [kind, setKind] = useState<ChannelKind>(channel?.settings.kind ?? 'smtp');
  const [name, setName] = useState(channel?.name ?? '');
  const [fields, setFields] = useState<Fields>(fieldsOf(channel?.settings ?? null));
  const [secret, setSecret] = useState('');
  const [isSecretRemoved, setSecretRemoved] = useState(false);
  const [language, setLanguage] = useState<'en' | 'vi'>(channel?.language ?? 'en');
  const [minSeverity, setMinSeverity] = useState<AlertSeverity>(channel?.minSeverity ?? 'info');
  const [wasSubmitted, setSubmitted] = useState(false);

  const isSet = channel?.hasSecret === true && channel.settings.kind === kind;
  const isOptional = kind !== 'slack' && kind !== 'pagerduty';
  const sentSecret = isSecretRemoved ? '' : secret.trim();
  const draft = {
    ...(channel === null ? {} : { id: channel.id }),
    ...{ name, language, minSeverity, isEnabled: channel?.isEnabled ?? true },
    settings: settingsOf(kind, fields),
    // A secret of another kind must not stay behind.
    ...(sentSecret !== '' || isSecretRemoved || (channel !== null && !isSet)
      ? { secret: sentSecret }
      : {}),
  };
  const parsed = ChannelDraft.safeParse(draft);
  const problems = parsed.success ? [] : parsed.error.issues;
  const isSecretMissing = !isOptional && !isSet && sentSecret === '';
  const isWrong = (path: string) =>
    wasSubmitted && problems.some((issue) => issue.path.map(String).join('.').startsWith(path));
  const problemOf = (field: TextName) =>
    isWrong(`settings.${field}`) ? t(`notifications.problem.${field}`) : null;

  return (
    <FormDialog
      title={channel === null ? t('notifications.add') : channel.name}
      size={620}
      command={saving}
      onSubmit={() => {
        setSubmitted(true);
        if (parsed.success && !isSecretMissing) saving.mutate(parsed.data, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <Select
        label={t('notifications.kindLabel')}
        description={t(`notifications.kindHint.${kind}`)}
        data={kinds.map((value) => ({ value, label: t(`notifications.kind.${value}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(value) => {
          const chosen = kinds.find((known) => known === value);
          if (chosen !== undefined) setKind(chosen);
          setSecret('');
        }}
      />
      <TextInput
        data-autofocus
        label={t('notifications.name')}
        description={t('notifications.nameHint')}
        value={name}
        error={isWrong('name') ? t('notifications.problem.name') : null}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ChannelFields
        kind={kind}
        fields={fields}
        problemOf={problemOf}
        onChange={(change) => setFields({ ...fields, ...change })}
      />
      <PasswordInput
        label={t(`notifications.secret.${kind}`)}
        description={t(`notifications.secretHint.${kind}`)}
        placeholder={isSet ? t('notifications.secretSet') : ''}
        autoComplete="new-password"
        value={secret}
        disabled={isSecretRemoved}
        error={wasSubmitted && isSecretMissing ? t('notifications.problem.secret') : null}
        onChange={(event) => setSecret(event.currentTarget.value)}
      />
      {isSet && isOptional && (
        <Checkbox
          label={t('notifications.secretRemove')}
          checked={isSecretRemoved}
          onChange={(event) => setSecretRemoved(event.currentTarget.checked)}
        />
      )}
      <div className="tw-channel-row">
        <Select
          label={t('notifications.minSeverity')}
          description={t('notifications.minSeverityHint')}
          data={AlertSeverity.options.map((value) => ({
            value,
            label: t(`notifications.severity.${value}`),
          }))}
          value={minSeverity}
          allowDeselect={false}
          onChange={(value) => {
            const chosen = AlertSeverity.safeParse(value);
            if (chosen.success) setMinSeverity(chosen.data);
          }}
        />
        <Select
          label={t('notifications.languageLabel')}
          description={t('notifications.languageHint')}
          data={(['en', 'vi'] as const).map((value) => ({
            value,
            label: t(`notifications.language.${value}`),
          }))}
          value={language}
          allowDeselect={false}
          onChange={(value) => setLanguage(value === 'vi' ? 'vi' : 'en')}
        />
      </div>
    </FormDialog>
  );
}
