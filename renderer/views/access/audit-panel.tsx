/**
 * The audit log, newest first, with the check of its chain and what was before and after; as a file, whole.
 */
import { useState } from 'react';
import { Button, Table, TextInput } from '@mantine/core';
import { IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditRow, AuditVerdict } from '#contract/audit.ts';
import type { StationError } from '#contract/error.ts';
import { ErrorText, NotLoaded, saveFile, useFormats, useStation } from '../kit.ts';
import { type AuditFilter, readAll, toCsv, toJsonLines } from './audit-file.ts';

const pageRows = 50;

export function AuditPanel() {
  const { t } = useTranslation();
  const { link } = useStation();
  const [fields, setFields] = useState(noFields);
  const filter = filterOf(fields);
  const log = useInfiniteQuery<AuditRow[], StationError, AuditRow[], unknown[], number | null>({
    queryKey: ['audit.list', filter],
    initialPageParam: null,
    queryFn: ({ pageParam, signal }) =>
      link.call(
        'audit.list',
        {
          limit: pageRows,
          ...filter,
          ...(pageParam === null ? {} : { before: pageParam }),
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
        {(['user', 'procedure', 'requestId', 'from', 'to'] as const).map((field) => (
          <TextInput
            key={field}
            type={field === 'from' || field === 'to' ? 'date' : 'text'}
            aria-label={t(`access.filter.${field}`)}
            title={t(`access.filter.${field}`)}
            placeholder={t(`access.filter.${field}`)}
            value={fields[field]}
            onChange={(event) => setFields({ ...fields, [field]: event.currentTarget.value })}
          />
        ))}
        <Verify />
        <Export filter={filter} />
      </div>
      {rows === undefined && <NotLoaded query={log} title={t('access.loadFailed')} />}
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

interface Fields {
  readonly user: string;
  readonly procedure: string;
  readonly requestId: string;
  /** Days as the browser gives them: 2026-11-27 */
  readonly from: string;
  readonly to: string;
}
const noFields: Fields = { user: '', procedure: '', requestId: '', from: '', to: '' };

/** What is asked for; days are those of this PC, the last one whole. */
function filterOf({ user, procedure, requestId, from, to }: Fields): AuditFilter {
  const startOf = (day: string, daysLater: number): number => {
    const start = new Date(`${day}T00:00`);
    start.setDate(start.getDate() + daysLater);
    return start.getTime();
  };
  return {
    ...(user.trim() === '' ? {} : { user: user.trim() }),
    ...(procedure.trim() === '' ? {} : { procedure: procedure.trim() }),
    ...(requestId.trim() === '' ? {} : { requestId: requestId.trim() }),
    ...(from === '' ? {} : { from: startOf(from, 0) }),
    ...(to === '' ? {} : { to: startOf(to, 1) }),
  };
}

function Export({ filter }: { readonly filter: AuditFilter }) {
  const { t } = useTranslation();
  const { link } = useStation();
  const save = useMutation<number, StationError, 'csv' | 'jsonl'>({
    mutationFn: async (kind) => {
      const rows = await readAll((page) => link.call('audit.list', page), filter);
      if (kind === 'csv') saveFile('audit.csv', new Blob([toCsv(rows)], { type: 'text/csv' }));
      else saveFile('audit.jsonl', new Blob([toJsonLines(rows)], { type: 'application/x-ndjson' }));
      return rows.length;
    },
  });
  return (
    <>
      {(['csv', 'jsonl'] as const).map((kind) => (
        <Button
          key={kind}
          variant="default"
          loading={save.isPending && save.variables === kind}
          leftSection={<IconDownload size={15} />}
          onClick={() => save.mutate(kind)}
        >
          {t(`access.export.${kind}`)}
        </Button>
      ))}
      {save.error !== null && <ErrorText error={save.error} />}
    </>
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
        <span className="tw-chain-verdict" data-tone={data.isIntact ? 'good' : 'bad'} role="status">
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
            {row.requestId !== undefined && (
              <>
                <dt>{t('common.request')}</dt>
                <dd className="tw-mono">{row.requestId}</dd>
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
