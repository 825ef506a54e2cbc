/**
 * Who may use this station: one's own account, users, keys of other programs, and the log of what they did.
 */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { goTo, LoadingState, Page, useMay, useRoute, useSession } from '../kit.ts';
import { AuditPanel } from './audit-panel.tsx';
import { FirstAdminForm } from './first-admin-form.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { OwnAccount } from './own-account.tsx';
import { UsersPanel } from './users-panel.tsx';

const panels = ['own', 'users', 'keys', 'audit'] as const;

export function AccessView() {
  const { t } = useTranslation();
  const route = useRoute();
  const may = useMay();
  const { data: session } = useSession();
  if (session === undefined) {
    return (
      <Page title={t('access.title')}>
        <LoadingState />
      </Page>
    );
  }
  if (session.isOpen) {
    return (
      <Page title={t('access.title')} summary={t('access.openSummary')}>
        <FirstAdminForm />
      </Page>
    );
  }
  const allowed = {
    own: true,
    users: may('user.list'),
    keys: may('key.list'),
    audit: may('audit.list'),
  };
  const shown = panels.filter((panel) => allowed[panel]);
  const active = shown.find((panel) => panel === route.id) ?? 'own';
  return (
    <Page
      title={t('access.title')}
      summary={t('access.summary', {
        name: session.name,
        role: t(`access.role.${session.role === 'nobody' ? 'viewer' : session.role}`),
      })}
    >
      <Tabs value={active} onChange={(id) => goTo({ task: 'access', id })} keepMounted={false}>
        <Tabs.List>
          {shown.map((panel) => (
            <Tabs.Tab key={panel} value={panel}>
              {t(`access.panel.${panel}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="own">
          <OwnAccount session={session} />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <UsersPanel self={session.userId} />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysPanel />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
