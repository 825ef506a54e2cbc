/**
 * Saves what is shown as a file: a table, a report on paper, everything as data, or every crossing.
 */
import { Button } from '@mantine/core';
import { IconDownload, IconFileTypePdf } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type CountQuery, ErrorText, type ExportKind, useExport } from '../kit.ts';

const kinds: readonly ExportKind[] = ['pdf', 'csv', 'json', 'crossings'];

export function ExportButtons({ query }: { readonly query: CountQuery }) {
  const { t, i18n } = useTranslation();
  const saving = useExport();
  const offered = query.subject === 'zones' ? kinds.filter((kind) => kind !== 'crossings') : kinds;
  return (
    <div className="tw-form-row">
      {offered.map((kind) => {
        const KindIcon = kind === 'pdf' ? IconFileTypePdf : IconDownload;
        return (
          <Button
            key={kind}
            variant="default"
            title={t(`counts.exportHint.${kind}`)}
            loading={saving.isPending && saving.variables.kind === kind}
            disabled={saving.isPending}
            leftSection={<KindIcon size={15} aria-hidden />}
            onClick={() => saving.mutate({ kind, query, language: i18n.language })}
          >
            {t(`counts.export.${kind}`)}
          </Button>
        );
      })}
      {saving.error !== null && <ErrorText error={saving.error} />}
    </div>
  );
}
