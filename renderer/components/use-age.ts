/**
 * Ages that tick, in words of the chosen language.
 */
import { useEffect, useState } from 'react';
import type { TFunction } from 'i18next';
import { useStation } from '../api/station-context.tsx';
import { ageOf } from '../lib/age.ts';

/** The station's time, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  const { link } = useStation();
  const [now, setNow] = useState(() => link.stationNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(link.stationNow()), everyMs);
    return () => clearInterval(timer);
  }, [link, everyMs]);
  return now;
}

export function formatAge(t: TFunction, ms: number): string {
  const age = ageOf(ms);
  switch (age.unit) {
    case 'seconds':
      return t('age.seconds', { seconds: age.seconds });
    case 'minutes':
      return t('age.minutes', { minutes: age.minutes, seconds: age.seconds });
    case 'hours':
      return t('age.hours', { hours: age.hours, minutes: age.minutes });
    case 'days':
      return t('age.days', { days: age.days, hours: age.hours });
  }
}
