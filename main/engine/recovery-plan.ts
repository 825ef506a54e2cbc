/**
 * The recovery plan as data: each action with its budget and pauses as they are kept, and whether an admin has switched it off.
 */
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { RecoveryAction, type RecoveryRule } from '#contract/recovery.ts';
import { type BackoffOptions, type RestartLimits, stationRestarts } from './base/backoff.ts';
import { usualBreaker } from './base/circuit-breaker.ts';
import { reconnectPauses } from './capture/capture-life.ts';
import { workerRestarts } from './fleet.ts';
import { modelReloads } from './inference/failover/contender.ts';
import { plannedPauseMs, plannedRestarts } from './memory-keeper.ts';
import type { Store } from './store/store.ts';

type Fixed = Pick<RecoveryRule, 'budget' | 'pauses' | 'isOptional'>;

const offKey = 'recovery.off';

const fixed: Readonly<Record<RecoveryAction, Fixed>> = {
  reconnect: { budget: null, pauses: pausesOf(reconnectPauses), isOptional: false },
  'restart-worker': { budget: budgetOf(workerRestarts), pauses: null, isOptional: true },
  'move-camera': { budget: null, pauses: null, isOptional: false },
  'reload-model': { budget: budgetOf(modelReloads), pauses: null, isOptional: false },
  'change-provider': { budget: null, pauses: null, isOptional: false },
  'fail-over': { budget: null, pauses: null, isOptional: true },
  'try-again': { budget: null, pauses: pausesOf(usualBreaker.pauses), isOptional: false },
  'roll-back': { budget: null, pauses: null, isOptional: false },
  'planned-restart': {
    budget: budgetOf(plannedRestarts),
    pauses: pausesOf({ firstMs: plannedPauseMs, maxMs: plannedPauseMs }),
    isOptional: true,
  },
  spool: { budget: null, pauses: null, isOptional: false },
  'restart-station': { budget: budgetOf(stationRestarts), pauses: null, isOptional: false },
};

function budgetOf({ count, windowMs }: RestartLimits): NonNullable<RecoveryRule['budget']> {
  return { count, windowS: windowMs / 1000 };
}

function pausesOf({
  firstMs,
  maxMs,
}: Omit<BackoffOptions, 'jitter'>): NonNullable<RecoveryRule['pauses']> {
  return { firstS: firstMs / 1000, mostS: maxMs / 1000 };
}

export interface RecoveryPlan {
  rules(): RecoveryRule[];
  isOn(action: RecoveryAction): boolean;
  /** Notes that it was done. */
  note(action: RecoveryAction, at: number): void;
  /** Rejects with REQ_001 for an action that cannot be switched off, and as the store does. */
  set(action: RecoveryAction, isOn: boolean): Promise<RecoveryRule>;
}

export async function loadRecoveryPlan(store: Pick<Store, 'settings'>): Promise<RecoveryPlan> {
  let off = (await store.settings.get(offKey, z.array(RecoveryAction))) ?? [];
  const done = new Map<RecoveryAction, { count: number; lastAt: number }>();
  const ruleOf = (action: RecoveryAction): RecoveryRule => ({
    ...{ action, ...fixed[action], isOn: !off.includes(action) },
    done: done.get(action)?.count ?? 0,
    lastAt: done.get(action)?.lastAt ?? null,
  });
  return {
    rules: () => RecoveryAction.options.map(ruleOf),
    isOn: (action) => !off.includes(action),
    note(action, at) {
      done.set(action, { count: (done.get(action)?.count ?? 0) + 1, lastAt: at });
    },
    async set(action, isOn) {
      if (!fixed[action].isOptional) {
        throw new StationError('REQ_001', `"${action}" cannot be switched off.`, {
          path: 'action',
        });
      }
      const others = off.filter((each) => each !== action);
      const next = isOn ? others : [...others, action];
      await store.settings.set(offKey, next);
      off = next;
      return ruleOf(action);
    },
  };
}
