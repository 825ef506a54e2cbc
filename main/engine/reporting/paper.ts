/**
 * A report with its words: how its numbers, shares and times are written in the language of the reader.
 */
import {
  type CountFigure,
  type CountReport,
  observedShare,
  type ReportLanguage,
} from '#contract/report.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { bucketEdges } from '#engine/base/time-buckets.ts';
import { reportWords, type ReportWords } from './words.ts';

const dayMs = 86_400_000;
const mostTicks = 10;

export interface Paper {
  readonly report: CountReport;
  readonly language: ReportLanguage;
  readonly words: ReportWords;
  readonly number: (value: number) => string;
  /** With one digit below ten */
  readonly rate: (value: number) => string;
  /** "(95 % interval 1,200 – 1,410)", or nothing where none is known */
  readonly interval: (figure: CountFigure, side: 'in' | 'out') => string;
  /** Share of the expected time that was observed */
  readonly share: (figure: CountFigure) => string;
  /** "+12 %" */
  readonly change: (now: number, before: number) => string;
  readonly moment: (at: number) => string;
  readonly day: (at: number) => string;
  /** Start of a bucket, as short as it can be */
  readonly bucket: (at: number) => string;
  readonly period: (span: TimeSpan) => string;
  /** Labels of the time axis */
  readonly ticks: () => { at: number; text: string }[];
}

export function createPaper(report: CountReport, language: ReportLanguage): Paper {
  const words = reportWords[language];
  const locale = language === 'vi' ? 'vi-VN' : 'en-GB';
  const { timeZone } = report;
  const dates = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
    return (at) => format.format(at);
  };
  const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const digits = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(locale, {
    ...{ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' },
  });
  const moment = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const day = dates({ dateStyle: 'medium' });
  const shortDay = dates({ day: 'numeric', month: 'short' });
  const clock = dates({ hour: '2-digit', minute: '2-digit' });
  const month = dates({ month: 'short', year: 'numeric' });
  const number = (value: number): string => integers.format(value);
  const bucket = {
    ...{ minute: moment, quarter: moment, hour: moment },
    ...{ day: dates({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }) },
    ...{ week: day, month },
  }[report.bucket];
  return {
    ...{ report, language, words, number, moment, day, bucket },
    rate: (value) => (value < 10 ? digits.format(value) : number(value)),
    interval: ({ low, high }, side) =>
      low === null || high === null
        ? ''
        : `${words.interval} ${number(low[side])} – ${number(high[side])}`,
    share: (figure) => (figure.expectedSeconds === 0 ? '–' : percent.format(roundDown(figure))),
    change: (now, before) => (before === 0 ? '–' : signed.format((now - before) / before)),
    period: ({ from, to }) => `${moment(from)} – ${moment(to)}`,
    ticks: () => {
      const span = report.to - report.from;
      const size = span <= 2 * dayMs ? 'hour' : span <= 120 * dayMs ? 'day' : 'month';
      const edges = bucketEdges({ ...report, bucket: size }, 10_000).slice(0, -1);
      const every = Math.ceil(edges.length / mostTicks);
      const write = { hour: clock, day: shortDay, month }[size];
      // A label as the text begins at its tick, so none stands beyond the last tenth.
      return edges
        .filter((at, index) => index % every === 0 && at - report.from <= 0.94 * span)
        .map((at) => ({ at, text: write(at) }));
    },
  };
}

/** What was not wholly observed is not rounded up to 100 %. */
function roundDown(figure: CountFigure): number {
  return Math.floor(observedShare(figure) * 1000) / 1000;
}
