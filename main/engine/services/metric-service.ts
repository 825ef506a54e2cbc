/**
 * The procedure of figures by the minute: what was written down, with the minute that is not over yet.
 */
import { StationError } from '#contract/error.ts';
import {
  HistoryMetric,
  type MetricSeries,
  type MetricSubject,
  mostPoints,
} from '#contract/metrics.ts';
import type { Clock } from '#engine/base/clock.ts';
import { listMinutes, type UnwrittenMinutes } from '#engine/metric-keeper.ts';
import { toPoints } from '#engine/monitoring/metric-points.ts';
import type { Handlers } from '#engine/router.ts';
import { minuteMs } from '#engine/store/metrics.ts';
import type { Store } from '#engine/store/store.ts';
import { readTimeRange } from './time-range.ts';

/** Lengths of a point, minutes */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 240, 1440];

export interface MetricServiceDeps {
  readonly store: Pick<Store, 'metrics'>;
  readonly clock: Clock;
  /** What the store does not have yet */
  readonly unwritten: () => UnwrittenMinutes;
  readonly cameraName: (id: string) => string;
  /** `name@version` of a digest */
  readonly modelName: (digest: string) => string;
}

export function createMetricService(deps: MetricServiceDeps): Pick<Handlers, 'metrics.history'> {
  const { store, clock } = deps;

  function nameOf(kind: MetricSubject, id: string): string {
    if (kind === 'camera') return deps.cameraName(id);
    if (kind === 'model') return deps.modelName(id);
    if (kind !== 'instance') return id;
    const [worker = '', digest = ''] = id.split('/');
    return `${worker}/${deps.modelName(digest)}`;
  }

  return {
    'metrics.history': async (input) => {
      const metrics = metricNames(input.metrics);
      const { from, to } = readTimeRange(input, clock.now());
      const stepMinutes = input.stepMinutes ?? fittingStep(to - from);
      if ((to - from) / (stepMinutes * minuteMs) > 4 * mostPoints) {
        throw new StationError(
          'REQ_001',
          '"stepMinutes" is too short for this time; choose more.',
          {
            path: 'stepMinutes',
          },
        );
      }
      const kind = input.cameraId === undefined ? input.kind : 'camera';
      const subject = input.cameraId ?? input.id;
      // The step that holds the start belongs to the range.
      const stepMs = stepMinutes * minuteMs;
      const first = Math.floor(from / stepMs) * stepMs;
      const known = await listMinutes(
        () => store.metrics.list({ from: first, to, kind, subject }),
        deps.unwritten,
      );
      const rows = known
        .filter((row) => row.at >= first && row.at < to)
        .filter(
          (row) => (kind ?? row.kind) === row.kind && (subject ?? row.subject) === row.subject,
        );
      const bySubject = Map.groupBy(rows, (row) => `${row.kind} ${row.subject}`);
      const series = [...bySubject.values()].flatMap((those): MetricSeries[] => {
        const [one] = those;
        if (one === undefined) return [];
        const points = toPoints(those, { stepMs, metrics });
        const cameraId = one.kind === 'camera' ? one.subject : null;
        return [
          {
            kind: one.kind,
            id: one.subject,
            name: nameOf(one.kind, one.subject),
            cameraId,
            points,
          },
        ];
      });
      return { from, to, stepMinutes, series };
    },
  };
}

function fittingStep(spanMs: number): number {
  return steps.find((step) => spanMs / (step * minuteMs) <= mostPoints) ?? 1440;
}

/** @throws StationError REQ_001 that names what is no metric */
function metricNames(text: string | undefined): HistoryMetric[] {
  if (text === undefined) return [...HistoryMetric.options];
  return text.split(',').map((name) => {
    const parsed = HistoryMetric.safeParse(name.trim());
    if (parsed.success) return parsed.data;
    throw new StationError(
      'REQ_001',
      `"metrics" is wrong: "${name}" is not among ${HistoryMetric.options.join(', ')}.`,
      { path: 'metrics' },
    );
  });
}
