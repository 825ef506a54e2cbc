/**
 * Both arms in charts: every figure with its interval, and crossings minute by minute.
 */
import { useTranslation } from 'react-i18next';
import type { ArmName } from '#contract/experiment-arm.ts';
import type { Interval } from '#contract/experiment-verdict.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { BarChart, useFormats } from '../kit.ts';

type Known = OutputOf<'experiment.get'>;
const arms = ['a', 'b'] as const;
const colours: Record<ArmName, string> = { a: '--tw-accent', b: '--tw-warning' };
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
          <BarChart
            title={t('experiment.qualityChart')}
            labels={figures.map((name) => t(`experiment.name.${name}`))}
            unit="share"
            series={arms.map((arm) => ({
              name: t(`experiment.${arm}`),
              colour: colours[arm],
              values: figures.map((name) => rangeOf(quality[arm][name])),
            }))}
          />
        )}
        {measured.map(({ name, intervals }) => (
          <BarChart
            key={name}
            title={t('experiment.meanChart', { name: t(`experiment.name.${name}`) })}
            labels={[t(`experiment.name.${name}`)]}
            unit="mean"
            series={arms.flatMap((arm) => {
              const found = intervals[arm];
              return found
                ? [{ name: t(`experiment.${arm}`), colour: colours[arm], values: [rangeOf(found)] }]
                : [];
            })}
          />
        ))}
        {minutes.length > 0 && (
          <BarChart
            title={t('experiment.minuteChart')}
            labels={minutes.map(([at]) =>
              isLive ? minute(at) : t('experiment.minuteNumber', { value: at / 60_000 }),
            )}
            unit="count"
            series={arms.map((arm) => ({
              name: t(`experiment.${arm}`),
              colour: colours[arm],
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
