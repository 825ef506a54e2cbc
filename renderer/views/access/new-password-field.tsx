/**
 * The field for a new password, which says what is missing while it is typed.
 */
import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NewPassword } from '#contract/account.ts';

interface NewPasswordFieldProps {
  readonly value: string;
  readonly onChange: (password: string) => void;
}

/** Whether the station would take this as a new password. */
export function isNewPassword(text: string): boolean {
  return NewPassword.safeParse(text).success;
}

export function NewPasswordField({ value, onChange }: NewPasswordFieldProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('access.newPassword')}
      description={t('access.newPasswordHint')}
      error={value !== '' && !isNewPassword(value) ? t('access.tooShort') : null}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('access.showPassword') }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
