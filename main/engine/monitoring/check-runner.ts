/**
 * Makes checks at their intervals, each with a time limit and another try before it is believed to be bad.
 */
import {
  type CheckName,
  checkSeconds,
  type HealthCheck,
  type HealthState,
} from '#contract/health-tree.ts';
import { StationError } from '#contract/error.ts';
import { type Said, saidBy, say } from '#contract/station-sentence.ts';
import type { Clock } from '#engine/base/clock.ts';

/** What could not be told is asked again so soon, ms. */
const unknownMs = 5_000;

export type CheckResult = Pick<HealthCheck, 'state'> & Said;

export type MakeCheck = (
  subject: string,
  signal: AbortSignal,
) => Promise<CheckResult> | CheckResult;

export interface CheckPlan {
  readonly name: CheckName;
  /** What it is made of, for example a digest; asked at each look */
  readonly subjects: () => readonly string[];
  /** Rejects when it cannot be made, which is as bad as a bad result. */
  readonly run: MakeCheck;
}

export interface CheckRunnerDeps {
  readonly plans: readonly CheckPlan[];
  readonly clock: Clock;
  readonly limitMs: number;
  /** Tries before a bad result counts */
  readonly tries: number;
  /** Called when a check gets into another state. */
  readonly onChange: (subject: string, check: HealthCheck) => void;
}

export interface CheckRunner {
  /** Begins what is due; waits for nothing. */
  look(): void;
  /** Makes all checks now; resolves when they are made. */
  checkAll(): Promise<void>;
  of(subject: string): HealthCheck[];
  close(): Promise<void>;
}

export function createCheckRunner(deps: CheckRunnerDeps): CheckRunner {
  const { clock } = deps;
  const done = new Map<string, Map<CheckName, HealthCheck>>();
  const nextMs = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const stop = new AbortController();

  function begin(plan: CheckPlan, subject: string): Promise<void> {
    const key = `${plan.name} ${subject}`;
    const known = running.get(key);
    if (known) return known;
    const everyMs = checkSeconds[plan.name] * 1000;
    nextMs.set(key, clock.monotonicMs() + everyMs);
    const work = make(plan, subject).then((state) => {
      running.delete(key);
      const waitMs = state === 'unknown' ? Math.min(unknownMs, everyMs) : everyMs;
      nextMs.set(key, clock.monotonicMs() + waitMs);
    });
    running.set(key, work);
    return work;
  }

  async function make(plan: CheckPlan, subject: string): Promise<HealthState> {
    const startedMs = clock.monotonicMs();
    let result = await tryOnce(plan, subject);
    for (let more = deps.tries - 1; more > 0 && isBad(result) && !stop.signal.aborted; more--) {
      result = await tryOnce(plan, subject);
    }
    if (stop.signal.aborted) return result.state;
    const checks = done.get(subject) ?? new Map<CheckName, HealthCheck>();
    done.set(subject, checks);
    const before = checks.get(plan.name);
    const at = clock.now();
    const check: HealthCheck = {
      ...{ name: plan.name, state: result.state, ...saidBy(result), checkedAt: at },
      since: before?.state === result.state ? before.since : at,
      tookMs: Math.max(0, clock.monotonicMs() - startedMs),
    };
    checks.set(plan.name, check);
    if (before?.state !== result.state) deps.onChange(subject, check);
    return result.state;
  }

  async function tryOnce({ run, name }: CheckPlan, subject: string): Promise<CheckResult> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), deps.limitMs);
    const tooLate = new Promise<CheckResult>((resolve) => {
      late.signal.addEventListener('abort', () =>
        resolve({
          state: 'down',
          ...say('noAnswer', { check: name, seconds: deps.limitMs / 1000 }),
        }),
      );
    });
    try {
      return await Promise.race([
        Promise.resolve(run(subject, AbortSignal.any([late.signal, stop.signal]))),
        tooLate,
      ]);
    } catch (error) {
      const { code, message } = StationError.from(error, 'SYS_001');
      return { state: 'down', detail: `${code}: ${message}` };
    } finally {
      clearTimeout(timer);
    }
  }

  function each(act: (plan: CheckPlan, subject: string) => void): void {
    const subjects = new Set<string>();
    for (const plan of deps.plans) {
      for (const subject of plan.subjects()) {
        subjects.add(subject);
        act(plan, subject);
      }
    }
    for (const subject of done.keys()) if (!subjects.has(subject)) done.delete(subject);
  }

  return {
    look() {
      const nowMs = clock.monotonicMs();
      each((plan, subject) => {
        if (nowMs < (nextMs.get(`${plan.name} ${subject}`) ?? -Infinity)) return;
        void begin(plan, subject);
      });
    },
    async checkAll() {
      const work: Promise<void>[] = [];
      each((plan, subject) => work.push(begin(plan, subject)));
      await Promise.all(work);
    },
    of: (subject) => [...(done.get(subject)?.values() ?? [])],
    async close() {
      stop.abort();
      await Promise.all(running.values());
    },
  };
}

function isBad({ state }: CheckResult): boolean {
  return state === 'down' || state === 'degraded';
}
