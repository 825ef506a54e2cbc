/**
 * Days and moments on the clock of the site, in the chosen language.
 */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export interface Moments {
  /** From the day of one moment to that of another: one day when they are the same */
  readonly days: (from: number, to: number) => string;
  readonly moment: (at: number) => string;
}

export function useMoments(timeZone: string): Moments {
  const { language } = useTranslation().i18n;
  return useMemo(() => {
    const options = { timeZone, hourCycle: 'h23', dateStyle: 'medium' } as const;
    const day = new Intl.DateTimeFormat(language, options);
    const moment = new Intl.DateTimeFormat(language, { ...options, timeStyle: 'short' });
    return {
      days: (from, to) => day.formatRange(from, to),
      moment: (at) => moment.format(at),
    };
  }, [language, timeZone]);
}
