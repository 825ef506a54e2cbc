/**
 * The counting lines of a camera on its picture: each with arrows to its sides and its counts in large digits.
 */
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Direction, Line, LineId } from '#contract/counting.ts';
import {
  clamp,
  middleOf,
  noCount,
  placeLabel,
  squaresAlong,
  toPx,
  useFormats,
  useFresh,
  useStation,
  type Extent,
  type LineCount,
  type LineInterval,
  type LineMiddle,
  type Rect,
} from '../kit.ts';

interface LineLayerProps {
  readonly lines: readonly Line[];
  /** Size of the picture on screen, CSS px */
  readonly size: Extent;
  /** Where labels may be, CSS px of the picture */
  readonly room: Rect;
  /** What other labels have taken, CSS px of the picture */
  readonly taken: readonly Rect[];
}

interface PlacedLine {
  readonly line: Line;
  readonly middle: LineMiddle;
  readonly plate: Rect;
}

/** Below this height of the picture a plate shows its numbers only, CSS px. */
const compactBelowPx = 230;
const arrowRoomPx = 36;
/** A number that changes longer than this after the newest crossing was read, not announced, ms. */
const newMs = 3000;

export function LineLayer({ lines, size, room, taken }: LineLayerProps) {
  const digits = useDigits(lines);
  const fontPx = clamp(size.height * 0.085, 15, 50);
  const isCompact = size.height < compactBelowPx;
  const placed = placeLines(lines, { size, room, taken, digits, fontPx, isCompact });
  return (
    <>
      <svg className="tw-lines" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden>
        {placed.map(({ line, middle }) => (
          <LineShape key={line.id} line={line} middle={middle} size={size} />
        ))}
      </svg>
      {placed.map(({ line, middle, plate }) => (
        <LinePlate
          key={line.id}
          line={line}
          middle={middle}
          plate={plate}
          fontPx={fontPx}
          isCompact={isCompact}
        />
      ))}
    </>
  );
}

interface PlaceOptions {
  readonly size: Extent;
  readonly room: Rect;
  readonly taken: readonly Rect[];
  readonly digits: readonly number[];
  readonly fontPx: number;
  readonly isCompact: boolean;
}

function placeLines(lines: readonly Line[], options: PlaceOptions): PlacedLine[] {
  const { size, room, digits, fontPx, isCompact } = options;
  const paths = lines.map((line) => line.points.map((point) => toPx(point, size)));
  // Lines and their arrows stay free.
  const taken: Rect[] = [...options.taken, ...paths.flatMap((path) => squaresAlong(path, 20, 10))];
  const middles = lines.map((line) => middleOf(line.points, size));
  for (const { point } of middles) taken.push(...squaresAlong([point, point], 1, arrowRoomPx));
  return lines.map((line, index) => {
    const middle = middles[index] ?? middleOf(line.points, size);
    const path = paths[index] ?? [];
    const label = {
      width: fontPx * (2.3 + 1.24 * (digits[index] ?? 1)) + 16,
      height: fontPx * 1.2 + (isCompact ? 6 : 58),
    };
    const plate = placeLabel({ path, middle }, label, { picture: room, taken });
    taken.push(plate);
    return { line, middle, plate };
  });
}

interface LineShapeProps {
  readonly line: Line;
  readonly middle: LineMiddle;
  readonly size: Extent;
}

export function LineShape({ line, middle, size }: LineShapeProps) {
  const points = line.points.map((point) => toPx(point, size));
  const path = points.map(({ x, y }) => `${x},${y}`).join(' ');
  const reach = clamp(size.height * 0.07, 12, 34);
  const angle = (Math.atan2(middle.toIn.y, middle.toIn.x) * 180) / Math.PI;
  const scale = reach / 24;
  return (
    <g>
      <polyline className="tw-line-edge" points={path} />
      <polyline className="tw-line" points={path} />
      {points.map(({ x, y }, index) => (
        <circle key={index} className="tw-line-end" cx={x} cy={y} r={3.5} />
      ))}
      <g
        transform={`translate(${middle.point.x} ${middle.point.y}) rotate(${angle}) scale(${scale})`}
      >
        <path className="tw-line-arrow-edge" d="M0 0H20M13 -8L22 0L13 8" />
        <path className="tw-line-arrow" d="M0 0H20M13 -8L22 0L13 8" />
      </g>
    </g>
  );
}

interface LinePlateProps {
  readonly line: Line;
  readonly middle: LineMiddle;
  readonly plate: Rect;
  readonly fontPx: number;
  readonly isCompact: boolean;
}

function LinePlate({ line, middle, plate, fontPx, isCompact }: LinePlateProps) {
  const { t } = useTranslation();
  const count = useLineCount(line.id);
  const interval = useLineInterval(line.id);
  const angle = (Math.atan2(middle.toIn.y, middle.toIn.x) * 180) / Math.PI;
  return (
    <div
      className="tw-plate"
      role="group"
      aria-label={t('live.counted', {
        name: line.name,
        in: count?.in ?? t('common.none'),
        out: count?.out ?? t('common.none'),
      })}
      style={{
        transform: `translate(${plate.x}px, ${plate.y}px)`,
        width: plate.width,
        height: plate.height,
        fontSize: fontPx,
      }}
    >
      {!isCompact && <span className="tw-plate-name">{line.name}</span>}
      <span className="tw-plate-counts" aria-hidden>
        <PlateNumber
          key={`in ${count?.in}`}
          direction="in"
          angle={angle}
          value={count?.in ?? null}
        />
        <PlateNumber
          key={`out ${count?.out}`}
          direction="out"
          angle={angle + 180}
          value={count?.out ?? null}
        />
      </span>
      {!isCompact && interval !== null && (
        <span className="tw-plate-range">
          <Range interval={interval} />
        </span>
      )}
    </div>
  );
}

interface PlateNumberProps {
  readonly direction: Direction;
  readonly angle: number;
  /** Null until it was read */
  readonly value: number | null;
}

/** One number; its component begins anew with each value, so that a new one is marked for a moment. */
function PlateNumber({ direction, angle, value }: PlateNumberProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { link, ledger } = useStation();
  const newest = ledger.ledger.get()?.recent[0];
  const isFresh = useFresh(newest !== undefined && link.stationNow() - newest.at < newMs);
  return (
    <span data-direction={direction} data-fresh={isFresh || undefined}>
      <Arrow angle={angle} />
      {value === null ? t('common.none') : number(value)}
    </span>
  );
}

/** Between which numbers the true counts lie, and whether that is known for this line. */
export function Range({ interval }: { readonly interval: LineInterval }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { low, high, basis } = interval;
  const between = (direction: Direction) => `${number(low[direction])}–${number(high[direction])}`;
  return (
    <span className="tw-range" data-basis={basis} title={t(`trust.range.${basis}`)}>
      <span data-direction="in">{between('in')}</span> ·{' '}
      <span data-direction="out">{between('out')}</span>{' '}
      <span className="tw-range-basis">{t(`trust.basis.${basis}`)}</span>
    </span>
  );
}

/** Points the way that is counted, as it is seen on the picture. */
export function Arrow({ angle }: { readonly angle: number }) {
  return (
    <svg className="tw-arrow" viewBox="-12 -12 24 24" aria-hidden>
      <path d="M-9 0H8M1 -7L9 0L1 7" transform={`rotate(${angle})`} />
    </svg>
  );
}

/** Today's count of one line, null until it was read; its component renders only when this line is crossed. */
export function useLineCount(lineId: LineId): LineCount | null {
  const { ledger } = useStation();
  return useSyncExternalStore(ledger.ledger.subscribe, () => {
    const known = ledger.ledger.get();
    return known === null ? null : (known.counts.get(lineId) ?? noCount);
  });
}

/** The interval on today's count of one line; null until it was read. */
export function useLineInterval(lineId: LineId): LineInterval | null {
  const { ledger } = useStation();
  return useSyncExternalStore(
    ledger.ledger.subscribe,
    () => ledger.ledger.get()?.intervals.get(lineId) ?? null,
  );
}

/** How many digits each line's larger count has, grouping signs included. */
function useDigits(lines: readonly Line[]): number[] {
  const { ledger } = useStation();
  const { number } = useFormats();
  const text = useSyncExternalStore(ledger.ledger.subscribe, () =>
    lines
      .map((line) => {
        const count = ledger.ledger.get()?.counts.get(line.id) ?? noCount;
        return number(Math.max(count.in, count.out)).length;
      })
      .join(),
  );
  return text.split(',').map(Number);
}
