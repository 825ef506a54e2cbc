/**
 * Measures each hour of the lines once it is over, keeps what it has found, and knows the verdict on the newest: one hour at
 * a time, so that receipts and what-ifs get their turn in the review thread.
 *
 *   an hour is over ──▶ review thread: paths → figures ──▶ store ──▶ verdict by the hours around it ──▶ alerts
 */
import type { CameraId } from '#contract/camera.ts';
import type { Line, LineId } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import type { TrustHour } from '#contract/trust.ts';
import type { Zone } from '#contract/zone.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import { learnDays } from './counting/trust-verdict.ts';
import type { ReviewThread } from './review-thread.ts';
import type { Store } from './store/store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Paths of an hour are all written so long after it. */
const writtenMs = 60_000;
const everyMs = 60_000;
/** For how long the hours of a camera are measured at once: by itself, and for somebody who waits. */
const ownMs = 5_000;
const askedMs = 1_000;

export interface TrustKeeper {
  /**
   * Measures hours of a camera's lines that were not measured yet, for a second, the newest first. Resolves to how many are
   * left; who asks again gets more. Rejects with REQ_004 when the signal aborts, else as the store does.
   */
  catchUp(cameraId: CameraId, span: TimeSpan, signal: AbortSignal): Promise<number>;
  /** The newest hour of each line, judged; lines without one are left out. */
  newest(): ReadonlyMap<LineId, TrustHour>;
  close(): Promise<void>;
}

interface Wanted {
  readonly cameraId: CameraId;
  readonly span: TimeSpan;
  readonly signal: AbortSignal;
}

export interface TrustKeeperDeps {
  readonly store: Pick<Store, 'trust'>;
  readonly review: Pick<ReviewThread, 'ask'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Cameras with what is drawn on them */
  readonly plans: () => readonly {
    readonly cameraId: CameraId;
    readonly lines: readonly Line[];
    readonly zones: readonly Zone[];
  }[];
  /** For how many days paths are kept */
  readonly pathDays: () => number;
  /** Calls `act` once after `ms`; what it returns calls it off. */
  readonly later: (ms: number, act: () => void) => () => void;
}

export function keepTrust(deps: TrustKeeperDeps): TrustKeeper {
  const { store, review, clock, log, plans } = deps;
  const ending = new AbortController();
  const newest = new Map<LineId, TrustHour>();
  /** The hour that was judged last, by line and revision */
  const judged = new Map<string, number>();
  let turn: Promise<unknown> = Promise.resolve();
  let running: Promise<void> = Promise.resolve();
  let callOff = deps.later(everyMs, tick);

  function tick(): void {
    running = work().finally(() => {
      if (!ending.signal.aborted) callOff = deps.later(everyMs, tick);
    });
  }

  /** What cannot be measured now is tried again a minute later. */
  async function work(): Promise<void> {
    try {
      for (const { cameraId, lines } of plans()) {
        const now = clock.now();
        const span = { from: now - learnDays * dayMs, to: now };
        await measure({ cameraId, span, signal: ending.signal }, ownMs);
        for (const line of lines) await judge(line);
      }
      const known = new Set(plans().flatMap(({ lines }) => lines.map(({ id }) => id)));
      for (const id of newest.keys()) if (!known.has(id)) newest.delete(id);
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_002');
      if (code !== 'REQ_004') log.warn('hours not measured', { code, reason: message });
    }
  }

  /** Each hour is judged once by itself; who opens the panel has it judged anew, by what came after it as well. */
  async function judge(line: Line): Promise<void> {
    const to = lastOver();
    const key = `${line.id}:${String(line.revision)}`;
    if (judged.get(key) === to) return;
    const span = { from: to - hourMs, to };
    const { hours } = await review.ask('trust', { line, span }, ending.signal);
    judged.set(key, to);
    const [hour] = hours;
    if (hour === undefined) newest.delete(line.id);
    else newest.set(line.id, hour);
  }

  /** The end of the newest hour of which all paths are written. */
  function lastOver(): number {
    return Math.floor((clock.now() - writtenMs) / hourMs) * hourMs;
  }

  async function measure(wanted: Wanted, limitMs: number): Promise<number> {
    const untilMs = clock.monotonicMs() + limitMs;
    for (;;) {
      const next = turn.then(() => measureNext(wanted));
      // Whoever comes next must not fail because this one did.
      turn = next.catch(() => undefined);
      const left = await next;
      if (left === 0 || clock.monotonicMs() >= untilMs) return left;
    }
  }

  /** Resolves to how many hours are still to be measured. */
  async function measureNext({ cameraId, span, signal }: Wanted): Promise<number> {
    const plan = plans().find((one) => one.cameraId === cameraId);
    if (plan === undefined || plan.lines.length === 0) return 0;
    const oldest = Math.max(span.from, clock.now() - deps.pathDays() * dayMs);
    const to = Math.min(span.to, lastOver());
    const { lines } = plan;
    const missing = await store.trust.unmeasured({ cameraId, lines, span: { from: oldest, to } });
    const hour = missing.at(-1);
    if (hour === undefined) return 0;
    const found = await review.ask('measureHour', { ...plan, from: hour }, signal);
    await store.trust.add([found]);
    return missing.length - 1;
  }

  return {
    catchUp: (cameraId, span, signal) => measure({ cameraId, span, signal }, askedMs),
    newest: () => newest,
    async close() {
      callOff();
      ending.abort();
      await running;
      await turn;
    },
  };
}
