/**
 * The procedures of recovery: the plan, and incidents with what was not observed while they lasted.
 */
import type { IncidentViews } from '#engine/incident-views.ts';
import type { RecoveryPlan } from '#engine/recovery-plan.ts';
import type { Handlers } from '#engine/router.ts';

export interface RecoveryServiceDeps {
  readonly plan: RecoveryPlan;
  readonly incidents: IncidentViews;
  /** The plan was changed. */
  readonly onChanged: () => Promise<void>;
}

export function createRecoveryService(
  deps: RecoveryServiceDeps,
): Pick<Handlers, 'recovery.plan' | 'recovery.set' | 'incident.list'> {
  const { plan } = deps;

  return {
    'recovery.plan': () => plan.rules(),
    'recovery.set': async ({ action, isOn }) => {
      const rule = await plan.set(action, isOn);
      await deps.onChanged();
      return rule;
    },
    'incident.list': (query) => deps.incidents(query),
  };
}
