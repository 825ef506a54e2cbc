/**
 * Days and moments on the clock of the site, in the chosen language.
 */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

export interface Moments {
  readonly day: (at: number) => string;
  readonly moment: (at: number) => string;
}

export function useMoments(timeZone: string): Moments {
  const { language } = useTranslation().i18n;
  return useMemo(() => {
    const write = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
      const format = new Intl.DateTimeFormat(language, { timeZone, hourCycle: 'h23', ...options });
      return (at) => format.format(at);
    };
    return {
      day: write({ dateStyle: 'medium' }),
      moment: write({ dateStyle: 'medium', timeStyle: 'short' }),
    };
  }, [language, timeZone]);
}
