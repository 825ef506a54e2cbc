/**
 * One worker process from start to end: typed messages, readiness, heartbeat.
 */
import { StationError } from '#contract/error.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { machineStrain } from './base/machine-strain.ts';
import type { ChildProcessHandle, Host } from './host.ts';
import type { FromWorker, ToWorker, WorkerReport, WorkerSettings } from './worker-protocol.ts';

/** How often a worker is asked whether it lives, and how long it may be silent (SERVING.md: at least 2 s). */
const pingMs = 500;
const silentMs = 2_000;
/** Loading a model may take long on a slow disk (S3) */
const startMs = 30_000;

export type WorkerState = 'starting' | 'ready' | 'ended';

export interface WorkerHandle {
  readonly id: string;
  readonly pid: number | null;
  readonly threads: number;
  /** Execution providers that it found; empty before it is ready */
  providers(): readonly string[];
  state(): WorkerState;
  since(): number;
  report(): WorkerReport | null;
  post(message: ToWorker): void;
  /** Asks it to end, and ends it when it does not within `graceMs`. */
  close(graceMs: number): Promise<void>;
  /** Ends it at once; `why` is for the log and for the coverage of its cameras. */
  kill(why?: string): void;
}

export interface WorkerEvents {
  onReady(): void;
  onReport(report: WorkerReport): void;
  onMessage(message: FromWorker): void;
  /** It is gone; `cause` is for the log and for the coverage of its cameras. */
  onEnded(cause: string): void;
}

export interface WorkerDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
  /** How many times slower than usual the machine is; measured where not given */
  readonly strain?: () => number;
}

/**
 * Starts a worker. Every silence longer than two seconds ends it, because a wedged native call cannot be stopped otherwise;
 * on a machine that is short of cores the silence may be longer.
 */
export function startWorker(
  settings: WorkerSettings,
  events: WorkerEvents,
  { host, clock, log, strain = machineStrain }: WorkerDeps,
): WorkerHandle {
  let state: WorkerState = 'starting';
  let since = clock.now();
  let heardMs = clock.monotonicMs();
  let providers: readonly string[] = [];
  let report: WorkerReport | null = null;
  let cause = 'it ended by itself';
  let onGone: (() => void) | null = null;

  const child: ChildProcessHandle = host.spawnWorker('worker', {
    TALLYWATCH_OWNER: settings.owner,
    TALLYWATCH_WORKER: settings.workerId,
    TALLYWATCH_RESOURCES: settings.resourcesFolder,
  });

  const timer = setInterval(() => {
    const limitMs = Math.round((state === 'starting' ? startMs : silentMs) * strain());
    if (clock.monotonicMs() - heardMs > limitMs) {
      cause = `it was silent for ${String(limitMs)} ms`;
      child.kill();
      return;
    }
    if (state === 'ready') post({ kind: 'ping', at: clock.monotonicMs() });
  }, pingMs);
  timer.unref();

  child.onMessage((raw) => {
    if (state === 'ended') return;
    heardMs = clock.monotonicMs();
    const message = raw as FromWorker;
    switch (message.kind) {
      case 'ready':
        state = 'ready';
        providers = message.providers;
        since = clock.now();
        events.onReady();
        break;
      case 'report':
        report = message.report;
        events.onReport(report);
        break;
      case 'pong':
        break;
      case 'log':
        log[message.level](message.fact, { workerId: settings.workerId, ...message.fields });
        break;
      default:
        events.onMessage(message);
    }
  });

  child.onExit((code) => {
    if (state === 'ended') return;
    state = 'ended';
    since = clock.now();
    clearInterval(timer);
    events.onEnded(`${cause} (exit code ${String(code)})`);
    onGone?.();
  });

  function post(message: ToWorker): void {
    if (state !== 'ended') child.post(message);
  }

  post({ kind: 'start', settings });

  return {
    id: settings.workerId,
    get pid() {
      return state === 'ended' ? null : (child.pid ?? null);
    },
    threads: settings.threads,
    providers: () => providers,
    state: () => state,
    since: () => since,
    report: () => report,
    post,
    close(graceMs) {
      if (state === 'ended') return Promise.resolve();
      cause = 'the station closed it';
      post({ kind: 'shutdown' });
      return new Promise((resolve) => {
        const late = setTimeout(() => child.kill(), graceMs);
        onGone = () => {
          clearTimeout(late);
          resolve();
        };
      });
    },
    kill(why) {
      if (why !== undefined) cause = why;
      child.kill();
    },
  };
}

/** The error of a station that has used up its worker restarts. */
export function restartsUsedUp(id: string): StationError {
  return new StationError(
    'SYS_001',
    `Worker ${id} ended five times within a minute and is not started again; see the log, then restart the station.`,
  );
}

/** The error of a station that may not start workers again. */
export function restartsSwitchedOff(id: string): StationError {
  return new StationError(
    'SYS_001',
    `Worker ${id} ended and is not started again: an admin has switched that off in the recovery plan.`,
  );
}
