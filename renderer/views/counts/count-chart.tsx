/**
 * Counts over time: in upwards, out downwards, whiskers for the interval, hatching where too little was observed.
 */
import { useEffect, useRef } from 'react';
import { useMantineColorScheme } from '@mantine/core';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { useTranslation } from 'react-i18next';
import type { CountReport } from '#contract/report.ts';
import { chartOptions, type ChartWords, dataOf } from './chart-data.ts';
import { marksOf, readColours } from './chart-marks.ts';
import { useSiteFormats } from './use-site-formats.ts';

Chart.register(BarController, BarElement, LineController, LineElement, PointElement);
Chart.register(CategoryScale, LinearScale, Tooltip);

export function CountChart({ report }: { readonly report: CountReport }) {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const formats = useSiteFormats(report);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { subject, comparison, boundaries } = report;
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return () => undefined;
    const words: ChartWords = {
      in: t(`counts.in.${subject}`),
      out: t(`counts.out.${subject}`),
      before: t('counts.legend.before'),
      observed: t('counts.observed'),
      interval: t('counts.interval'),
    };
    const colours = readColours(element);
    const chart = new Chart(element, {
      type: 'bar',
      data: dataOf(report, { formats, words, colours }),
      options: chartOptions(report, { formats, words, colours }),
      plugins: [marksOf(report, colours)],
    });
    return () => chart.destroy();
    // Colours are those of the theme.
  }, [report, formats, t, subject, colorScheme]);
  return (
    <figure className="tw-rep-chart">
      <div>
        <canvas ref={canvas} role="img" aria-label={t('counts.chartLabel')} />
      </div>
      <figcaption>
        <span data-key="in">{t(`counts.in.${subject}`)}</span>
        <span data-key="out">{t(`counts.out.${subject}`)}</span>
        {comparison !== null && <span data-key="before">{t('counts.legend.before')}</span>}
        {subject === 'lines' && <span data-key="interval">{t('counts.interval')}</span>}
        <span data-key="hatch">{t('counts.legend.hatch')}</span>
        {boundaries.length > 0 && <span data-key="model">{t('counts.legend.model')}</span>}
      </figcaption>
    </figure>
  );
}
