/**
 * Gathers the sections of a report that stand beside its counts: what happened in its time on the cameras of its reader.
 */
import type { CameraId } from '#contract/camera.ts';
import type { ModelBoundary } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import type {
  AlertsPart,
  FlowFigure,
  IncidentEntry,
  ModelChange,
  PerformancePart,
  ReportDetails,
  ReportSection,
  ZoneFigure,
} from '#contract/report-section.ts';
import type { IncidentViews } from './incident-views.ts';
import { modelCosts } from './model-costs.ts';
import type { AliasEvent } from './store/records.ts';
import type { Store } from './store/store.ts';

export interface ReportDetailsDeps {
  readonly store: Pick<Store, 'reports' | 'flows' | 'alerts' | 'tallies' | 'models' | 'metrics'>;
  readonly incidents: IncidentViews;
  /** IANA name */
  readonly timeZone: string;
  readonly dayStartHour: number;
  readonly cameraName: (cameraId: CameraId) => string;
  /** `name@version` of a digest */
  readonly modelName: (digest: string) => string;
  /** Price of the PC an hour; 0 for none */
  readonly pricePerHour: number;
  /** ISO 4217 */
  readonly currency: string;
}

export interface DetailsQuery {
  readonly sections: readonly ReportSection[];
  /** Unix times in ms, `to` exclusive */
  readonly from: number;
  readonly to: number;
  /** Cameras that are wanted and may be seen; undefined for all, and then for what is of no camera as well */
  readonly cameraIds: readonly CameraId[] | undefined;
  readonly labels: readonly Label[] | undefined;
}

/** Rejects as the store does. */
export type GatherDetails = (query: DetailsQuery) => Promise<ReportDetails>;

/** A report is read: of more than these, the newest are in it. */
const mostAlerts = 1_000;
const mostIncidents = 200;

export function createDetailsGatherer(deps: ReportDetailsDeps): GatherDetails {
  const { store, cameraName, modelName } = deps;

  async function zones(query: DetailsQuery): Promise<ZoneFigure[]> {
    const { from, to, cameraIds, labels } = query;
    const { places } = await store.reports.counts({
      ...{ from, to, cameraIds, labels, bucket: 'all', subject: 'zones', withHours: false },
      ...{ timeZone: deps.timeZone, dayStartHour: deps.dayStartHour },
      ...{ maxBuckets: 1, maxCells: 100_000 },
    });
    const stays = await store.reports.stays({ from, to, cameraIds, labels });
    return places.map((place) => {
      const { cameraId, id, name, isDrawn } = place;
      const of = stays?.find((each) => each.cameraId === cameraId && each.zoneId === id);
      const observedSeconds = place.observedSeconds[0] ?? 0;
      const isKnown = stays !== null && observedSeconds > 0;
      return {
        ...{ cameraId, cameraName: cameraName(cameraId), id, name, isDrawn, observedSeconds },
        ...{ entered: place.in[0] ?? 0, left: place.out[0] ?? 0 },
        meanSeconds: of?.meanSeconds ?? null,
        medianSeconds: of?.medianSeconds ?? null,
        longestSeconds: of?.longestSeconds ?? null,
        meanInside: isKnown ? (of?.insideSeconds ?? 0) / observedSeconds : null,
        mostInside: isKnown ? (of?.mostInside ?? 0) : null,
        mostInsideAt: of?.mostInsideAt ?? null,
      };
    });
  }

  async function flows({ from, to, cameraIds }: DetailsQuery): Promise<FlowFigure[]> {
    const { timeZone } = deps;
    const [tallies, known] = await Promise.all([
      store.flows.tallies({ from, to, bucket: 'all', timeZone }),
      store.flows.list(),
    ]);
    return tallies.filter(isOf(cameraIds)).map((tally) => {
      const { cameraId, flowId, passages, meanSeconds, observedSeconds } = tally;
      const name = known.find((flow) => flow.id === flowId)?.name ?? flowId;
      return {
        ...{ cameraId, cameraName: cameraName(cameraId), id: flowId, name },
        ...{ passages, meanSeconds, observedSeconds },
      };
    });
  }

  async function alerts({ from, to, cameraIds }: DetailsQuery): Promise<AlertsPart> {
    // Also those that began before and went on.
    const [over, open] = await Promise.all([
      store.alerts.list({ to, endedSince: from, limit: mostAlerts }),
      store.alerts.list({ to, state: 'open', limit: mostAlerts }),
    ]);
    const fired = [...over, ...open]
      .map(({ alert }) => alert)
      .filter(isOf(cameraIds))
      .flatMap(({ firedAt, ...alert }) => (firedAt === null ? [] : [{ ...alert, firedAt }]));
    const bySeverity = { info: 0, warning: 0, critical: 0 };
    for (const { severity } of fired) bySeverity[severity] += 1;
    const entries = fired
      .map((alert) => {
        const { firedAt, resolvedAt, ruleName, severity, subjectName, detail } = alert;
        const { acknowledgedBy } = alert;
        return { firedAt, resolvedAt, ruleName, severity, subjectName, detail, acknowledgedBy };
      })
      .sort((a, b) => a.firedAt - b.firedAt);
    return { bySeverity, entries };
  }

  async function incidents({ from, to, cameraIds }: DetailsQuery): Promise<IncidentEntry[]> {
    const views = await deps.incidents({ to, limit: mostIncidents });
    return views
      .filter((incident) => incident.to === null || incident.to > from)
      .map(({ impact, ...incident }) => ({ ...incident, impact: impact.filter(isOf(cameraIds)) }))
      .filter(({ impact, cameraId }) => impact.length > 0 || isOf(cameraIds)({ cameraId }))
      .map(({ from: since, to: until, kind, cause, impact }) => ({
        ...{ from: since, to: until, kind, cause },
        impact: impact
          .filter(({ notObservedSeconds }) => notObservedSeconds > 0)
          .map((each) => {
            return { cameraName: each.cameraName, notObservedSeconds: each.notObservedSeconds };
          }),
      }))
      .sort((a, b) => a.from - b.from);
  }

  async function models({ from, to, cameraIds }: DetailsQuery): Promise<ModelChange[]> {
    const [boundaries, history] = await Promise.all([
      store.tallies.boundaries({ from, to }),
      store.models.history(),
    ]);
    return boundaries.filter(isOf(cameraIds)).map((boundary) => ({
      ...{ at: boundary.at, cameraId: boundary.cameraId },
      cameraName: cameraName(boundary.cameraId),
      ...{ model: modelName(boundary.digest), former: modelName(boundary.former) },
      why: whyOf(boundary, history),
    }));
  }

  async function performance({ from, to }: DetailsQuery): Promise<PerformancePart> {
    const { pricePerHour, currency } = deps;
    const [station, models] = await Promise.all([
      store.metrics.sums({ from, to, kind: 'station' }),
      store.metrics.sums({ from, to, kind: 'model' }),
    ]);
    return modelCosts({ station, models, pricePerHour, currency, modelName });
  }

  return async (query) => {
    const when = <T>(section: ReportSection, make: (query: DetailsQuery) => Promise<T>) =>
      query.sections.includes(section) ? make(query) : Promise.resolve(null);
    return {
      zones: await when('zones', zones),
      flows: await when('flows', flows),
      alerts: await when('alerts', alerts),
      incidents: await when('incidents', incidents),
      models: await when('models', models),
      performance: await when('performance', performance),
    };
  };
}

/** Whether something is on one of the cameras; on all of them, what is of no camera is too. */
function isOf(cameraIds: readonly CameraId[] | undefined) {
  return ({ cameraId }: { readonly cameraId: CameraId | null }): boolean =>
    cameraIds === undefined || (cameraId !== null && cameraIds.includes(cameraId));
}

/** The newest decision before a boundary that made its model count there. @param history newest first */
function whyOf(
  { cameraId, digest, at }: ModelBoundary,
  history: readonly AliasEvent[],
): ModelChange['why'] {
  const found = history.find(
    (event) =>
      event.alias === 'champion' &&
      event.at <= at &&
      (event.cameraId === null || event.cameraId === cameraId),
  );
  // Another model than the one that was chosen last counts after a failure: nobody chose it.
  if (found?.digest !== digest) return null;
  return { by: found.by, cause: found.cause, reason: found.reason };
}
