/**
 * A report as data and options of chart.js.
 */
import type { ChartData, ChartOptions, TooltipItem } from 'chart.js';
import type { BucketFigure, CountReport } from '#contract/report.ts';
import type { ChartColours } from './chart-marks.ts';
import type { SiteFormats } from './use-site-formats.ts';

export interface ChartWords {
  readonly in: string;
  readonly out: string;
  readonly before: string;
  readonly observed: string;
  readonly interval: string;
}

export interface ChartLook {
  readonly formats: SiteFormats;
  readonly words: ChartWords;
  readonly colours: ChartColours;
}

type Mixed = ChartData<'bar' | 'line', number[], string>;

export function dataOf(
  { buckets, comparison }: CountReport,
  { formats, words, colours }: ChartLook,
): ChartData<'bar', number[], string> {
  const bars = (side: 'in' | 'out') => ({
    type: 'bar' as const,
    label: words[side],
    data: buckets.map((bucket) => (side === 'in' ? bucket.in : -bucket.out)),
    backgroundColor: colours[side],
    categoryPercentage: buckets.length > 100 ? 1 : 0.86,
    barPercentage: 1,
    maxBarThickness: 90,
    stack: 'counts',
    order: 2,
  });
  const line = (side: 'in' | 'out', figures: readonly BucketFigure[]) => ({
    type: 'line' as const,
    label: `${words[side]} (${words.before})`,
    data: figures.slice(0, buckets.length).map((bucket) =>
      // A gap, not a zero, where nothing was observed.
      bucket.observedSeconds === 0 ? Number.NaN : side === 'in' ? bucket.in : -bucket.out,
    ),
    borderColor: colours.before,
    borderWidth: 1.5,
    pointRadius: 0,
    stepped: 'middle' as const,
    order: 1,
  });
  const data: Mixed = {
    labels: buckets.map(({ from }) => formats.tick(from)),
    datasets: [
      ...[bars('in'), bars('out')],
      ...(comparison === null
        ? []
        : [line('in', comparison.buckets), line('out', comparison.buckets)]),
    ],
  };
  // chart.js takes lines among bars; its types know only one kind in a chart.
  return data as ChartData<'bar', number[], string>;
}

export function chartOptions(
  { buckets, subject }: CountReport,
  { formats, words, colours }: ChartLook,
): ChartOptions<'bar'> {
  const most = (side: 'in' | 'out') =>
    Math.max(0, ...buckets.map((bucket) => Math.max(bucket[side], bucket.high?.[side] ?? 0)));
  const ticks = { color: colours.text, font: { size: 11 } };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: {
        stacked: true,
        grid: { display: false },
        border: { color: colours.edge },
        ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 16 },
      },
      y: {
        stacked: true,
        // Room for the whiskers.
        ...(subject === 'lines' ? { suggestedMax: most('in'), suggestedMin: -most('out') } : {}),
        grid: { color: colours.grid },
        border: { display: false },
        ticks: { ...ticks, callback: (value) => formats.number(Math.abs(Number(value))) },
      },
    },
    plugins: {
      // The legend is below, with what the library's own cannot show.
      legend: { display: false },
      tooltip: {
        callbacks: {
          title: (items) => title(items, buckets, formats),
          label: (item) => label(item, buckets, { formats, words }),
          footer: (items) => {
            const bucket = buckets[items[0]?.dataIndex ?? -1];
            return bucket === undefined ? '' : `${words.observed}: ${formats.share(bucket)}`;
          },
        },
      },
    },
  };
}

function title(
  items: readonly TooltipItem<'bar'>[],
  buckets: readonly BucketFigure[],
  formats: SiteFormats,
): string {
  const bucket = buckets[items[0]?.dataIndex ?? -1];
  return bucket === undefined ? '' : formats.bucket(bucket.from);
}

function label(
  { dataset, dataIndex, datasetIndex, raw }: TooltipItem<'bar'>,
  buckets: readonly BucketFigure[],
  { formats: { number }, words }: Pick<ChartLook, 'formats' | 'words'>,
): string {
  const text = `${dataset.label ?? ''}: ${number(Math.abs(Number(raw)))}`;
  const bucket = buckets[dataIndex];
  const side = (['in', 'out'] as const)[datasetIndex];
  const low = side === undefined ? null : bucket?.low?.[side];
  const high = side === undefined ? null : bucket?.high?.[side];
  if (low == null || high == null) return text;
  return `${text} (${words.interval} ${number(low)} – ${number(high)})`;
}
