/**
 * Distance from the line over time, with the band in which the side is not decided.
 *
 *   in  │        ╭────
 *       │▒▒▒▒▒▒▒╱▒▒▒▒▒   band
 *   out │──────╯
 */
import { useTranslation } from 'react-i18next';
import type { PathLook } from '#contract/trajectory.ts';

interface DistanceChartProps {
  readonly path: readonly PathLook[];
  /** The moment that is marked, Unix ms */
  readonly at: number;
}

const width = 320;
const height = 130;
const left = 34;
const bottom = 18;

export function DistanceChart({ path, at }: DistanceChartProps) {
  const { t } = useTranslation();
  const first = path[0];
  const last = path.at(-1);
  if (first === undefined || last === undefined || last.at === first.at) return null;
  const most = Math.max(
    ...path.map((look) => Math.max(Math.abs(look.distancePx), look.bandPx * 2)),
  );
  const x = (time: number): number =>
    left + ((time - first.at) / (last.at - first.at)) * (width - left - 4);
  const y = (px: number): number => ((height - bottom) / 2) * (1 - px / (most * 1.05));
  const curve = path.map((look) => `${x(look.at).toFixed(1)},${y(look.distancePx).toFixed(1)}`);
  const edge = (sign: 1 | -1): string[] =>
    path.map((look) => `${x(look.at).toFixed(1)},${y(sign * look.bandPx).toFixed(1)}`);
  return (
    <svg
      className="tw-distance"
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      role="img"
      aria-label={t('review.chart')}
    >
      <polygon
        className="tw-distance-band"
        points={[...edge(1), ...edge(-1).reverse()].join(' ')}
      />
      <line className="tw-distance-line" x1={left} x2={width} y1={y(0)} y2={y(0)} />
      <line className="tw-distance-mark" x1={x(at)} x2={x(at)} y1={0} y2={height - bottom} />
      <polyline className="tw-distance-curve" points={curve.join(' ')} />
      <text className="tw-distance-in" x={0} y={12}>
        {t('common.in')}
      </text>
      <text className="tw-distance-out" x={0} y={height - bottom - 4}>
        {t('common.out')}
      </text>
      <text x={left} y={height - 4}>
        {t('review.seconds', { value: ((first.at - at) / 1000).toFixed(1) })}
      </text>
      <text x={width - 4} y={height - 4} textAnchor="end">
        {t('review.seconds', { value: `+${((last.at - at) / 1000).toFixed(1)}` })}
      </text>
    </svg>
  );
}
