/**
 * How long ago, in the two largest units that a person reads at a glance.
 */

export type Age =
  | { readonly unit: 'seconds'; readonly seconds: number }
  | { readonly unit: 'minutes'; readonly minutes: number; readonly seconds: string }
  | { readonly unit: 'hours'; readonly hours: number; readonly minutes: string }
  | { readonly unit: 'days'; readonly days: number; readonly hours: number };

/** `ms` below zero counts as zero: two clocks never agree fully. */
export function ageOf(ms: number): Age {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return { unit: 'seconds', seconds };
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return { unit: 'minutes', minutes, seconds: twoDigits(seconds % 60) };
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return { unit: 'hours', hours, minutes: twoDigits(minutes % 60) };
  return { unit: 'days', days: Math.floor(hours / 24), hours: hours % 24 };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
