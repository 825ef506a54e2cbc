/**
 * The rail on the right of the live view: today's totals, the lines of the camera that is large, the newest crossings.
 */
import { memo, useState, type ReactNode } from 'react';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconArrowLeft,
  IconEyeQuestion,
  IconPencil,
  IconRoute,
  IconVectorSpline,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '#contract/camera.ts';
import type { Crossing, Line } from '#contract/counting.ts';
import {
  Allowed,
  EmptyState,
  intervalOf,
  middleOf,
  noCount,
  totalOf,
  useConnection,
  useFormats,
  useFresh,
  useLedger,
  useNow,
  useStation,
  type LineCount,
} from '../kit.ts';
import { NearMissDialog } from '../review/near-miss-dialog.tsx';
import { ReceiptDialog } from '../review/receipt-dialog.tsx';
import { labelColours } from './draw-overlay.ts';
import { Arrow, Range, useLineCount, useLineInterval } from './line-layer.tsx';

/** The rail itself; what is on it looks old while the station does not answer. */
export function Rail({ children }: { readonly children: ReactNode }) {
  const isLost = useConnection().state === 'lost';
  return (
    <aside className="tw-rail" data-lost={isLost || undefined}>
      {children}
    </aside>
  );
}

interface TotalsProps {
  readonly lines: readonly Line[];
}

/** Today's sums over the lines that are on screen. */
export function Totals({ lines }: TotalsProps) {
  const { t } = useTranslation();
  const { minute } = useFormats();
  const ledger = useLedger();
  const total =
    ledger === null
      ? null
      : totalOf(
          ledger,
          lines.map((line) => line.id),
        );
  const interval =
    ledger === null
      ? null
      : intervalOf(
          ledger,
          lines.map((line) => line.id),
        );
  return (
    <section className="tw-totals" aria-label={t('live.today')}>
      <header>
        <h2>{t('live.today')}</h2>
        <span>
          {ledger !== null && t('live.since', { time: minute(ledger.from) })} ·{' '}
          {t('live.lineCount', { count: lines.length })}
        </span>
      </header>
      <Counts count={total ?? noCount} isKnown={total !== null} />
      {interval !== null && (
        <p className="tw-totals-range">
          <Range interval={interval} />
        </p>
      )}
    </section>
  );
}

function Counts({ count, isKnown }: { readonly count: LineCount; readonly isKnown: boolean }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const show = (value: number) => (isKnown ? number(value) : t('common.none'));
  return (
    <dl className="tw-counts">
      <div data-direction="in">
        <dt>{t('common.in')}</dt>
        <dd>{show(count.in)}</dd>
      </div>
      <div data-direction="out">
        <dt>{t('common.out')}</dt>
        <dd>{show(count.out)}</dd>
      </div>
    </dl>
  );
}

interface LineListProps {
  readonly lines: readonly Line[];
  readonly camera: Camera;
  readonly onBack: () => void;
  readonly onDraw: () => void;
  readonly onEdit: (line: Line) => void;
}

export function LineList({ lines, camera, onBack, onDraw, onEdit }: LineListProps) {
  const { t } = useTranslation();
  const [missed, showMissed] = useState<Line | null>(null);
  return (
    <section className="tw-line-list" aria-label={t('live.linesOf')}>
      <header>
        <Tooltip label={t('live.back')}>
          <ActionIcon aria-label={t('live.back')} onClick={onBack}>
            <IconArrowLeft size={18} />
          </ActionIcon>
        </Tooltip>
        <h2>{t('live.linesOf')}</h2>
        <Allowed to="line.save">
          <Button leftSection={<IconVectorSpline size={15} />} onClick={onDraw}>
            {t('line.draw')}
          </Button>
        </Allowed>
      </header>
      {lines.length === 0 && <p className="tw-hint">{t('live.drawHere')}</p>}
      {lines.map((line) => (
        <LineRow key={line.id} line={line} onEdit={onEdit} onMissed={showMissed} />
      ))}
      {missed !== null && (
        <NearMissDialog line={missed} camera={camera} onClose={() => showMissed(null)} />
      )}
    </section>
  );
}

interface LineRowProps {
  readonly line: Line;
  readonly onEdit: (line: Line) => void;
  readonly onMissed: (line: Line) => void;
}

function LineRow({ line, onEdit, onMissed }: LineRowProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const count = useLineCount(line.id);
  const interval = useLineInterval(line.id);
  return (
    <div className="tw-line-row">
      <span>
        {line.name}
        {interval !== null && <Range interval={interval} />}
      </span>
      <b data-direction="in">{count === null ? t('common.none') : number(count.in)}</b>
      <b data-direction="out">{count === null ? t('common.none') : number(count.out)}</b>
      <Tooltip label={t('review.nearMisses', { name: line.name })}>
        <ActionIcon
          aria-label={t('review.nearMisses', { name: line.name })}
          onClick={() => onMissed(line)}
        >
          <IconEyeQuestion size={16} />
        </ActionIcon>
      </Tooltip>
      <Allowed to="line.save">
        <ActionIcon aria-label={t('line.editOf', { name: line.name })} onClick={() => onEdit(line)}>
          <IconPencil size={16} />
        </ActionIcon>
      </Allowed>
    </div>
  );
}

interface CrossingListProps {
  readonly cameras: readonly Camera[];
  readonly lines: readonly Line[];
  /** Only of this camera; null for all */
  readonly cameraId: string | null;
}

/** The newest crossings, newest first. */
export function CrossingList({ cameras, lines, cameraId }: CrossingListProps) {
  const { t } = useTranslation();
  const ledger = useLedger();
  const [opened, open] = useState<number | null>(null);
  const rows = (ledger?.recent ?? []).filter(
    (row) => cameraId === null || row.cameraId === cameraId,
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
const CrossingRow = memo(function CrossingRow({ crossing, line, place, onOpen }: CrossingRowProps) {
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

/** The time of day, as large as a guard needs it. */
export function Clock() {
  const { time } = useFormats();
  const now = useNow(1000);
  return <time className="tw-clock">{time(now)}</time>;
}
