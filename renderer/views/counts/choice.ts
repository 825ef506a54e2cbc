/**
 * What was chosen on the page Counts, and the question to the station that follows from it.
 */
import type { Label } from '#contract/detection.ts';
import type { ReportBucket, ReportSubject } from '#contract/report.ts';
import {
  bucketsFor,
  type ChosenPeriod,
  type Comparison,
  type CountQuery,
  dayText,
  type SiteDays,
  timesOf,
} from '../kit.ts';

export interface Choice extends ChosenPeriod {
  /** Null for the best one */
  readonly bucket: ReportBucket | null;
  readonly comparison: Comparison;
  readonly subject: ReportSubject;
  readonly cameraId: string | null;
  /** One line or zone; null for all */
  readonly place: string | null;
  readonly label: Label | null;
}

export function firstChoice(now: number, days: SiteDays): Choice {
  const today = dayText(now, days);
  return {
    ...{ period: 'today', first: today, last: today, bucket: null, comparison: 'none' },
    ...{ subject: 'lines', cameraId: null, place: null, label: null },
  };
}

/** Null while the chosen days are none. */
export function queryOf(choice: Choice, now: number, days: SiteDays): CountQuery | null {
  const times = timesOf(choice, { comparison: choice.comparison, now }, days);
  if (times === null) return null;
  const { time, compared } = times;
  const { cameraId, place, label, subject } = choice;
  return {
    ...{ from: time.from, to: time.to, bucket: bucketOf(choice, time), subject },
    ...(compared === null ? {} : { compareFrom: compared.from, compareTo: compared.to }),
    ...(cameraId === null ? {} : { cameraId }),
    ...(place === null ? {} : { ids: [place] }),
    ...(label === null ? {} : { labels: [label] }),
  };
}

/** The chosen bucket where it fits the time, else the best one. */
export function bucketOf(
  { bucket }: Pick<Choice, 'bucket'>,
  time: { readonly from: number; readonly to: number },
): ReportBucket {
  const fitting = bucketsFor(time);
  return fitting.find((each) => each === bucket) ?? fitting[0];
}
