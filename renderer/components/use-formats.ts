/**
 * Numbers, times and dates as they are written in the chosen language.
 */
import { useTranslation } from 'react-i18next';

export interface Formats {
  readonly number: (value: number, digits?: number) => string;
  /** Hours, minutes and seconds */
  readonly time: (at: number) => string;
  readonly minute: (at: number) => string;
  readonly date: (at: number) => string;
}

export function useFormats(): Formats {
  return formatsOf(useTranslation().i18n.language);
}

// Making a formatter costs a hundred times what using one does, and every row of every list uses some.
const known = new Map<string, Formats>();

function formatsOf(language: string): Formats {
  const formats = known.get(language) ?? createFormats(language);
  known.set(language, formats);
  return formats;
}

function createFormats(language: string): Formats {
  // The region of the browser, where it speaks the chosen language: dates differ between en-GB and en-US.
  const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
  const numbers = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(locale, {
        maximumFractionDigits: digits,
        minimumFractionDigits: digits,
      }),
  );
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
  const minute = new Intl.DateTimeFormat(locale, { timeStyle: 'short', hourCycle: 'h23' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  return {
    number: (value, digits = 0) => numbers[digits]?.format(value) ?? String(value),
    time: (at) => time.format(at),
    minute: (at) => minute.format(at),
    date: (at) => date.format(at),
  };
}
