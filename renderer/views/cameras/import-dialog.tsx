/**
 * Many cameras from a table: the file is checked first, each wrong row named with what to do; then the right ones are added.
 */
import { useState } from 'react';
import { Button, FileInput, Modal, Table } from '@mantine/core';
import { IconCircleCheck, IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { importColumns, type ImportRow } from '#contract/camera-import.ts';
import { ErrorText, saveFile, useCommand } from '../kit.ts';

interface ImportDialogProps {
  readonly onClose: () => void;
}

/** What a person fills in; opens in any table program. */
const example = [
  importColumns.join(','),
  'North gate,rtsp://user:password@192.168.1.20:554/stream2,10,tcp,yes,yes',
  'Car park,rtsp://user:password@192.168.1.21:554/stream2,15,tcp,yes,yes',
  '',
].join('\r\n');

export function ImportDialog({ onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  const checking = useCommand('camera.import');
  const adding = useCommand('camera.import');
  const [file, setFile] = useState<File | null>(null);
  const [csv, setCsv] = useState('');
  const rows = checking.data ?? [];
  const right = rows.filter(({ problems }) => problems.length === 0).length;

  const choose = async (chosen: File | null) => {
    setFile(chosen);
    checking.reset();
    adding.reset();
    if (chosen === null) return;
    const text = await chosen.text();
    setCsv(text);
    checking.mutate({ csv: text, isDryRun: true });
  };
  const add = () => {
    adding.mutate(
      { csv, isDryRun: false },
      {
        onSuccess(added) {
          const count = added.filter(({ id }) => id !== null).length;
          notifications.show({ message: t('import.added', { count }) });
          onClose();
        },
      },
    );
  };
  const error = checking.error ?? adding.error;

  return (
    <Modal opened onClose={onClose} size={860} title={t('import.title')}>
      <div className="tw-form">
        <p className="tw-hint">{t('import.hint', { columns: importColumns.join(', ') })}</p>
        <div className="tw-form-row">
          <FileInput
            className="tw-fill"
            label={t('import.file')}
            placeholder={t('import.choose')}
            accept=".csv,.tsv,.txt,text/csv"
            leftSection={<IconFileSpreadsheet size={16} aria-hidden />}
            clearable
            clearButtonProps={{ 'aria-label': t('import.clear') }}
            value={file}
            onChange={(chosen) => void choose(chosen)}
          />
          <Button
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => saveFile('cameras.csv', new Blob([example], { type: 'text/csv' }))}
          >
            {t('import.example')}
          </Button>
        </div>
        {error !== null && <ErrorText error={error} />}
        {rows.length > 0 && (
          <>
            <p role="status">
              {t('import.right', { count: right, all: rows.length })}{' '}
              {right < rows.length && t('import.wrong', { count: rows.length - right })}
            </p>
            <RowTable rows={rows} />
          </>
        )}
        <div className="tw-form-foot">
          <span className="tw-fill" />
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button disabled={right === 0} loading={adding.isPending} onClick={add}>
            {t('import.add', { count: right })}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

function RowTable({ rows }: { readonly rows: readonly ImportRow[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={560} mah={320}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th data-number>{t('import.line')}</Table.Th>
            <Table.Th>{t('cameras.name')}</Table.Th>
            <Table.Th>{t('cameras.source')}</Table.Th>
            <Table.Th>{t('import.result')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ line, name, source, problems }) => (
            <Table.Tr key={line}>
              <Table.Td data-number>{line}</Table.Td>
              <Table.Td>{name}</Table.Td>
              <Table.Td className="tw-mono">{source}</Table.Td>
              <Table.Td>
                {problems.length === 0 && (
                  <span className="tw-right-row">
                    <IconCircleCheck size={16} aria-hidden /> {t('import.isRight')}
                  </span>
                )}
                {problems.map(({ column, message }) => (
                  <span key={`${String(column)} ${message}`} className="tw-row-error">
                    {column !== null && <code>{column}</code>} {message}
                  </span>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
