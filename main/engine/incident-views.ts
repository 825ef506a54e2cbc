/**
 * Incidents with what was not observed while they lasted.
 */
import type { CameraId } from '#contract/camera.ts';
import type { Coverage } from '#contract/coverage.ts';
import type { Impact, IncidentKind, IncidentView } from '#contract/recovery.ts';
import type { Clock } from './base/clock.ts';
import { isAsked } from './incident-keeper.ts';
import { findImpact } from './monitoring/impact.ts';
import type { OpenIncident } from './monitoring/incident-book.ts';
import type { Site } from './site.ts';
import type { Store } from './store/store.ts';

export interface IncidentViewDeps {
  readonly store: Pick<Store, 'incidents' | 'coverage'>;
  readonly site: Pick<Site, 'cameras' | 'plan'>;
  readonly clock: Clock;
  /** Those that last or are not written yet */
  readonly unwritten: () => OpenIncident[];
}

/** Newest first. Rejects as the store does. */
export type IncidentViews = (query: {
  readonly kind?: IncidentKind | undefined;
  /** Begun then or later, Unix time in ms */
  readonly from?: number | undefined;
  /** Begun before then */
  readonly to?: number | undefined;
  readonly limit: number;
}) => Promise<IncidentView[]>;

export function createIncidentViews({
  store,
  site,
  clock,
  unwritten,
}: IncidentViewDeps): IncidentViews {
  function drawnOn(cameraId: CameraId): { name: string; lines: string[] } {
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

  return async ({ limit, ...query }) => {
    const now = unwritten().filter(({ incident }) => isAsked(incident, query));
    const known = new Set(now.map(({ incident }) => incident.id));
    const stored = await store.incidents.list({ ...query, limit });
    const all = [...now, ...stored.filter(({ incident }) => !known.has(incident.id))]
      .sort((a, b) => b.incident.from - a.incident.from)
      .slice(0, limit);
    return Promise.all(all.map(view));
  };
}

const aroundMs = 15_000;

/** A gap begins a little before it is noticed and ends a little after what it was made of. */
function widened({ from, to }: { readonly from: number; readonly to: number }) {
  return { from: Math.max(0, from - aroundMs), to: to + aroundMs };
}
