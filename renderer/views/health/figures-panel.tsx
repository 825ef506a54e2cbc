/**
 * Figures by the minute as lines over time: how fast frames were, what became of them, what the machine had for it.
 */
import { useState } from 'react';
import { SegmentedControl } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type HistoryMetric, type MetricSeries, MetricSubject } from '#contract/metrics.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { colourOf, EmptyState, NotLoaded, TimeChart, useFormats, useHistory } from '../kit.ts';

const ranges = ['1h', '6h', '1d', '7d'] as const;
const kinds = ['camera', 'model', 'instance', 'worker', 'station'] as const;
type Kind = (typeof kinds)[number];

interface ChartPlan {
  readonly name:
    | 'latency'
    | 'infer'
    | 'throughput'
    | 'leftOut'
    | 'failed'
    | 'confidence'
    | 'crossings'
    | 'cpu'
    | 'memory'
    | 'loopDelay'
    | 'machine'
    | 'errors';
  readonly unit: 'ms' | 'percent' | 'count' | 'cores' | 'megabytes';
  /** Added up; one line for each subject, or for each metric where there is one subject */
  readonly metrics: readonly HistoryMetric[];
}

const latency: ChartPlan = { name: 'latency', unit: 'ms', metrics: ['latencyP95'] };
const infer: ChartPlan = { name: 'infer', unit: 'ms', metrics: ['inferP50'] };
const confidence: ChartPlan = { name: 'confidence', unit: 'percent', metrics: ['confidence'] };
const cpu: ChartPlan = { name: 'cpu', unit: 'cores', metrics: ['cpu'] };
const memory: ChartPlan = { name: 'memory', unit: 'megabytes', metrics: ['rssBytes'] };
const loopDelay: ChartPlan = { name: 'loopDelay', unit: 'ms', metrics: ['loopDelay'] };

const charts: Readonly<Record<Kind, readonly ChartPlan[]>> = {
  camera: [
    latency,
    { name: 'throughput', unit: 'percent', metrics: ['throughput'] },
    { name: 'leftOut', unit: 'count', metrics: ['dropped', 'late'] },
    { name: 'failed', unit: 'count', metrics: ['failed'] },
    confidence,
    { name: 'crossings', unit: 'count', metrics: ['crossings'] },
  ],
  model: [latency, infer, confidence],
  instance: [latency, infer, confidence],
  worker: [latency, cpu, memory, loopDelay],
  station: [
    { name: 'machine', unit: 'percent', metrics: ['machineCpu'] },
    { ...memory },
    loopDelay,
    { name: 'errors', unit: 'count', metrics: [] },
  ],
};

export function FiguresPanel() {
  const { t } = useTranslation();
  const [range, setRange] = useState<string>('1h');
  const [kind, setKind] = useState<Kind>('camera');
  const history = useHistory(MetricSubject.parse(kind), range);
  return (
    <>
      <div className="tw-form-row">
        <SegmentedControl
          size="xs"
          aria-label={t('figures.of')}
          value={kind}
          onChange={(value) => setKind(kinds.find((each) => each === value) ?? 'camera')}
          data={kinds.map((value) => ({ value, label: t(`figures.kind.${value}`) }))}
        />
        <SegmentedControl
          size="xs"
          aria-label={t('figures.range')}
          value={range}
          onChange={setRange}
          data={ranges.map((value) => ({ value, label: t(`figures.last.${value}`) }))}
        />
      </div>
      {history.data === undefined ? (
        <NotLoaded query={history} title={t('figures.loadFailed')} />
      ) : (
        <Charts history={history.data} kind={kind} />
      )}
    </>
  );
}

interface ChartsProps {
  readonly history: OutputOf<'metrics.history'>;
  readonly kind: Kind;
}

function Charts({ history, kind }: ChartsProps) {
  const { t } = useTranslation();
  const series = history.series.filter((one) => one.kind === kind);
  if (series.length === 0) {
    return (
      <EmptyState
        icon={<IconChartLine size={32} stroke={1.3} />}
        title={t('figures.none')}
        hint={t('figures.noneHint')}
      />
    );
  }
  return (
    <>
      {series.length > 1 && (
        <ul className="tw-legend">
          {series.map(({ id, name }, index) => (
            <li key={id}>
              <i aria-hidden style={{ background: `var(${colourOf(index)})` }} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <div className="tw-charts">
        {charts[kind].map((plan) => (
          <OneChart key={plan.name} plan={plan} series={series} history={history} />
        ))}
      </div>
      <p className="tw-hint">{t('figures.hint', { minutes: history.stepMinutes })}</p>
    </>
  );
}

interface OneChartProps {
  readonly plan: ChartPlan;
  readonly series: readonly MetricSeries[];
  readonly history: OutputOf<'metrics.history'>;
}

function OneChart({ plan, series, history }: OneChartProps) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const title = t(`figures.chart.${plan.name}`);
  const format = (value: number): string => {
    switch (plan.unit) {
      case 'ms':
        return t('common.ms', { value: number(value, value < 10 ? 1 : 0) });
      case 'percent':
        return t('figures.percent', { value: number(value * 100) });
      case 'megabytes':
        return t('common.megabytes', { value: number(value / 1e6) });
      case 'cores':
        return number(value, 2);
      case 'count':
        return number(value, value % 1 === 0 ? 0 : 1);
    }
  };
  const lines = series.map(({ name, points }) => ({
    name,
    points: points.flatMap((point): [number, number][] => {
      const value = valueOf(plan, point);
      return value === null ? [] : [[point.at, value]];
    }),
  }));
  return (
    <figure className="tw-card tw-chart-card">
      <figcaption>{title}</figcaption>
      <TimeChart
        label={title}
        lines={lines}
        from={history.from}
        to={history.to}
        stepMs={history.stepMinutes * 60_000}
        most={plan.unit === 'percent' ? 1 : undefined}
        format={format}
      />
    </figure>
  );
}

function valueOf({ metrics }: ChartPlan, { values, errors }: MetricSeries['points'][number]) {
  if (metrics.length === 0) return Object.values(errors).reduce((sum, count) => sum + count, 0);
  const known = metrics.flatMap((metric) => values[metric] ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
