/**
 * The newest crossings on the rail; each opens its receipt.
 */
import { memo, useState } from 'react';
import { IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Crossing, Line } from '#contract/counting.ts';
import { EmptyState, middleOf, useFormats, useFresh, useLedger, useStation } from '../kit.ts';
import { ReceiptDialog } from '../review/receipt-dialog.tsx';
import { labelColours } from './draw-overlay.ts';
import { Arrow } from './line-layer.tsx';

interface CrossingListProps {
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  /** Only of this camera; null for all that are given */
  readonly cameraId: string | null;
}

/** The newest crossings, newest first. */
export function CrossingList({ cameras, lines, cameraId }: CrossingListProps) {
  const { t } = useTranslation();
  const ledger = useLedger();
  const [opened, open] = useState<number | null>(null);
  const rows = (ledger?.recent ?? []).filter((row) =>
    cameraId === null ? cameras.some(({ id }) => id === row.cameraId) : row.cameraId === cameraId,
  );
  const cameraNames = new Map(cameras.map((camera) => [camera.id, camera.name]));
  const linesById = new Map(lines.map((line) => [line.id, line]));
  return (
    <section className="tw-crossings" aria-label={t('live.crossings')}>
      <h2>{t('live.crossings')}</h2>
      {ledger !== null && rows.length === 0 && (
        <EmptyState
          icon={<IconRoute size={26} stroke={1.4} />}
          title={lines.length === 0 ? t('live.noLines') : t('live.noCrossings')}
          hint={lines.length === 0 ? t('live.noLinesHint') : t('live.noCrossingsHint')}
        />
      )}
      <ol tabIndex={0}>
        {rows.map((row) => (
          <CrossingRow
            key={row.id}
            crossing={row}
            onOpen={open}
            line={linesById.get(row.lineId) ?? null}
            place={cameraId === null ? (cameraNames.get(row.cameraId) ?? row.cameraId) : null}
          />
        ))}
      </ol>
      {opened !== null && (
        <ReceiptDialog id={opened} cameras={cameras} onClose={() => open(null)} />
      )}
    </section>
  );
}

/** A crossing that is older when its row appears was read, not announced, ms. */
const newMs = 3000;

interface CrossingRowProps {
  readonly crossing: Crossing;
  /** Null when it was deleted since */
  readonly line: Line | null;
  readonly place: string | null;
  readonly onOpen: (id: number) => void;
}

/** A crossing never changes once it is written, so its row is rendered once. */
export const CrossingRow = memo(function CrossingRow({
  crossing,
  line,
  place,
  onOpen,
}: CrossingRowProps) {
  const { t } = useTranslation();
  const { time, date } = useFormats();
  const { link } = useStation();
  const { toIn } = middleOf(line?.points ?? [], { width: 16, height: 9 });
  const angle = (Math.atan2(toIn.y, toIn.x) * 180) / Math.PI;
  const isFresh = useFresh(link.stationNow() - crossing.at < newMs);
  const isToday = date(crossing.at) === date(link.stationNow());
  return (
    <li data-direction={crossing.direction} data-fresh={isFresh || undefined}>
      <Arrow angle={crossing.direction === 'in' ? angle : angle + 180} />
      <span className="tw-crossing-what">
        <i style={{ background: labelColours[crossing.label] }} aria-hidden />
        {t(`label.${crossing.label}`)} <b>{t(`common.${crossing.direction}`)}</b>
      </span>
      <time dateTime={new Date(crossing.at).toISOString()}>
        {isToday ? time(crossing.at) : date(crossing.at)}
      </time>
      <span className="tw-crossing-where">
        {line?.name ?? crossing.lineId}
        {place !== null && ` · ${place}`}
      </span>
      <button
        type="button"
        className="tw-row-open"
        aria-label={t('review.open', {
          what: t(`label.${crossing.label}`),
          time: time(crossing.at),
        })}
        onClick={() => onOpen(crossing.id)}
      />
    </li>
  );
});
