/**
 * Today's crossings behind a number, each with its receipt.
 */
import { useState } from 'react';
import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Direction, Line } from '#contract/counting.ts';
import { ErrorText, LoadingState, startOfDay, useCrossingsSince, useStation } from '../kit.ts';
import { ReceiptDialog } from '../review/receipt-dialog.tsx';
import { CrossingRow } from './crossing-list.tsx';

/** The number that was asked about. */
export interface Asked {
  readonly lines: readonly Line[];
  readonly direction: Direction;
}

interface CrossingsDialogProps {
  readonly asked: Asked;
  readonly cameras: readonly Camera[];
  readonly onClose: () => void;
}

export function CrossingsDialog({ asked, cameras, onClose }: CrossingsDialogProps) {
  const { t } = useTranslation();
  const { link } = useStation();
  const { lines, direction } = asked;
  const [from] = useState(() => startOfDay(link.stationNow()));
  const [opened, open] = useState<number | null>(null);
  const [only = null, ...others] = lines;
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useCrossingsSince(
    from,
    others.length === 0 ? only : null,
  );
  const linesById = new Map(lines.map((line) => [line.id, line]));
  const rows = data?.pages
    .flat()
    .filter((row) => row.direction === direction && linesById.has(row.lineId));
  // The receipt takes the place of the list: one Escape goes back one step.
  if (opened !== null) {
    return <ReceiptDialog id={opened} cameras={cameras} onClose={() => open(null)} />;
  }
  return (
    <Modal opened onClose={onClose} title={t('receipts.title', { what: t(`common.${direction}`) })}>
      {error !== null && <ErrorText error={error} />}
      {rows === undefined && error === null && <LoadingState />}
      {rows?.length === 0 && !hasNextPage && <p className="tw-hint">{t('receipts.none')}</p>}
      <ol className="tw-crossings tw-receipts" tabIndex={0} aria-label={t('live.crossings')}>
        {rows?.map((row) => (
          <CrossingRow
            key={row.id}
            crossing={row}
            line={linesById.get(row.lineId) ?? null}
            place={cameras.find(({ id }) => id === row.cameraId)?.name ?? null}
            onOpen={open}
          />
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('receipts.more')}
        </Button>
      )}
    </Modal>
  );
}
