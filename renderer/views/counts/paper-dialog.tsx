/**
 * A report on paper with the sections that one chooses, to be seen before it is saved.
 */
import { useState } from 'react';
import { Button, Modal } from '@mantine/core';
import { IconDownload, IconFileTypePdf } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type ReportSection, usualSections } from '#contract/report-section.ts';
import {
  blobOf,
  type CountQuery,
  ErrorState,
  ErrorText,
  LoadingState,
  saveFile,
  useExport,
  useReportPaper,
} from '../kit.ts';
import { PaperPreview } from './paper-preview.tsx';
import { SectionList } from './section-list.tsx';

interface PaperDialogProps {
  readonly query: CountQuery;
  readonly onClose: () => void;
}

export function PaperDialog({ query, onClose }: PaperDialogProps) {
  const { t, i18n } = useTranslation();
  const [sections, setSections] = useState<readonly ReportSection[]>(usualSections);
  const asked = { ...query, sections: [...sections] };
  const paper = useReportPaper(asked, i18n.language);
  const saving = useExport();
  const { data: file, error } = paper;
  return (
    <Modal opened onClose={onClose} size={860} title={t('paper.title')}>
      <div className="tw-form">
        <SectionList chosen={sections} onChange={setSections} />
        <div className="tw-paper-frame" aria-busy={paper.isFetching}>
          {error !== null && (
            <ErrorState
              title={t('paper.failed')}
              error={error}
              onRetry={() => void paper.refetch()}
            />
          )}
          {error === null && file === undefined && <LoadingState />}
          {error === null && file !== undefined && <PaperPreview file={file} />}
        </div>
        {saving.error !== null && <ErrorText error={saving.error} />}
        <div className="tw-form-foot">
          <span className="tw-fill" />
          <Button variant="default" onClick={onClose}>
            {t('common.close')}
          </Button>
          <Button
            variant="default"
            title={t('counts.exportHint.json')}
            loading={saving.isPending}
            leftSection={<IconDownload size={15} aria-hidden />}
            onClick={() => saving.mutate({ kind: 'json', query: asked, language: i18n.language })}
          >
            {t('counts.export.json')}
          </Button>
          <Button
            disabled={file === undefined || error !== null || paper.isPlaceholderData}
            leftSection={<IconFileTypePdf size={15} aria-hidden />}
            onClick={() => {
              if (file !== undefined) saveFile(file.name, blobOf(file.data, file.type));
            }}
          >
            {t('paper.save')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
