/**
 * What this station keeps of people: what, where, how long, who may see it; what of the pictures; how passwords are kept.
 */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { goTo, NotLoaded, Page, useMay, useRetention, useRoute } from '../kit.ts';
import { ArchiveCard } from './archive-card.tsx';
import { CameraPrivacy } from './camera-privacy.tsx';
import { KeptTable } from './kept-table.tsx';
import { SecretsPanel } from './secrets-panel.tsx';

const panels = ['kept', 'cameras', 'secrets'] as const;

export function PrivacyView() {
  const { t } = useTranslation();
  const route = useRoute();
  const may = useMay();
  const retention = useRetention();
  const shown = panels.filter((panel) => panel !== 'secrets' || may('secrets.check'));
  const active = shown.find((panel) => panel === route.id) ?? 'kept';
  return (
    <Page title={t('privacy.title')} summary={t('privacy.summary')}>
      <Tabs value={active} onChange={(id) => goTo({ task: 'privacy', id })} keepMounted={false}>
        <Tabs.List>
          {shown.map((panel) => (
            <Tabs.Tab key={panel} value={panel}>
              {t(`privacy.panel.${panel}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="kept">
          {retention.data !== undefined && <KeptTable {...retention.data} />}
          {may('archive.get') && <ArchiveCard />}
          {retention.data === undefined && (
            <NotLoaded query={retention} title={t('privacy.loadFailed')} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="cameras">
          <CameraPrivacy />
        </Tabs.Panel>
        <Tabs.Panel value="secrets">
          <SecretsPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
