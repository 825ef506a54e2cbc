/**
 * How alerts reach people: the channels with their state, and what was sent through them.
 */
import { Button, Tabs } from '@mantine/core';
import { IconBellOff, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import {
  Allowed,
  EmptyState,
  goTo,
  NotLoaded,
  Page,
  useChannels,
  useMay,
  useRoute,
} from '../kit.ts';
import { ChannelForm } from './channel-form.tsx';
import { ChannelTable } from './channel-table.tsx';
import { HistoryPanel } from './history-panel.tsx';

const newId = 'new';
const historyId = 'history';

export function NotificationsView() {
  const { t } = useTranslation();
  const route = useRoute();
  const may = useMay();
  const isAllowed = may('channel.list');
  const channels = useChannels(isAllowed);
  if (!isAllowed) {
    return (
      <Page title={t('notifications.title')}>
        <EmptyState
          icon={<IconBellOff size={36} stroke={1.3} />}
          title={t('notifications.notAllowed')}
          hint={t('notifications.notAllowedHint')}
        />
      </Page>
    );
  }
  const list = channels.data;
  const edited = list?.find(({ id }) => id === route.id) ?? null;
  const open = (id: string | null) => goTo({ task: 'notifications', id });
  const failing = list?.filter(({ state }) => state.state === 'failing').length ?? 0;
  return (
    <Page
      title={t('notifications.title')}
      summary={
        list === undefined
          ? undefined
          : t(failing > 0 ? 'notifications.summaryFailing' : 'notifications.summary', {
              count: list.length,
              failing,
            })
      }
      actions={
        <Allowed to="channel.save">
          <Button leftSection={<IconPlus size={15} />} onClick={() => open(newId)}>
            {t('notifications.add')}
          </Button>
        </Allowed>
      }
    >
      <Tabs
        value={route.id === historyId ? historyId : 'channels'}
        onChange={(id) => open(id === historyId ? historyId : null)}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="channels">{t('notifications.channels')}</Tabs.Tab>
          <Tabs.Tab value={historyId}>{t('notifications.history')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="channels">
          {list === undefined && (
            <NotLoaded query={channels} title={t('notifications.loadFailed')} />
          )}
          {list?.length === 0 && (
            <EmptyState
              icon={<IconBellOff size={36} stroke={1.3} />}
              title={t('notifications.empty')}
              hint={t('notifications.emptyHint')}
            >
              <Allowed to="channel.save">
                <Button size="sm" onClick={() => open(newId)}>
                  {t('notifications.add')}
                </Button>
              </Allowed>
            </EmptyState>
          )}
          {list !== undefined && list.length > 0 && (
            <ChannelTable channels={list} onEdit={({ id }) => open(id)} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value={historyId}>
          <HistoryPanel channels={list ?? []} />
        </Tabs.Panel>
      </Tabs>
      {may('channel.save') && (edited !== null || route.id === newId) && (
        <ChannelForm key={route.id} channel={edited} onClose={() => open(null)} />
      )}
    </Page>
  );
}
