/**
 * What was sent and what waits, newest first.
 */
import { useState } from 'react';
import { Button, Select, Table } from '@mantine/core';
import { IconMailOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { StationError } from '#contract/error.ts';
import { type Channel, Notification } from '#contract/notification.ts';
import { EmptyState, NotLoaded, useFormats, useStation } from '../kit.ts';
import { Chip } from './channel-table.tsx';

const pageRows = 50;
const refreshMs = 5000;
const tones = { waiting: 'warning', delivered: 'good', failed: 'bad' } as const;

export function HistoryPanel({ channels }: { readonly channels: readonly Channel[] }) {
  const { t } = useTranslation();
  const { link } = useStation();
  const [channelId, setChannelId] = useState<string | null>(null);
  const [state, setState] = useState<Notification['state'] | null>(null);
  const log = useInfiniteQuery<
    Notification[],
    StationError,
    Notification[],
    (string | null)[],
    number | null
  >({
    queryKey: ['notification.list', channelId, state],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      link.call(
        'notification.list',
        {
          limit: pageRows,
          ...(pageParam === null ? {} : { before: pageParam }),
          ...(channelId === null ? {} : { channelId }),
          ...(state === null ? {} : { state }),
        },
        { signal },
      ),
    getNextPageParam: (page) => (page.length < pageRows ? null : (page.at(-1)?.id ?? null)),
    select: ({ pages }) => pages.flat(),
    refetchInterval: refreshMs,
    refetchOnMount: 'always',
  });
  const rows = log.data;
  const nameOf = (id: string) => channels.find((channel) => channel.id === id)?.name ?? id;
  return (
    <div className="tw-models">
      <div className="tw-form-row">
        <Select
          aria-label={t('notifications.channel')}
          placeholder={t('notifications.allChannels')}
          clearable
          data={channels.map(({ id, name }) => ({ value: id, label: name }))}
          value={channelId}
          onChange={setChannelId}
        />
        <Select
          aria-label={t('notifications.state')}
          placeholder={t('notifications.allStates')}
          clearable
          data={Notification.shape.state.options.map((value) => ({
            value,
            label: t(`notifications.row.${value}`),
          }))}
          value={state}
          onChange={(value) => {
            const chosen = Notification.shape.state.safeParse(value);
            setState(chosen.success ? chosen.data : null);
          }}
        />
      </div>
      {rows === undefined && <NotLoaded query={log} title={t('notifications.loadFailed')} />}
      {rows?.length === 0 && (
        <EmptyState
          icon={<IconMailOff size={36} stroke={1.3} />}
          title={t('notifications.noneSent')}
          hint={t('notifications.noneSentHint')}
        />
      )}
      {rows !== undefined && rows.length > 0 && (
        <Table.ScrollContainer minWidth={860}>
          <Table className="tw-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('access.at')}</Table.Th>
                <Table.Th>{t('notifications.channel')}</Table.Th>
                <Table.Th>{t('notifications.what')}</Table.Th>
                <Table.Th>{t('notifications.state')}</Table.Th>
                <Table.Th data-number>{t('notifications.attempts')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <HistoryRow key={row.id} row={row} channel={nameOf(row.channelId)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {log.hasNextPage && (
        <Button
          variant="default"
          loading={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {t('access.older')}
        </Button>
      )}
    </div>
  );
}

function HistoryRow({ row, channel }: { readonly row: Notification; readonly channel: string }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const { createdAt, phase, severity, detail, metric, state, nextTryAt, error } = row;
  return (
    <Table.Tr>
      <Table.Td>{`${date(createdAt)} ${time(createdAt)}`}</Table.Td>
      <Table.Td>{channel}</Table.Td>
      <Table.Td>
        <strong>{t(`notifications.phase.${phase}`)}</strong>{' '}
        <span className="tw-dim">
          {t(`notifications.severity.${severity}`)} · {metric}
        </span>
        <div>{detail}</div>
      </Table.Td>
      <Table.Td>
        <Chip tone={tones[state]} text={t(`notifications.row.${state}`)} />
        {error !== null && (
          <div className="tw-row-error">
            {error.message} <code>{error.code}</code>
          </div>
        )}
        {nextTryAt !== null && (
          <div className="tw-dim">{t('notifications.nextTry', { at: time(nextTryAt) })}</div>
        )}
      </Table.Td>
      <Table.Td data-number>{row.attempts}</Table.Td>
    </Table.Tr>
  );
}
