/**
 * Gives the library's own controls that are icons alone their names, in the chosen language.
 */
import type { ReactNode } from 'react';
import { MantineThemeProvider } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function NamedControls({ children }: { readonly children: ReactNode }) {
  const closeButtonProps = { 'aria-label': useTranslation().t('common.close') };
  const named = { defaultProps: { closeButtonProps } };
  return (
    <MantineThemeProvider
      theme={{ components: { Drawer: named, Modal: named, Notification: named } }}
    >
      {children}
    </MantineThemeProvider>
  );
}
