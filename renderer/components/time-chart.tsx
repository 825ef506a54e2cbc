/**
 * Lines over time, drawn by Chart.js in the colours of the page. A minute of which nothing is known is a hole, not a zero.
 */
import { useEffect, useRef } from 'react';
import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartDataset,
} from 'chart.js';
import { useFormats } from './use-formats.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Tooltip);

export interface ChartLine {
  readonly name: string;
  /** Unix time in ms and value, oldest first */
  readonly points: readonly (readonly [at: number, value: number])[];
}

interface TimeChartProps {
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly from: number;
  readonly to: number;
  /** Points further apart than this are not joined, ms */
  readonly stepMs: number;
  /** Highest value of the axis; left out, what is shown decides */
  readonly most?: number | undefined;
  readonly format: (value: number) => string;
}

/** Names of colours of the theme, in the order in which lines get them. */
const colours = ['--tw-accent', '--tw-out', '--tw-good', '--tw-warning', '--tw-bad', '--tw-text-2'];

export function colourOf(index: number): string {
  return colours[index % colours.length] ?? '--tw-accent';
}

export function TimeChart({ label, lines, from, to, stepMs, most, format }: TimeChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart<'line', { x: number; y: number | null }[]> | null>(null);
  const { minute, date } = useFormats();

  useEffect(() => {
    if (canvas.current === null) return;
    const made = new Chart<'line', { x: number; y: number | null }[]>(canvas.current, {
      type: 'line',
      data: { datasets: [] },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        parsing: false,
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        elements: { point: { radius: 0, hitRadius: 6 }, line: { borderWidth: 1.5 } },
      },
    });
    chart.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const made = chart.current;
    if (made === null || canvas.current === null) return;
    const style = getComputedStyle(canvas.current);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    const isLong = to - from > 86_400_000;
    made.data.datasets = lines.map(
      (line, index): ChartDataset<'line', { x: number; y: number | null }[]> => ({
        label: line.name,
        data: withHoles(line.points, stepMs),
        borderColor: colour(colourOf(index)),
        backgroundColor: colour(colourOf(index)),
        pointRadius: line.points.length === 1 ? 3 : 0,
      }),
    );
    const ticks = { color: colour('--tw-text-3'), font: { size: 11 } };
    const grid = { color: colour('--tw-edge') };
    made.options.scales = {
      x: {
        ...{ type: 'linear', min: from, max: to, grid: { display: false } },
        ticks: {
          ...{ ...ticks, maxTicksLimit: 7, maxRotation: 0 },
          callback: (at) => (isLong ? date(Number(at)) : minute(Number(at))),
        },
      },
      y: {
        ...{ type: 'linear', min: 0, grid, ...(most === undefined ? {} : { max: most }) },
        ticks: { ...ticks, maxTicksLimit: 5, callback: (value) => format(Number(value)) },
      },
    };
    made.options.plugins = {
      // The page names the colours once for all its charts.
      legend: { display: false },
      tooltip: {
        callbacks: {
          title: ([item]) => {
            const at = item?.parsed.x ?? from;
            return isLong ? `${date(at)} ${minute(at)}` : minute(at);
          },
          label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${format(parsed.y ?? 0)}`,
        },
      },
    };
    made.update();
  }, [lines, from, to, stepMs, most, format, minute, date]);

  return (
    <div className="tw-chart">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

function withHoles(points: ChartLine['points'], stepMs: number): { x: number; y: number | null }[] {
  return points.flatMap(([x, y], index) => {
    const before = points[index - 1];
    const isApart = before !== undefined && x - before[0] > stepMs * 1.5;
    return isApart
      ? [
          { x: x - stepMs, y: null },
          { x, y },
        ]
      : [{ x, y }];
  });
}
