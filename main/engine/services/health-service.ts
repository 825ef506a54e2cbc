/**
 * The procedures of health: the tree, and how much of the time all was well.
 */
import { type UptimeRow, uptimeTarget } from '#contract/health-tree.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { HealthKeeper } from '#engine/health-keeper.ts';
import { cameraShare, stationShare, sumShares } from '#engine/monitoring/uptime.ts';
import type { Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';

const dayMs = 86_400_000;
const periods = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const;
type Period = keyof typeof periods;

export interface HealthServiceDeps {
  readonly keeper: HealthKeeper;
  readonly store: Pick<Store, 'coverage' | 'metrics'>;
  readonly clock: Clock;
  readonly cameras: () => readonly { readonly id: string; readonly name: string }[];
  readonly modelName: (digest: string) => string;
}

export function createHealthService(
  deps: HealthServiceDeps,
): Pick<Handlers, 'health.tree' | 'health.check' | 'health.uptime'> {
  const { keeper, store, clock } = deps;

  async function uptime(): Promise<UptimeRow[]> {
    const to = clock.now();
    const names = Object.keys(periods) as Period[];
    const spans = names.map((period) => ({ period, from: to - periods[period], to }));
    const coverages = await Promise.all(
      spans.map(({ from }) => store.coverage.query({ from, to })),
    );
    const cameras = deps.cameras().map(({ id, name }): UptimeRow => ({
      ...{ kind: 'camera', id, name, cameraId: id },
      shares: spans.flatMap((span, index) => {
        const coverage = coverages[index]?.find((one) => one.cameraId === id);
        return coverage ? [{ ...span, ...cameraShare(coverage) }] : [];
      }),
    }));
    const station: UptimeRow = {
      ...{ kind: 'station', id: 'station', name: 'station', cameraId: null },
      shares: spans.map((span, index) => ({
        ...span,
        ...sumShares((coverages[index] ?? []).map(stationShare)),
      })),
    };
    return [station, ...cameras, ...(await models(spans))];
  }

  /** Of days in UTC, the first of them whole. */
  async function models(
    spans: readonly { readonly period: Period; readonly from: number; readonly to: number }[],
  ): Promise<UptimeRow[]> {
    const earliest = Math.min(...spans.map(({ from }) => from));
    const to = clock.now();
    const times = await store.metrics.modelTimes({ from: startOfDay(earliest), to });
    return [...Map.groupBy(times, ({ digest }) => digest)].map(([digest, days]) => ({
      ...{ kind: 'model', id: digest, name: deps.modelName(digest), cameraId: null },
      shares: spans.map((span) => {
        const within = days.filter((day) => day.dayMs >= startOfDay(span.from));
        return {
          ...{ ...span, from: startOfDay(span.from) },
          wantedSeconds: within.reduce((sum, { wantedMs }) => sum + wantedMs / 1000, 0),
          servedSeconds: within.reduce((sum, { servedMs }) => sum + servedMs / 1000, 0),
        };
      }),
    }));
  }

  return {
    'health.tree': () => {
      const nodes = keeper.tree();
      return { state: nodes[0]?.state ?? 'unknown', at: clock.now(), nodes };
    },
    'health.check': async () => {
      await keeper.checkNow();
      return {};
    },
    'health.uptime': async () => ({ target: uptimeTarget, rows: await uptime() }),
  };
}

function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}
