/**
 * A report as it will be on paper, page by page.
 */
import { useEffect, useRef, useState } from 'react';
import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReportFile } from '#contract/report.ts';
import { LoadingState, type OpenPaper, openPaper, useSize } from '../kit.ts';

type Shown =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly paper: OpenPaper }
  | { readonly state: 'failed'; readonly reason: string };

export function PaperPreview({ file }: { readonly file: ReportFile }) {
  const { t } = useTranslation();
  const shown = usePaper(file);
  const [page, setPage] = useState(1);
  if (shown.state === 'opening') return <LoadingState />;
  if (shown.state === 'failed') {
    return <p role="alert">{t('paper.unreadable', { reason: shown.reason })}</p>;
  }
  const { paper } = shown;
  // Another report may have fewer pages.
  const current = Math.min(page, paper.pages);
  const words = t('paper.page', { page: current, pages: paper.pages });
  return (
    <>
      <div className="tw-paper-pager">
        <ActionIcon
          variant="default"
          aria-label={t('paper.previous')}
          disabled={current === 1}
          onClick={() => setPage(current - 1)}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <span aria-live="polite">{words}</span>
        <ActionIcon
          variant="default"
          aria-label={t('paper.next')}
          disabled={current === paper.pages}
          onClick={() => setPage(current + 1)}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
      </div>
      <PaperPage paper={paper} page={current} label={words} />
    </>
  );
}

interface PaperPageProps {
  readonly paper: OpenPaper;
  readonly page: number;
  readonly label: string;
}

function PaperPage({ paper, page, label }: PaperPageProps) {
  const { t } = useTranslation();
  const [box, size] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [reason, setReason] = useState<string | null>(null);
  const widthPx = size?.width ?? 0;
  useEffect(() => {
    if (canvas.current === null || widthPx === 0) return;
    // Drawn beside, and shown when whole: pages that are turned quickly do not mix.
    let isLeft = false;
    const sheet = document.createElement('canvas');
    paper.draw(sheet, { page, widthPx }).then(
      () => {
        if (isLeft || canvas.current === null) return;
        canvas.current.width = sheet.width;
        canvas.current.height = sheet.height;
        canvas.current.getContext('2d')?.drawImage(sheet, 0, 0);
        setReason(null);
      },
      (error: unknown) => {
        if (!isLeft) setReason(reasonOf(error));
      },
    );
    return () => {
      isLeft = true;
    };
  }, [paper, page, widthPx]);
  return (
    <div ref={box} className="tw-paper" tabIndex={0} role="region" aria-label={t('paper.preview')}>
      {reason !== null && <p role="alert">{t('paper.unreadable', { reason })}</p>}
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

/** Opens a file, and closes the one before it once the new one is there. */
function usePaper(file: ReportFile): Shown {
  const [shown, setShown] = useState<Shown>({ state: 'opening' });
  useEffect(() => {
    let isLeft = false;
    const opening = openPaper(Uint8Array.from(atob(file.data), (letter) => letter.charCodeAt(0)));
    opening.then(
      (paper) => {
        if (!isLeft) setShown({ state: 'open', paper });
      },
      (error: unknown) => {
        if (!isLeft) setShown({ state: 'failed', reason: reasonOf(error) });
      },
    );
    return () => {
      isLeft = true;
      void opening.then(
        (paper) => paper.close(),
        () => undefined,
      );
    };
  }, [file]);
  return shown;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
