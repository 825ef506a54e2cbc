/**
 * Both arms in charts: precision, recall and F1 with their intervals, and crossings minute by minute.
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
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { useComputedColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ArmName } from '#contract/experiment.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { useFormats } from '../kit.ts';

Chart.register(
  ...[BarController, BarElement, CategoryScale, Legend, LinearScale],
  ...[LineController, LineElement, PointElement, Tooltip],
);

type Known = OutputOf<'experiment.get'>;
const arms = ['a', 'b'] as const;
const figures = ['precision', 'recall', 'f1'] as const;
/** Minutes at the end that are drawn */
const shownMinutes = 60;

export function ArmCharts({ known }: { readonly known: Known }) {
  const { t } = useTranslation();
  const { minute } = useFormats();
  const { quality } = known.verdict;
  const minutes = minutesOf(known);
  const isLive = known.experiment.kind === 'live';
  return (
    <section className="tw-card" aria-label={t('experiment.charts')}>
      <header>
        <h2>{t('experiment.charts')}</h2>
      </header>
      <div className="tw-experiment-charts">
        {quality !== null && (
          <ChartBox
            title={t('experiment.qualityChart')}
            labels={figures.map((name) => t(`experiment.name.${name}`))}
            unit="share"
            series={arms.map((arm) => ({
              name: t(`experiment.${arm}`),
              arm,
              values: figures.map((name) => {
                const { low, high } = quality[arm][name];
                return [low, high] as [number, number];
              }),
            }))}
          />
        )}
        {minutes.length > 0 && (
          <ChartBox
            title={t('experiment.minuteChart')}
            labels={minutes.map(([at]) =>
              isLive ? minute(at) : t('experiment.minuteNumber', { value: at / 60_000 }),
            )}
            unit="count"
            series={arms.map((arm) => ({
              name: t(`experiment.${arm}`),
              arm,
              values: minutes.map(([, counts]) => counts[arm]),
            }))}
          />
        )}
      </div>
      {quality === null && <p className="tw-hint">{t('experiment.noQuality')}</p>}
    </section>
  );
}

/** Crossings of both arms by minute, over all places. */
function minutesOf({ minutes }: Known): [number, Record<ArmName, number>][] {
  const sums = new Map<number, Record<ArmName, number>>();
  for (const { minute, arm, crossings } of minutes) {
    const known = sums.get(minute) ?? { a: 0, b: 0 };
    sums.set(minute, { ...known, [arm]: known[arm] + crossings });
  }
  return [...sums].sort(([a], [b]) => a - b).slice(-shownMinutes);
}

interface ChartBoxProps {
  readonly title: string;
  readonly labels: readonly string[];
  readonly unit: 'share' | 'count';
  readonly series: readonly {
    readonly name: string;
    readonly arm: ArmName;
    readonly values: readonly (number | [number, number])[];
  }[];
}

function ChartBox({ title, labels, unit, series }: ChartBoxProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const signature = JSON.stringify([labels, unit, series]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const [names, kind, rows] = JSON.parse(signature) as [
      string[],
      ChartBoxProps['unit'],
      ChartBoxProps['series'],
    ];
    const chart = new Chart(
      element,
      configOf(element, { labels: names, unit: kind, series: rows }),
    );
    return () => chart.destroy();
    // The colours are read from the page when a chart is made.
  }, [signature, scheme]);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <div>
        <canvas ref={canvas} role="img" aria-label={title} />
      </div>
    </figure>
  );
}

function configOf(
  element: HTMLElement,
  { labels, unit, series }: Omit<ChartBoxProps, 'title'>,
): ChartConfiguration<'bar', (number | [number, number])[]> {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colours: Record<ArmName, string> = { a: token('--tw-accent'), b: token('--tw-warning') };
  const ticks = { color: token('--tw-text-2') };
  const grid = { color: token('--tw-edge') };
  return {
    type: 'bar',
    data: {
      labels: [...labels],
      datasets: series.map(({ name, arm, values }) => ({
        label: name,
        data: [...values],
        backgroundColor: colours[arm],
        borderRadius: 2,
        maxBarThickness: 26,
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
          ...(unit === 'count' ? { beginAtZero: true } : { max: 1 }),
        },
      },
    },
  };
}
