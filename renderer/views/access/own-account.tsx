/**
 * One's own account: who one is, the password, signing out.
 */
import { useState } from 'react';
import { Button, PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLogout } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SessionState } from '#contract/account.ts';
import { ErrorText, useCommand } from '../kit.ts';
import { isNewPassword, NewPasswordField } from './new-password-field.tsx';

export function OwnAccount({ session }: { readonly session: SessionState }) {
  const { t } = useTranslation();
  const signingOut = useCommand('session.signOut');
  const role = session.fullRole === 'nobody' ? 'viewer' : session.fullRole;
  return (
    <div className="tw-models">
      <article className="tw-card tw-narrow">
        <header>
          <h2>{session.name}</h2>
          <span className="tw-dim">{t(`access.role.${role}`)}</span>
          <span className="tw-fill" />
          <Button
            variant="default"
            leftSection={<IconLogout size={15} />}
            loading={signingOut.isPending || signingOut.isSuccess}
            onClick={() => signingOut.mutate({}, { onSuccess: () => window.location.reload() })}
          >
            {t('access.signOut')}
          </Button>
        </header>
        <p>{t(`access.roleHint.${role}`)}</p>
        {session.cameras !== null && (
          <p>{t('access.onlyCameras', { cameras: session.cameras.join(', ') })}</p>
        )}
      </article>
      <PasswordForm />
    </div>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const changing = useCommand('session.changePassword');
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  return (
    <form
      className="tw-card tw-form tw-narrow"
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate(
          { password, newPassword },
          {
            onSuccess() {
              setPassword('');
              setNewPassword('');
              notifications.show({ message: t('access.passwordChanged') });
            },
          },
        );
      }}
    >
      <h2>{t('access.changePassword')}</h2>
      <PasswordInput
        label={t('access.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('access.showPassword') }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <NewPasswordField value={newPassword} onChange={setNewPassword} />
      {changing.error !== null && <ErrorText error={changing.error} />}
      <div className="tw-form-foot">
        <Button
          type="submit"
          loading={changing.isPending}
          disabled={password === '' || !isNewPassword(newPassword)}
        >
          {t('access.changePassword')}
        </Button>
      </div>
    </form>
  );
}
