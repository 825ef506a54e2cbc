/**
 * How each model computes on this machine: what was measured and kept, and what has broken since.
 */
import { z } from 'zod';
import type { EventOf } from '#contract/events.ts';
import {
  type BrokenExecution,
  type Execution,
  type Machine,
  plainExecution,
  Tuning,
  type TuningView,
} from '#contract/execution.ts';
import type { Clock } from './base/clock.ts';
import type { Logger } from './base/log.ts';
import type { BrokenWay } from './inference/inference-protocol.ts';
import { isSameMachine } from './machine.ts';
import type { Store } from './store/store.ts';

export interface Executions {
  /** The ways in which a version computes, best first. */
  of(digest: string): readonly Execution[];
  /** Newest first. */
  views(): TuningView[];
  view(digest: string): TuningView | null;
  keep(tuning: Tuning): Promise<void>;
  forget(digest: string): Promise<void>;
  /** What a process tells of a version: another provider computes, or (null) the chosen one again. */
  told(process: string, digest: string, broken: BrokenWay | null): void;
  /** A process has ended: what it told is no longer so. */
  ended(process: string): void;
}

export interface ExecutionsDeps {
  readonly store: Pick<Store, 'settings'>;
  readonly machine: Machine;
  /** `name version` of a digest, for messages */
  readonly modelName: (digest: string) => string;
  readonly notify: (notice: Pick<EventOf<'notice'>, 'severity' | 'code' | 'message'>) => void;
  /** A version computes with another provider than the chosen one; null: with the chosen one again. */
  readonly onChanged: (digest: string, broken: BrokenExecution | null) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const key = 'models.tunings';

export async function keepExecutions(deps: ExecutionsDeps): Promise<Executions> {
  const { store, machine, clock, log } = deps;
  const tunings = new Map(
    Object.entries((await store.settings.get(key, z.record(z.string(), Tuning))) ?? {}),
  );
  /** By version and process */
  const broken = new Map<string, Map<string, BrokenExecution>>();

  async function save(): Promise<void> {
    await store.settings.set(key, Object.fromEntries(tunings));
  }

  function view(tuning: Tuning): TuningView {
    return {
      ...tuning,
      isCurrent: isSameMachine(tuning.machine, machine),
      broken: [...(broken.get(tuning.digest)?.values() ?? [])][0] ?? null,
    };
  }

  return {
    of(digest) {
      const tuning = tunings.get(digest);
      return tuning && isSameMachine(tuning.machine, machine) ? tuning.order : [plainExecution];
    },
    views: () => [...tunings.values()].map(view).sort((a, b) => b.at - a.at),
    view(digest) {
      const tuning = tunings.get(digest);
      return tuning ? view(tuning) : null;
    },
    async keep(tuning) {
      tunings.set(tuning.digest, tuning);
      await save();
    },
    async forget(digest) {
      tunings.delete(digest);
      await save();
    },
    told(process, digest, way) {
      const known = broken.get(digest) ?? new Map<string, BrokenExecution>();
      broken.set(digest, known);
      const before = known.size;
      if (way === null) known.delete(process);
      else known.set(process, { ...way, since: clock.now() });
      const name = deps.modelName(digest);
      if (way !== null) {
        const { provider, instead, error } = way;
        log.warn('execution provider broke', { process, digest, provider, instead, ...error });
        if (before > 0) return;
        deps.onChanged(digest, { ...way, since: clock.now() });
        deps.notify({
          severity: 'warning',
          code: error.code,
          message: `${provider} broke while it computed ${name}, so ${instead} computes: ${error.message} It is tried again by itself.`,
        });
      } else if (before > 0 && known.size === 0) {
        log.info('execution provider computes again', { process, digest });
        deps.onChanged(digest, null);
        deps.notify({
          severity: 'info',
          code: null,
          message: `The provider that was chosen for ${name} computes again.`,
        });
      }
    },
    ended(process) {
      for (const [digest, known] of broken) {
        if (known.delete(process) && known.size === 0) deps.onChanged(digest, null);
      }
    },
  };
}
