/**
 * Both arms in charts: every figure with its interval, and crossings minute by minute.
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
import type { ArmName, Interval } from '#contract/experiment.ts';
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
  const measured = measuredOf(known);
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
              values: figures.map((name) => rangeOf(quality[arm][name])),
            }))}
          />
        )}
        {measured.map(({ name, intervals }) => (
          <ChartBox
            key={name}
            title={t('experiment.meanChart', { name: t(`experiment.name.${name}`) })}
            labels={[t(`experiment.name.${name}`)]}
            unit="mean"
            series={arms.flatMap((arm) => {
              const found = intervals[arm];
              return found ? [{ name: t(`experiment.${arm}`), arm, values: [rangeOf(found)] }] : [];
            })}
          />
        ))}
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
      {quality === null && known.experiment.mode !== 'split' && (
        <p className="tw-hint">{t('experiment.noQuality')}</p>
      )}
    </section>
  );
}

/** What has an interval: crossings per hour, and the figures that are means. */
function measuredOf({ rates, figures: all }: Known) {
  const rate = { name: 'rate' as const, intervals: rates };
  return [rate, ...all].filter(({ intervals }) => intervals.a !== null || intervals.b !== null);
}

function rangeOf({ low, high }: Interval): [number, number] {
  return [low, high];
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
  /** Shares end at 1, counts begin at 0, a mean is wherever it is */
  readonly unit: 'share' | 'count' | 'mean';
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

const axisEnds = {
  share: { max: 1 },
  count: { beginAtZero: true },
  mean: { grace: '20%' },
} as const;

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
        // An interval as narrow as a line is seen too.
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
