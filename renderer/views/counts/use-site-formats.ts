/**
 * Times as the clock of the site shows them, and shares, in the chosen language.
 */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type CountFigure, type CountReport, observedShare } from '#contract/report.ts';

export interface SiteFormats {
  readonly number: (value: number) => string;
  /** With one digit below ten */
  readonly rate: (value: number) => string;
  /** Share of the expected time that was observed; never rounded up */
  readonly share: (figure: CountFigure) => string;
  /** `+12 %`; a dash where there was nothing before */
  readonly change: (now: number, before: number) => string;
  /** Start of a bucket, for a table */
  readonly bucket: (at: number) => string;
  /** The same for the axis of a chart, as short as it can be */
  readonly tick: (at: number) => string;
  readonly moment: (at: number) => string;
  /** Monday to Sunday */
  readonly weekdays: readonly string[];
}

type Shape = Pick<CountReport, 'timeZone' | 'bucket' | 'from' | 'to'>;

const dayMs = 86_400_000;
/** 2024-01-01 was a Monday. */
const aMonday = Date.UTC(2024, 0, 1);

export function useSiteFormats({ timeZone, bucket, from, to }: Shape): SiteFormats {
  const { language } = useTranslation().i18n;
  return useMemo(
    () => createFormats(language, { timeZone, bucket, from, to }),
    [language, timeZone, bucket, from, to],
  );
}

function createFormats(language: string, { timeZone, bucket, from, to }: Shape): SiteFormats {
  const dates = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat(language, { timeZone, hourCycle: 'h23', ...options });
    return (at) => format.format(at);
  };
  const numbers = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const format = new Intl.NumberFormat(language, options);
    return (value) => format.format(value);
  };
  const number = numbers({ maximumFractionDigits: 0 });
  const digits = numbers({ maximumFractionDigits: 1 });
  const percent = numbers({ style: 'percent', maximumFractionDigits: 1 });
  const signed = numbers({ style: 'percent', signDisplay: 'exceptZero' });
  const moment = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const clock = dates({ hour: '2-digit', minute: '2-digit' });
  const weekday = new Intl.DateTimeFormat(language, { timeZone: 'UTC', weekday: 'short' });
  const isFine = bucket === 'minute' || bucket === 'quarter' || bucket === 'hour';
  const inHours =
    to - from <= 1.1 * dayMs ? clock : dates({ day: 'numeric', month: 'numeric', hour: '2-digit' });
  const month = dates({ month: 'short', year: 'numeric' });
  return {
    ...{ number, moment },
    rate: (value) => (value < 10 ? digits(value) : number(value)),
    share: (figure) =>
      figure.expectedSeconds === 0 ? '–' : percent(Math.floor(observedShare(figure) * 1000) / 1000),
    change: (now, before) => (before === 0 ? '–' : signed((now - before) / before)),
    bucket: isFine
      ? moment
      : bucket === 'month'
        ? month
        : dates({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }),
    tick: isFine ? inHours : bucket === 'month' ? month : dates({ day: 'numeric', month: 'short' }),
    weekdays: Array.from({ length: 7 }, (_, day) => weekday.format(aMonday + day * dayMs)),
  };
}
