/**
 * The technical log, newest first, with a filter by level, kind and id; and the bundle for whoever repairs the station.
 */
import { useState } from 'react';
import { Button, Select, Table, TextInput } from '@mantine/core';
import { IconPackageExport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LogLevel, type LogLine } from '#contract/log.ts';
import {
  Allowed,
  blobOf,
  ErrorText,
  NotLoaded,
  saveFile,
  useCommand,
  useFormats,
  useLog,
} from '../kit.ts';

const tones: Record<LogLevel, string> = {
  debug: 'quiet',
  info: 'quiet',
  warn: 'warning',
  error: 'bad',
};

export function LogPanel() {
  const { t } = useTranslation();
  const [level, setLevel] = useState<LogLevel>('info');
  const [kind, setKind] = useState('');
  const [id, setId] = useState('');
  const log = useLog({
    level,
    ...(kind.trim() === '' ? {} : { kind: kind.trim() }),
    ...(id.trim() === '' ? {} : { id: id.trim() }),
  });
  return (
    <>
      <BundleCard />
      <div className="tw-form-row tw-log-filter">
        <Select
          label={t('log.level')}
          value={level}
          allowDeselect={false}
          onChange={(value) => setLevel(LogLevel.catch('info').parse(value))}
          data={LogLevel.options.map((value) => ({ value, label: t(`log.least.${value}`) }))}
        />
        <TextInput
          label={t('log.kind')}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <TextInput
          label={t('log.id')}
          value={id}
          onChange={(event) => setId(event.currentTarget.value)}
        />
      </div>
      {log.data === undefined ? (
        <NotLoaded query={log} title={t('log.loadFailed')} />
      ) : (
        <Lines lines={log.data.lines} hasMore={log.data.hasMore} />
      )}
    </>
  );
}

function BundleCard() {
  const { t } = useTranslation();
  const bundle = useCommand('support.bundle');
  return (
    <article className="tw-card">
      <header>
        <h2>{t('log.bundle')}</h2>
        <Allowed to="support.bundle">
          <Button
            leftSection={<IconPackageExport size={16} />}
            loading={bundle.isPending}
            onClick={() =>
              bundle.mutate(
                {},
                {
                  onSuccess: ({ name, content }) =>
                    saveFile(name, blobOf(content, 'application/gzip')),
                },
              )
            }
          >
            {t('log.makeBundle')}
          </Button>
        </Allowed>
      </header>
      <p>{t('log.aboutBundle')}</p>
      {bundle.data !== undefined && (
        <p role="status">
          {t('log.bundled', { name: bundle.data.name, count: bundle.data.files.length })}
        </p>
      )}
      {bundle.error !== null && <ErrorText error={bundle.error} />}
    </article>
  );
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly hasMore: boolean;
}

function Lines({ lines, hasMore }: LinesProps) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  if (lines.length === 0) return <p className="tw-hint">{t('log.none')}</p>;
  return (
    <>
      <Table.ScrollContainer minWidth={860}>
        <Table className="tw-table tw-log">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('log.at')}</Table.Th>
              <Table.Th>{t('log.level')}</Table.Th>
              <Table.Th>{t('log.fact')}</Table.Th>
              <Table.Th>{t('log.fields')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line, index) => (
              <Table.Tr key={`${String(line.at)} ${String(index)}`}>
                <Table.Td className="tw-mono tw-nowrap" title={date(line.at)}>
                  {time(line.at)}
                </Table.Td>
                <Table.Td>
                  <span className="tw-chip" data-tone={tones[line.level]}>
                    <i aria-hidden />
                    {t(`log.name.${line.level}`)}
                  </span>
                </Table.Td>
                <Table.Td>{line.fact}</Table.Td>
                <Table.Td className="tw-mono tw-log-fields">{line.fields}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasMore && <p className="tw-hint">{t('log.more')}</p>}
    </>
  );
}
