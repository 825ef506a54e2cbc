/**
 * Wires how a station watches itself: its figures by the second and by the minute, the alerts they raise, its health, and what is
 * asked of these.
 */
import os from 'node:os';
import type { AlertRule } from '#contract/alert.ts';
import type { CameraId } from '#contract/camera.ts';
import type { Certificate } from '#contract/certificate.ts';
import { keepAlerts } from './alert-keeper.ts';
import { createAlertMetrics } from './alert-metrics.ts';
import type { Clock } from './base/clock.ts';
import type { Emitter } from './base/emitter.ts';
import type { Logger } from './base/log.ts';
import type { CentralKeeper } from './central-keeper.ts';
import type { Fleet } from './fleet.ts';
import { createFigureGatherer, createLoadMeter, type FigureDeps } from './gather-figures.ts';
import { healthChecks } from './health-checks.ts';
import { type HealthKeeper, keepHealth } from './health-keeper.ts';
import { keepMetrics, type MetricKeeper } from './metric-keeper.ts';
import type { ModelRollout } from './model-rollout.ts';
import type { Notifier } from './notify/notifier.ts';
import type { RequestServing } from './request-serving.ts';
import { createScreenSink } from './screen-sink.ts';
import { createAlertService } from './services/alert-service.ts';
import { createHealthService } from './services/health-service.ts';
import { createMetricService } from './services/metric-service.ts';
import type { EventMap, Site } from './site.ts';
import type { Store } from './store/store.ts';

export interface WatchPartDeps extends Pick<
  FigureDeps,
  'onSite' | 'disk' | 'certificates' | 'verdict' | 'judged'
> {
  readonly store: Store;
  readonly events: Emitter<EventMap>;
  readonly clock: Clock;
  readonly log: Logger;
  /** IANA name */
  readonly timeZone: string;
  readonly site: Site;
  readonly fleet: Fleet;
  readonly rollout: ModelRollout;
  readonly requests: Pick<RequestServing, 'minutes' | 'cache'>;
  readonly central: Pick<CentralKeeper, 'standing'>;
  readonly notifier: Pick<Notifier, 'send'>;
  readonly certificates: () => Promise<Certificate[]>;
  readonly cameraName: (id: string) => string;
  /** `name@version` of a digest */
  readonly modelName: (digest: string) => string;
}

export interface WatchPart {
  readonly handlers: ReturnType<typeof createAlertService> &
    ReturnType<typeof createHealthService> &
    ReturnType<typeof createMetricService>;
  readonly report: MetricKeeper['report'];
  readonly readiness: HealthKeeper['readiness'];
  /** Open alerts for Prometheus */
  readonly alertMetrics: () => Promise<string>;
  /** The station has failed at something that was asked of it. */
  failed(code: string): void;
  close(): Promise<void>;
}

/** Of how fast cameras are counted where no rule of an alert says (M2) */
const usualLimits = { latencyMs: 100, throughputPercent: 90 };

/** Rejects as the store does. */
export async function createWatchPart(deps: WatchPartDeps): Promise<WatchPart> {
  const { store, events, clock, log, timeZone, site, fleet, rollout, requests } = deps;
  const { certificates, cameraName, modelName } = deps;
  const cameras = () => site.cameras();
  const central = () => deps.central.standing();
  const wantedModel = (cameraId: CameraId): string | null => rollout.counting(cameraId);
  const figures = createFigureGatherer({
    ...{ site, store, events, clock, log, timeZone, central, certificates },
    ...{ onSite: deps.onSite, disk: deps.disk, verdict: deps.verdict, judged: deps.judged },
    hasModel: (cameraId) => wantedModel(cameraId) !== null,
    load: createLoadMeter(),
  });
  const minutes = keepMetrics({
    ...{ store, events, clock, log, cameras, wantedModel },
    serving: (from, to) => requests.minutes(from, to),
    load: createLoadMeter(),
  });
  const unwritten = () => minutes.unwritten();
  const screen = createScreenSink(events);
  const alerts = await keepAlerts({
    ...{ store, events, clock, log, timeZone, isTicking: true },
    sink: {
      send(notice, channels) {
        screen.send(notice, channels);
        deps.notifier.send(notice, channels);
      },
    },
    figures: () => figures.now(),
  });
  const health = keepHealth({
    ...{ fleet, clock, log, wantedModel, modelName, cameras },
    checks: healthChecks({
      ...{ store, fleet, clock, wantedModel, certificates, cameras, central, unwritten },
      cache: () => requests.cache(),
      limits: () => ({
        latencyMs: limitOf(alerts.rules(), 'latency') ?? usualLimits.latencyMs,
        throughputPercent: limitOf(alerts.rules(), 'throughput') ?? usualLimits.throughputPercent,
      }),
      memoryBytes: os.totalmem(),
    }),
  });
  return {
    handlers: {
      ...createAlertService({ keeper: alerts, site }),
      ...createHealthService({ keeper: health, store, clock, modelName, cameras }),
      ...createMetricService({ store, clock, unwritten, cameraName, modelName }),
    },
    report: (workerId, report) => minutes.report(workerId, report),
    readiness: () => health.readiness(),
    alertMetrics: createAlertMetrics(() => alerts.open()),
    failed(code) {
      figures.failed(code);
      minutes.failed(code);
    },
    async close() {
      await health.close();
      await alerts.close();
      await figures.close();
      await minutes.close();
    },
  };
}

/** Of the rule for all cameras, where there is one that is on. */
function limitOf(rules: readonly AlertRule[], metric: AlertRule['metric']): number | null {
  const rule = rules.find((each) => each.metric === metric && each.scope === 'cameras');
  return rule?.isEnabled ? rule.limit : null;
}
