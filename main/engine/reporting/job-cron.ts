/**
 * When a job that runs by itself is due: values in, values out.
 */
import { Cron } from 'croner';
import { StationError } from '#contract/error.ts';
import type { JobSchedule } from '#contract/job.ts';

/**
 * The first time after `after` at which it is due, null when there is none. Unix times in ms.
 * @throws StationError REQ_001 for a pattern or a zone that cannot be read
 */
export function nextCron(schedule: Omit<JobSchedule, 'isEnabled'>, after: number): number | null {
  return cronOf(schedule).nextRun(new Date(after))?.getTime() ?? null;
}

/**
 * The last time up to `now` at which it was due, null when there was none since `doneUntil`: of many that were missed while
 * the station did not run only the last one is made up for.
 * @throws StationError as `nextCron`
 */
export function missedCron(
  schedule: Omit<JobSchedule, 'isEnabled'>,
  { doneUntil, now }: { readonly doneUntil: number; readonly now: number },
): number | null {
  // The run of this very second is one before the next second.
  const [last] = cronOf(schedule).previousRuns(1, new Date(now + 1000));
  const at = last?.getTime() ?? null;
  return at !== null && at <= now && at > doneUntil ? at : null;
}

function cronOf({ cron, timeZone }: Omit<JobSchedule, 'isEnabled'>): Cron {
  try {
    const made = new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' });
    // Only a question about a time shows whether the zone is known.
    made.nextRun();
    return made;
  } catch (cause) {
    throw new StationError(
      'REQ_001',
      `The schedule "${cron}" in the zone "${timeZone}" cannot be read: write minute, hour, day, month and day of the week, such as 30 2 * * *, and a zone such as Europe/Berlin.`,
      { cause, path: 'schedule' },
    );
  }
}
