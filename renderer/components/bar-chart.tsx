/**
 * Bars side by side, drawn by Chart.js in the colours of the page.
 */
import { useEffect, useRef } from 'react';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js';
import { useComputedColorScheme } from '@mantine/core';

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

interface BarChartProps {
  readonly title: string;
  readonly labels: readonly string[];
  /** A share goes to 1, a count has no parts and begins at 0, a mean is wherever it is */
  readonly unit: 'share' | 'count' | 'mean';
  readonly series: readonly {
    readonly name: string;
    /** Name of a colour of the theme */
    readonly colour: string;
    /** A pair is drawn from its first to its second value */
    readonly values: readonly (number | [number, number])[];
  }[];
}

export function BarChart({ title, labels, unit, series }: BarChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const signature = JSON.stringify([labels, unit, series]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const [names, kind, rows] = JSON.parse(signature) as [
      string[],
      BarChartProps['unit'],
      BarChartProps['series'],
    ];
    const chart = new Chart(
      element,
      configOf(element, { labels: names, unit: kind, series: rows }),
    );
    return () => chart.destroy();
    // The colours are read from the page when a chart is made.
  }, [signature, scheme]);
  return (
    <figure className="tw-bars">
      <figcaption>{title}</figcaption>
      <div>
        <canvas ref={canvas} role="img" aria-label={title} />
      </div>
    </figure>
  );
}

const axisEnds = {
  share: { max: 1 },
  count: { beginAtZero: true },
  mean: { grace: '20%' },
} as const;

function configOf(
  element: HTMLElement,
  { labels, unit, series }: Omit<BarChartProps, 'title'>,
): ChartConfiguration<'bar', (number | [number, number])[]> {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const ticks = { color: token('--tw-text-2') };
  const grid = { color: token('--tw-edge') };
  return {
    type: 'bar',
    data: {
      labels: [...labels],
      datasets: series.map(({ name, colour, values }) => ({
        label: name,
        data: [...values],
        backgroundColor: token(colour),
        borderRadius: 2,
        maxBarThickness: 26,
        // A range as narrow as a line is seen too.
        ...(unit === 'count' ? {} : { minBarLength: 3 }),
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { labels: ticks } },
      scales: {
        x: { ticks, grid: { display: false } },
        y: {
          ticks: unit === 'count' ? { ...ticks, precision: 0 } : ticks,
          grid,
          ...axisEnds[unit],
        },
      },
    },
  };
}
