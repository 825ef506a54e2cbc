/**
 * The audit log, newest first, with the check of its chain and what was before and after.
 */
import { useState } from 'react';
import { Button, Table, TextInput } from '@mantine/core';
import { IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditRow, AuditVerdict } from '#contract/audit.ts';
import type { StationError } from '#contract/error.ts';
import { ErrorState, ErrorText, LoadingState, useFormats, useStation } from '../kit.ts';

const pageRows = 50;

export function AuditPanel() {
  const { t } = useTranslation();
  const { link } = useStation();
  const [user, setUser] = useState('');
  const asked = user.trim();
  const log = useInfiniteQuery<AuditRow[], StationError, AuditRow[], string[], number | null>({
    queryKey: ['audit.list', asked],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      link.call(
        'audit.list',
        {
          limit: pageRows,
          ...(pageParam === null ? {} : { before: pageParam }),
          ...(asked === '' ? {} : { user: asked }),
        },
        { signal },
      ),
    getNextPageParam: (page) => (page.length < pageRows ? null : (page.at(-1)?.number ?? null)),
    select: ({ pages }) => pages.flat(),
    refetchOnMount: 'always',
  });
  const rows = log.data;
  return (
    <div className="tw-models">
      <div className="tw-form-row">
        <TextInput
          aria-label={t('access.filterUser')}
          placeholder={t('access.filterUser')}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
        <Verify />
        {rows !== undefined && (
          <Button
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => saveRows(rows)}
          >
            {t('access.export')}
          </Button>
        )}
      </div>
      {rows === undefined &&
        (log.error === null ? (
          <LoadingState />
        ) : (
          <ErrorState
            title={t('access.loadFailed')}
            error={log.error}
            onRetry={() => void log.refetch()}
          />
        ))}
      {rows !== undefined && <AuditTable rows={rows} />}
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

function Verify() {
  const { t } = useTranslation();
  const { link } = useStation();
  const check = useQuery<AuditVerdict, StationError>({
    queryKey: ['audit.verify'],
    queryFn: ({ signal }) => link.call('audit.verify', {}, { signal }),
    refetchOnMount: 'always',
  });
  const { data } = check;
  return (
    <>
      <Button variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
        {t('access.verify')}
      </Button>
      {check.error !== null && <ErrorText error={check.error} />}
      {data !== undefined && (
        <span className="tw-verdict" data-tone={data.isIntact ? 'good' : 'bad'} role="status">
          {data.isIntact ? <IconShieldCheck size={18} /> : <IconShieldX size={18} />}
          {data.isIntact
            ? t('access.intact', { count: data.rows })
            : t('access.broken', { number: data.brokenAt, reason: data.reason })}
        </span>
      )}
    </>
  );
}

function AuditTable({ rows }: { readonly rows: readonly AuditRow[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th data-number>{t('access.number')}</Table.Th>
            <Table.Th>{t('access.at')}</Table.Th>
            <Table.Th>{t('access.who')}</Table.Th>
            <Table.Th>{t('access.what')}</Table.Th>
            <Table.Th>{t('access.outcome')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <AuditEntry key={row.number} row={row} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function AuditEntry({ row }: { readonly row: AuditRow }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const tones = { done: 'quiet', refused: 'warning', failed: 'bad' } as const;
  return (
    <Table.Tr>
      <Table.Td data-number>{row.number}</Table.Td>
      <Table.Td>{`${date(row.at)} ${time(row.at)}`}</Table.Td>
      <Table.Td>
        <strong>{row.user}</strong>{' '}
        <span className="tw-dim">
          {`${t(`access.door.${row.door}`)}${row.address === null ? '' : ` · ${row.address}`}`}
        </span>
      </Table.Td>
      <Table.Td>
        <details className="tw-audit">
          <summary className="tw-mono">{row.procedure}</summary>
          <dl className="tw-facts">
            <dt>{t('access.input')}</dt>
            <dd className="tw-mono">{row.input}</dd>
            {row.before !== null && (
              <>
                <dt>{t('access.before')}</dt>
                <dd className="tw-mono">{row.before}</dd>
              </>
            )}
            {row.after !== null && (
              <>
                <dt>{t('access.after')}</dt>
                <dd className="tw-mono">{row.after}</dd>
              </>
            )}
            <dt>{t('access.digest')}</dt>
            <dd className="tw-mono">{row.digest}</dd>
          </dl>
        </details>
      </Table.Td>
      <Table.Td>
        <span className="tw-chip" data-tone={tones[row.outcome]}>
          <i aria-hidden />
          {t(`access.outcomes.${row.outcome}`)}
        </span>{' '}
        {row.code !== null && <code className="tw-dim">{row.code}</code>}
      </Table.Td>
    </Table.Tr>
  );
}

/** Saves the rows that are shown as a file, one JSON object a line. */
function saveRows(rows: readonly AuditRow[]): void {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = 'audit.jsonl';
  anchor.click();
  URL.revokeObjectURL(address);
}
