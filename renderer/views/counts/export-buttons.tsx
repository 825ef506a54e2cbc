/**
 * Saves what is shown as a file: a table, a report on paper that one sees first, everything as data, or every crossing.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { IconDownload, IconFileTypePdf } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type CountQuery, ErrorText, type ExportKind, useExport } from '../kit.ts';
import { PaperDialog } from './paper-dialog.tsx';

const kinds: readonly ExportKind[] = ['csv', 'json', 'crossings'];

export function ExportButtons({ query }: { readonly query: CountQuery }) {
  const { t, i18n } = useTranslation();
  const saving = useExport();
  const [isOnPaper, setOnPaper] = useState(false);
  const offered = query.subject === 'zones' ? kinds.filter((kind) => kind !== 'crossings') : kinds;
  return (
    <div className="tw-form-row">
      <Button
        variant="default"
        title={t('paper.openHint')}
        leftSection={<IconFileTypePdf size={15} aria-hidden />}
        onClick={() => setOnPaper(true)}
      >
        {t('paper.open')}
      </Button>
      {offered.map((kind) => (
        <Button
          key={kind}
          variant="default"
          title={t(`counts.exportHint.${kind}`)}
          loading={saving.isPending && saving.variables.kind === kind}
          disabled={saving.isPending}
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => saving.mutate({ kind, query, language: i18n.language })}
        >
          {t(`counts.export.${kind}`)}
        </Button>
      ))}
      {saving.error !== null && <ErrorText error={saving.error} />}
      {isOnPaper && <PaperDialog query={query} onClose={() => setOnPaper(false)} />}
    </div>
  );
}
