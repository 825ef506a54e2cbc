/**
 * Makes drills, one at a time, when somebody asks for one and each night at its time, and keeps their reports.
 */
import { type DrillReport, DrillSchedule, type DrillScheduleView } from '#contract/drill.ts';
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { DrillOptions } from './drill.ts';
import { nextDue } from './reporting/schedule.ts';
import type { Store } from './store/store.ts';

const settingKey = 'drill.schedule';
const usual: DrillSchedule = { isOn: false, at: '03:00' };
const checkMs = 20_000;
/** One that could not be begun so long after its time waits for the next night: nobody wants it in the morning. */
const mostLateMs = 3_600_000;

export interface DrillKeeperDeps {
  readonly store: Pick<Store, 'drills' | 'settings'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** IANA name */
  readonly timeZone: string;
  readonly run: (options: DrillOptions) => Promise<DrillReport>;
  /** A drill of the night failed: something a person should read. */
  readonly notify: (message: string, code: string) => void;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface DrillKeeper {
  /** Rejects with REQ_003 while one is made, and with what kept it from being made. */
  run(options: DrillOptions, requestId?: string): Promise<DrillReport>;
  /** Newest first. */
  list(limit: number): Promise<DrillReport[]>;
  schedule(): DrillScheduleView;
  setSchedule(schedule: DrillSchedule): Promise<DrillScheduleView>;
  /** Makes the one that is due. Resolves when that is done. */
  check(): Promise<void>;
  /** Gives up the one that is made. */
  close(): Promise<void>;
}

/** Reads when drills are made. Rejects as the store does. */
export async function keepDrills(deps: DrillKeeperDeps): Promise<DrillKeeper> {
  const { store, clock, log, timeZone } = deps;
  let schedule = (await store.settings.get(settingKey, DrillSchedule)) ?? usual;
  let dueAt = dueAfter(clock.now());
  const closing = new AbortController();
  let running: Promise<DrillReport> | null = null;
  let callOff = deps.later(checkMs, tick);

  function dueAfter(now: number): number {
    return nextDue({ every: 'day', at: schedule.at }, now, { timeZone, dayStartHour: 0 });
  }

  function tick(): void {
    if (closing.signal.aborted) return;
    callOff = deps.later(checkMs, tick);
    void check();
  }

  async function make(
    options: DrillOptions,
    of: Pick<DrillReport, 'isScheduled' | 'requestId'>,
  ): Promise<DrillReport> {
    const signal = AbortSignal.any([options.signal, closing.signal]);
    const report = { ...(await deps.run({ ...options, signal })), ...of };
    await store.drills.save(report);
    return report;
  }

  async function run(
    options: DrillOptions,
    of: Pick<DrillReport, 'isScheduled' | 'requestId'>,
  ): Promise<DrillReport> {
    if (running !== null) {
      throw new StationError('REQ_003', 'A drill is running already; wait for its report.');
    }
    running = make(options, of);
    try {
      return await running;
    } finally {
      running = null;
    }
  }

  async function check(): Promise<void> {
    const now = clock.now();
    const due = dueAt;
    if (now < due) return;
    dueAt = dueAfter(now);
    if (!schedule.isOn || now - due > mostLateMs) return;
    try {
      const options = { signal: closing.signal, onProgress: () => undefined };
      const report = await run(options, { isScheduled: true });
      log.info('nightly drill', { isPassed: report.isPassed, drillId: report.id });
      if (!report.isPassed) deps.notify(failureOf(report), 'SYS_001');
    } catch (error) {
      if (closing.signal.aborted) return;
      const { code, message } = StationError.from(error, 'SYS_001');
      log.warn('nightly drill not made', { code, reason: message });
      deps.notify(`The drill of the night could not be made: ${message}`, code);
    }
  }

  const view = (): DrillScheduleView => ({ ...schedule, nextAt: schedule.isOn ? dueAt : null });

  return {
    run: (options, requestId) => run(options, requestId === undefined ? {} : { requestId }),
    list: (limit) => store.drills.list(limit),
    schedule: view,
    async setSchedule(next) {
      await store.settings.set(settingKey, next);
      schedule = next;
      dueAt = dueAfter(clock.now());
      return view();
    },
    check,
    async close() {
      closing.abort();
      callOff();
      // Its throw-away station must be gone before this one is.
      await running?.catch(() => undefined);
    },
  };
}

function failureOf({ exercises }: DrillReport): string {
  const failed = exercises.filter(({ state }) => state === 'failed');
  const names = failed.map(({ name, detail }) => `${name} (${detail})`).join(', ');
  return `In the drill of the night ${String(failed.length)} of ${String(exercises.length)} did not recover: ${names} Look at Health, Drill.`;
}
