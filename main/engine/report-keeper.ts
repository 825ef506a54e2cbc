/**
 * Writes reports when they are due: into files that are whole or not there, once for each due time, also over a restart; sends
 * them, and removes old ones.
 */
import path from 'node:path';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import type { ReportFile, ReportFormat, ReportLanguage, ReportQuery } from '#contract/report.ts';
import { ReportSchedule, ScheduleRun, type ScheduleView } from '#contract/report-schedule.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { SentReport } from './notify/report-notice.ts';
import { keepNewest, readWhole, typeOf, writeWhole } from './report-files.ts';
import {
  missedDue,
  nextDue,
  reportedTime,
  type SiteClock,
  timeBefore,
} from './reporting/schedule.ts';
import type { Store } from './store/store.ts';

export interface ReportKeeperDeps extends SiteClock {
  readonly store: Pick<Store, 'settings'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Folder of all scheduled reports; each schedule has one in it */
  readonly folder: string;
  readonly make: (
    query: ReportQuery,
    options: {
      readonly format: ReportFormat;
      readonly language: ReportLanguage;
      readonly signal: AbortSignal;
    },
  ) => Promise<ReportFile>;
  /** Hands files to channels; they are sent from then on, also over a restart. Resolves to the channels that cannot take them. */
  readonly send: (report: SentReport, channels: readonly string[]) => Promise<readonly string[]>;
  /** A report could not be written or sent: something a person should read. */
  readonly notify: (message: string, code: string) => void;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
}

export interface ReportKeeper {
  list(): ScheduleView[];
  /** Adds a schedule or changes one. Rejects with REQ_003 when there are too many, and as the store does. */
  save(schedule: ReportSchedule): Promise<ScheduleView>;
  /** Rejects with REQ_002 when there is none. */
  remove(id: string): Promise<void>;
  /** Writes the report of the last whole time now. Rejects with REQ_002, and with what kept it from being written. */
  run(id: string): Promise<ScheduleRun>;
  /** Rejects with REQ_002 when the schedule has not written such a file, or somebody has removed it. */
  file(id: string, name: string): Promise<ReportFile>;
  /** Writes what is due. Resolves when that is done. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const settingKey = 'reportSchedules';
const mostSchedules = 50;
const keptRuns = 10;
const checkMs = 20_000;
/** One that failed is tried again after this, ms. */
const retryMs = 15 * 60_000;

const Kept = z.object({
  schedule: ReportSchedule,
  /** Due time of the last report that was written; at first the time at which the schedule was made or switched on */
  doneUntil: z.number().int(),
  runs: z.array(ScheduleRun),
});
type Kept = z.infer<typeof Kept>;

/** Reads the schedules and begins to write. Rejects as the store does. */
export async function keepReports(deps: ReportKeeperDeps): Promise<ReportKeeper> {
  const { store, clock, log } = deps;
  let kept: readonly Kept[] = (await store.settings.get(settingKey, z.array(Kept))) ?? [];
  const closing = new AbortController();
  let working: Promise<unknown> = Promise.resolve();
  let callOff = deps.later(checkMs, tick);

  /** One thing at a time, so that no change is lost and no report is written twice. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = working.then(work, work);
    working = turn.catch(() => undefined);
    return turn;
  }

  const folderOf = (id: string): string => path.join(deps.folder, id);

  async function put(id: string, next: Kept | null): Promise<void> {
    const others = kept.filter(({ schedule }) => schedule.id !== id);
    const all = next === null ? others : [...others, next];
    all.sort((a, b) => a.schedule.name.localeCompare(b.schedule.name));
    await store.settings.set(settingKey, all);
    kept = all;
  }

  function find(id: string): Kept {
    const found = kept.find(({ schedule }) => schedule.id === id);
    if (found) return found;
    throw new StationError('REQ_002', `There is no scheduled report "${id}".`, { path: 'id' });
  }

  function tick(): void {
    if (closing.signal.aborted) return;
    callOff = deps.later(checkMs, tick);
    void check();
  }

  function check(): Promise<void> {
    return inTurn(async () => {
      for (const { schedule } of kept) {
        if (closing.signal.aborted) return;
        await runWhenDue(schedule.id);
      }
    });
  }

  async function runWhenDue(id: string): Promise<void> {
    const { schedule, doneUntil, runs } = find(id);
    const now = clock.now();
    const due = missedDue(schedule, { doneUntil, now }, deps);
    if (!schedule.isEnabled || due === null) return;
    const [last] = runs;
    const hasJustFailed = last?.dueAt === due && last.error !== null && now < last.at + retryMs;
    if (!hasJustFailed) await write(id, due);
  }

  /** Writes the files of one due time and notes what came of it. */
  async function write(id: string, due: number): Promise<ScheduleRun> {
    const { schedule } = find(id);
    const time = reportedTime(schedule.every, due, deps);
    const run = { at: clock.now(), dueAt: due, ...time };
    try {
      const files = await writeFiles(schedule, time);
      // A report that goes out twice after a power cut is better than one that never does.
      await send(schedule, { ...time, files });
      await tidy(schedule);
      return await note(id, { ...run, files, error: null });
    } catch (cause) {
      const error = StationError.from(cause, 'SYS_004');
      // Whatever was not written because the station stops is written after the next start.
      if (closing.signal.aborted) throw error;
      log.warn('report not written', { schedule: id, code: error.code, reason: error.message });
      deps.notify(
        `The report "${schedule.name}" could not be written: ${error.message}`,
        error.code,
      );
      return note(id, { ...run, files: [], error: error.toBody() });
    }
  }

  async function note(id: string, run: ScheduleRun): Promise<ScheduleRun> {
    const current = find(id);
    const doneUntil =
      run.error === null ? Math.max(current.doneUntil, run.dueAt) : current.doneUntil;
    const runs = [run, ...current.runs].slice(0, keptRuns);
    await put(id, { ...current, doneUntil, runs });
    return run;
  }

  async function writeFiles(
    schedule: ReportSchedule,
    time: { readonly from: number; readonly to: number },
  ): Promise<string[]> {
    const { language, formats } = schedule;
    const names: string[] = [];
    for (const format of formats) {
      const query = queryOf(schedule, time, deps);
      const made = await deps.make(query, { format, language, signal: closing.signal });
      await writeWhole(folderOf(schedule.id), made);
      names.push(made.name);
    }
    return names;
  }

  async function send(
    { id, name, channels }: ReportSchedule,
    { from, to, files }: { readonly from: number; readonly to: number; readonly files: string[] },
  ): Promise<void> {
    if (channels.length === 0) return;
    const sent = files.map((file) => {
      return { name: file, path: path.join(folderOf(id), file), type: typeOf(file) };
    });
    const missed = await deps.send({ id, name, from, to, files: sent }, channels);
    if (missed.length === 0) return;
    const list = missed.map((channel) => `"${channel}"`).join(', ');
    deps.notify(
      `The report "${name}" is written, but not sent through ${list}: removed, switched off, or neither mail nor webhook. Choose other channels for it.`,
      'MSG_001',
    );
  }

  /** Old files that cannot be removed are no reason to write the report once more. */
  async function tidy({ id, keepTimes }: ReportSchedule): Promise<void> {
    if (keepTimes === null) return;
    try {
      const removed = await keepNewest(folderOf(id), keepTimes);
      if (removed.length > 0) log.info('old reports removed', { schedule: id, files: removed });
    } catch (cause) {
      const { code, message } = StationError.from(cause, 'SYS_004');
      log.warn('old reports not removed', { schedule: id, code, reason: message });
    }
  }

  function view({ schedule, runs }: Kept): ScheduleView {
    const nextAt = schedule.isEnabled ? nextDue(schedule, clock.now(), deps) : null;
    return { ...schedule, nextAt, runs, folder: folderOf(schedule.id) };
  }

  return {
    list: () => kept.map((each) => view(each)),
    save: (schedule) =>
      inTurn(async () => {
        const before = kept.find((each) => each.schedule.id === schedule.id);
        if (before === undefined && kept.length >= mostSchedules) {
          throw new StationError(
            'REQ_003',
            `There are ${String(mostSchedules)} scheduled reports already; remove one first.`,
          );
        }
        // What was due before it was made, changed or switched on is not made up for.
        await put(schedule.id, { schedule, doneUntil: clock.now(), runs: before?.runs ?? [] });
        return view(find(schedule.id));
      }),
    remove: (id) =>
      inTurn(async () => {
        find(id);
        await put(id, null);
      }),
    run: (id) =>
      inTurn(async () => {
        find(id);
        const run = await write(id, clock.now());
        if (run.error !== null) throw StationError.fromBody(run.error);
        return run;
      }),
    async file(id, name) {
      const isOurs = find(id).runs.some(({ files }) => files.includes(name));
      if (!isOurs) {
        throw new StationError('REQ_002', `There is no report file "${name}".`, { path: 'name' });
      }
      return readWhole(folderOf(id), name);
    },
    check,
    async close() {
      closing.abort();
      callOff();
      await working;
    },
  };
}

function queryOf(
  { every, bucket, subject, cameraId, labels, isCompared, sections }: ReportSchedule,
  time: { readonly from: number; readonly to: number },
  site: SiteClock,
): ReportQuery {
  const before = timeBefore(every, time, site);
  return {
    ...{ from: time.from, to: time.to, bucket, subject, sections },
    ...(cameraId === null ? {} : { cameraId }),
    ...(labels === null ? {} : { labels }),
    ...(isCompared ? { compareFrom: before.from, compareTo: before.to } : {}),
  };
}
