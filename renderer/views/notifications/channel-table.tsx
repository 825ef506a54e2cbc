/**
 * The channels: where each goes, how it fares, and what can be done with it.
 */
import { ActionIcon, Button, Switch, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPencil, IconSend, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Channel, ChannelSettings } from '#contract/notification.ts';
import { Allowed, confirm, ErrorText, useCommand, useFormats } from '../kit.ts';

interface ChannelTableProps {
  readonly channels: readonly Channel[];
  readonly onEdit: (channel: Channel) => void;
}

export function ChannelTable({ channels, onEdit }: ChannelTableProps) {
  const { t } = useTranslation();
  const saving = useCommand('channel.save');
  const removing = useCommand('channel.remove');
  const error = saving.error ?? removing.error;

  const remove = async ({ id, name, waiting }: Channel) => {
    const isAgreed = await confirm({
      title: t('notifications.removeTitle', { name }),
      text: t('notifications.removeText', { count: waiting }),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isAgreed) removing.mutate({ id });
  };
  const enable = ({ id, name, settings, language, minSeverity }: Channel, isEnabled: boolean) =>
    saving.mutate({ id, name, settings, language, minSeverity, isEnabled });

  return (
    <div className="tw-models">
      {error !== null && <ErrorText error={error} />}
      <Table.ScrollContainer minWidth={860}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('notifications.channel')}</Table.Th>
              <Table.Th>{t('notifications.target')}</Table.Th>
              <Table.Th>{t('notifications.minSeverity')}</Table.Th>
              <Table.Th>{t('notifications.state')}</Table.Th>
              <Table.Th data-number>{t('notifications.waiting')}</Table.Th>
              <Table.Th data-number>{t('cameras.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {channels.map((channel) => (
              <Table.Tr key={channel.id}>
                <Table.Td className="tw-channel-name">
                  <strong>{channel.name}</strong>
                  <div className="tw-dim">
                    {t(`notifications.kind.${channel.settings.kind}`)} ·{' '}
                    {t(`notifications.language.${channel.language}`)}
                  </div>
                </Table.Td>
                <Table.Td className="tw-channel-target">{targetOf(channel.settings)}</Table.Td>
                <Table.Td>{t(`notifications.severity.${channel.minSeverity}`)}</Table.Td>
                <Table.Td>
                  <ChannelStateText channel={channel} />
                </Table.Td>
                <Table.Td data-number>
                  {channel.waiting}
                  {channel.dropped > 0 && (
                    <div className="tw-row-error">
                      {t('notifications.dropped', { count: channel.dropped })}
                    </div>
                  )}
                </Table.Td>
                <Table.Td data-number>
                  <Allowed to="channel.save">
                    <span className="tw-actions">
                      <Switch
                        size="xs"
                        aria-label={t('notifications.enabledOf', { name: channel.name })}
                        checked={channel.isEnabled}
                        onChange={(event) => enable(channel, event.currentTarget.checked)}
                      />
                      <TestButton channel={channel} />
                      <ActionIcon
                        aria-label={t('notifications.editOf', { name: channel.name })}
                        onClick={() => onEdit(channel)}
                      >
                        <IconPencil size={16} />
                      </ActionIcon>
                      <ActionIcon
                        aria-label={t('notifications.removeOf', { name: channel.name })}
                        onClick={() => void remove(channel)}
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    </span>
                  </Allowed>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function ChannelStateText({ channel: { state, isEnabled } }: { readonly channel: Channel }) {
  const { t } = useTranslation();
  const { date, minute, time } = useFormats();
  if (!isEnabled) return <Chip tone="quiet" kind="disabled" text={t('notifications.off')} />;
  switch (state.state) {
    case 'unused':
      return <Chip tone="quiet" text={t('notifications.unused')} />;
    case 'working':
      return (
        <>
          <Chip tone="good" text={t('notifications.working')} />
          <div className="tw-dim">
            {t('notifications.lastAt', {
              at: `${date(state.deliveredAt)} ${minute(state.deliveredAt)}`,
            })}
          </div>
        </>
      );
    case 'failing':
      return (
        <>
          <Chip tone="bad" text={t('notifications.failing')} />{' '}
          <span className="tw-dim">
            {t('notifications.failingSince', {
              at: `${date(state.since)} ${minute(state.since)}`,
              count: state.failures,
            })}
          </span>
          <div className="tw-row-error">
            {state.error.message} <code>{state.error.code}</code>
          </div>
          {state.nextTryAt !== null && (
            <div className="tw-dim">
              {t('notifications.nextTry', { at: time(state.nextTryAt) })}
            </div>
          )}
        </>
      );
  }
}

interface ChipProps {
  readonly tone: 'good' | 'bad' | 'warning' | 'quiet';
  readonly text: string;
  readonly kind?: string;
}

export function Chip({ tone, text, kind }: ChipProps) {
  return (
    <span className="tw-chip" data-tone={tone} data-kind={kind}>
      <i aria-hidden />
      {text}
    </span>
  );
}

function TestButton({ channel: { id, name } }: { readonly channel: Channel }) {
  const { t } = useTranslation();
  const testing = useCommand('channel.test');
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconSend size={14} />}
        loading={testing.isPending}
        aria-label={t('notifications.testOf', { name })}
        onClick={() => {
          testing.mutate(
            { id },
            {
              onSuccess: ({ tookMs }) => {
                notifications.show({
                  message: t('notifications.tested', { name, ms: tookMs }),
                  color: 'green',
                });
              },
              onError: (error) => {
                notifications.show({
                  title: t('notifications.testFailed', { name }),
                  message: <ErrorText error={error} />,
                  color: 'red',
                  autoClose: false,
                });
              },
            },
          );
        }}
      >
        {t('notifications.test')}
      </Button>
    </>
  );
}

/** Where a channel goes, without anything secret. */
function targetOf(settings: ChannelSettings): string {
  switch (settings.kind) {
    case 'smtp':
      return `${settings.to.join(', ')} (${settings.host}:${settings.port})`;
    case 'slack':
      return 'Slack';
    case 'pagerduty':
      return settings.apiUrl;
    case 'webhook':
      return settings.url;
    case 'mqtt':
      return `${settings.url} ${settings.topic}`;
  }
}
