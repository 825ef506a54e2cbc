/**
 * Makes the first admin; from then on everybody has to sign in.
 */
import { useState } from 'react';
import { Button, TextInput } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorText, useCommand } from '../kit.ts';
import { isNewPassword, NewPasswordField } from './new-password-field.tsx';

export function FirstAdminForm() {
  const { t } = useTranslation();
  const adding = useCommand('user.addFirst');
  const [id, setId] = useState('');
  const [password, setPassword] = useState('');
  const isReady = id.trim() !== '' && isNewPassword(password);
  return (
    <form
      className="tw-card tw-form tw-narrow"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) adding.mutate({ id, password }, { onSuccess: () => window.location.reload() });
      }}
    >
      <h2>{t('access.firstTitle')}</h2>
      <p className="tw-dim">{t('access.firstHint')}</p>
      <TextInput
        label={t('access.user')}
        description={t('access.userHint')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
      />
      <NewPasswordField value={password} onChange={setPassword} />
      {adding.error !== null && <ErrorText error={adding.error} />}
      <Button
        type="submit"
        leftSection={<IconShieldLock size={16} />}
        loading={adding.isPending || adding.isSuccess}
        disabled={!isReady}
      >
        {t('access.firstMake')}
      </Button>
    </form>
  );
}
