/**
 * Ends a worker or the station between two frames when its memory grows without end, and has it started again: before the
 * system ends it in the middle of one.
 */
import { createRestartBudget, type RestartLimits } from './base/backoff.ts';
import type { Clock } from './base/clock.ts';
import { createMemoryTrend, type Growth, type GrowthRule } from './monitoring/memory-trend.ts';
import type { WorkerReport } from './worker-protocol.ts';

/** Growth that is taken for endless (SERVING.md): 300 MB over six hours, or as much over half an hour. */
export const endlessGrowth: readonly GrowthRule[] = [
  { bytesPerHour: 50e6, overMs: 6 * 3_600_000 },
  { bytesPerHour: 600e6, overMs: 1_800_000 },
];
/** Of all processes together */
export const plannedRestarts: RestartLimits = { count: 4, windowMs: 6 * 3_600_000 };
/** From one to the next, so that never all cameras are without a worker */
export const plannedPauseMs = 600_000;

const sampleMs = 1_000;
const stationId = 'station';

export interface PlannedRestart {
  /** Id of the worker, or `station` */
  readonly subject: string;
  /** English sentence */
  readonly cause: string;
  /** English sentence on why nothing is done; null when it is restarted now */
  readonly refusal: string | null;
}

export interface MemoryKeeperDeps {
  readonly rules: readonly GrowthRule[];
  readonly budget: RestartLimits;
  readonly pauseMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Whether the recovery plan allows it */
  readonly isOn: () => boolean;
  /** Told before it is done */
  readonly onPlanned: (planned: PlannedRestart) => void;
  /** Asks a worker to end between two frames; its supervisor starts it again. */
  readonly restartWorker: (workerId: string) => void;
  /** Ends the station so that it is started again; null where nobody would. */
  readonly restartStation: (() => void) | null;
}

export interface MemoryKeeper {
  report(workerId: string, report: Pick<WorkerReport, 'rssBytes' | 'cameras'>): void;
  /** A worker ended or is new: it begins with little memory. */
  forget(workerId: string): void;
  close(): void;
}

export function keepMemory(deps: MemoryKeeperDeps): MemoryKeeper {
  const { clock, rules, pauseMs } = deps;
  const trends = new Map<
    string,
    { readonly trend: ReturnType<typeof createMemoryTrend>; load: string }
  >();
  const budget = createRestartBudget(deps.budget.count, deps.budget.windowMs);
  let lastMs = -Infinity;

  /** @param load what the process has to do; with more of it more memory is no wonder */
  function look(subject: string, bytes: number, load: string): void {
    const known = trends.get(subject) ?? { trend: createMemoryTrend(rules), load };
    trends.set(subject, known);
    if (known.load !== load) known.trend.clear();
    known.load = load;
    known.trend.add(clock.monotonicMs(), bytes);
    const growth = known.trend.growth();
    if (growth === null || clock.monotonicMs() - lastMs < pauseMs) return;
    known.trend.clear();
    act(subject, growth);
  }

  function act(subject: string, growth: Growth): void {
    const restart = subject === stationId ? deps.restartStation : () => deps.restartWorker(subject);
    const refusal = refusalOf(restart !== null);
    deps.onPlanned({ subject, cause: causeOf(subject, growth), refusal });
    if (refusal !== null) return;
    lastMs = clock.monotonicMs();
    restart?.();
  }

  function refusalOf(canRestart: boolean): string | null {
    if (!deps.isOn()) return 'The recovery plan does not allow it: the action is switched off.';
    if (!canRestart) {
      return 'Nobody would start the station again: start it by "npm start" or as a service (docs/install.md), or restart it yourself.';
    }
    if (budget.take(clock.monotonicMs())) return null;
    return 'It was done too often already: tell whoever repairs the station, and restart it when it is quiet.';
  }

  const timer = setInterval(() => look(stationId, process.memoryUsage.rss(), ''), sampleMs);
  timer.unref();

  return {
    report: (workerId, { rssBytes, cameras }) =>
      look(workerId, rssBytes, cameras.map(({ cameraId }) => cameraId).join(' ')),
    forget: (workerId) => void trends.delete(workerId),
    close: () => clearInterval(timer),
  };
}

function causeOf(subject: string, { bytesPerHour, overMs, bytes }: Growth): string {
  const who = subject === stationId ? 'the station' : `worker ${subject}`;
  const [mb, hourly] = [bytes, bytesPerHour].map((value) => String(Math.round(value / 1e6)));
  const minutes = String(Math.round(overMs / 60_000));
  return `The memory of ${who} has grown by ${hourly ?? ''} MB an hour for ${minutes} minutes, to ${mb ?? ''} MB.`;
}
