/**
 * Signing in; and what to do when the station has nobody yet who could.
 */
import { useState } from 'react';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconLogin2, IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorText, useCommand } from '../kit.ts';

export function SignInView({ isOpen }: { readonly isOpen: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <main className="tw-sign-in">
      {isOpen ? (
        <EmptyState
          icon={<IconShieldLock size={40} stroke={1.2} />}
          title={t('access.noAdmin')}
          hint={t('access.noAdminHint')}
        />
      ) : (
        <SignInForm />
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => void i18n.changeLanguage(i18n.language === 'vi' ? 'en' : 'vi')}
      >
        {t('nav.language')}
      </Button>
    </main>
  );
}

function SignInForm() {
  const { t } = useTranslation();
  const signingIn = useCommand('session.signIn');
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const isMissing = user.trim() === '' || password === '';
  return (
    <form
      className="tw-card tw-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isMissing) return;
        // From here on everything is asked anew, as this user.
        signingIn.mutate({ user, password }, { onSuccess: () => window.location.reload() });
      }}
    >
      <h1>{t('access.signInTitle')}</h1>
      <TextInput
        autoFocus
        label={t('access.user')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('access.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('access.showPassword') }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {signingIn.error !== null && <ErrorText error={signingIn.error} />}
      <Button
        type="submit"
        leftSection={<IconLogin2 size={16} />}
        loading={signingIn.isPending || signingIn.isSuccess}
        disabled={isMissing}
      >
        {t('access.signIn')}
      </Button>
      <p className="tw-dim">{t('access.lostPassword')}</p>
    </form>
  );
}
