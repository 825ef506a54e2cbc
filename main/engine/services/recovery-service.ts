/**
 * The procedures of recovery: the plan, and incidents with what was not observed while they lasted.
 */
import type { Coverage } from '#contract/coverage.ts';
import type { Impact, IncidentView } from '#contract/recovery.ts';
import type { Clock } from '#engine/base/clock.ts';
import { isAsked } from '#engine/incident-keeper.ts';
import type { OpenIncident } from '#engine/monitoring/incident-book.ts';
import { findImpact } from '#engine/monitoring/impact.ts';
import type { RecoveryPlan } from '#engine/recovery-plan.ts';
import type { Handlers } from '#engine/router.ts';
import type { Site } from '#engine/site.ts';
import type { Store } from '#engine/store/store.ts';

export interface RecoveryServiceDeps {
  readonly plan: RecoveryPlan;
  readonly store: Pick<Store, 'incidents' | 'coverage'>;
  readonly site: Pick<Site, 'cameras' | 'plan'>;
  readonly clock: Clock;
  /** Those that last or are not written yet */
  readonly unwritten: () => OpenIncident[];
  /** The plan was changed. */
  readonly onChanged: () => Promise<void>;
}

export function createRecoveryService(
  deps: RecoveryServiceDeps,
): Pick<Handlers, 'recovery.plan' | 'recovery.set' | 'incident.list'> {
  const { plan, store, site, clock } = deps;

  function drawnOn(cameraId: string): { name: string; lines: string[] } {
    const camera = site.cameras().find(({ id }) => id === cameraId);
    if (camera === undefined) return { name: cameraId, lines: [] };
    return { name: camera.name, lines: site.plan(cameraId).lines.map(({ name }) => name) };
  }

  async function view({ incident, cameras }: OpenIncident): Promise<IncidentView> {
    const { kind, from } = incident;
    const range = { kind, from, to: incident.to ?? clock.now() };
    const coverages: Coverage[] = (
      await Promise.all(
        cameras.map((cameraId) => store.coverage.query({ ...widened(range), cameraId })),
      )
    ).flat();
    const impact: Impact[] = coverages.map((coverage) => {
      const { name, lines } = drawnOn(coverage.cameraId);
      return {
        cameraId: coverage.cameraId,
        cameraName: name,
        lines,
        ...findImpact(coverage, range),
      };
    });
    return { ...incident, impact };
  }

  return {
    'recovery.plan': () => plan.rules(),
    'recovery.set': async ({ action, isOn }) => {
      const rule = await plan.set(action, isOn);
      await deps.onChanged();
      return rule;
    },
    'incident.list': async ({ limit, ...query }) => {
      const now = deps.unwritten().filter(({ incident }) => isAsked(incident, query));
      const known = new Set(now.map(({ incident }) => incident.id));
      const stored = await store.incidents.list({ ...query, limit });
      const all = [...now, ...stored.filter(({ incident }) => !known.has(incident.id))]
        .sort((a, b) => b.incident.from - a.incident.from)
        .slice(0, limit);
      return Promise.all(all.map(view));
    },
  };
}

/** A gap begins a little before it is noticed and ends a little after what it was made of. */
function widened({ from, to }: { readonly from: number; readonly to: number }) {
  return { from: Math.max(0, from - aroundMs), to: to + aroundMs };
}

const aroundMs = 15_000;
