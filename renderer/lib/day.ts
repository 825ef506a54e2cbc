/**
 * Where a day begins on the clock of the person who looks. Days of 23 or 25 hours come out right.
 */

/** The last local midnight at or before `now`, Unix time in ms. */
export function startOfDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The next local midnight after `now`, Unix time in ms. */
export function startOfNextDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** The same time on the clock one day before, Unix time in ms. */
export function sameTimeYesterday(now: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() - 1);
  return date.getTime();
}
