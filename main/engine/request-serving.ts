/**
 * Wires the models that answer requests: registry, instances, metrics, and what is loaded at the start.
 */
import os from 'node:os';
import { z } from 'zod';
import type { StationConfig } from '#contract/config.ts';
import { StationError } from '#contract/error.ts';
import type { EventOf } from '#contract/events.ts';
import {
  InstanceLimits,
  type ResultCacheFigures,
  type SharedCacheState,
} from '#contract/inference.ts';
import type { Clock } from './base/clock.ts';
import type { SplitKeeper } from './experiment-split.ts';
import type { Executions } from './executions.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { withResultCache } from './inference/serving/cached-serving.ts';
import { createRedisShelf } from './inference/serving/redis-shelf.ts';
import { createResultCache } from './inference/serving/result-cache.ts';
import { createServingMetrics } from './inference/serving/serving-metrics.ts';
import { createServing } from './inference/serving/serving.ts';
import { createLivePressure } from './live-pressure.ts';
import { createInferenceService, fileOf } from './services/inference-service.ts';
import { findModel } from './services/find-model.ts';
import type { ServingRow } from './store/metrics.ts';
import type { Store } from './store/store.ts';

const megabyte = 1024 ** 2;
const scalesKey = 'serving.instances';

export interface RequestServingDeps {
  readonly host: Host;
  readonly config: StationConfig;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly executions: Pick<Executions, 'of' | 'told'>;
  readonly clock: Clock;
  readonly splits: Pick<SplitKeeper, 'route' | 'answered'>;
  /** Something that a person should read. */
  readonly notify: (notice: Pick<EventOf<'notice'>, 'severity' | 'code' | 'message'>) => void;
}

export interface RequestServing {
  readonly handlers: ReturnType<typeof createInferenceService>;
  /** Figures in Prometheus' text format. */
  metrics(): Promise<string>;
  cache(): ResultCacheFigures;
  /** How models answered in the minutes that begin within [from, to), Unix ms. */
  minutes(from: number, to: number): ServingRow[];
  /** Forgets what these models have answered: another one counts now, or they were removed. */
  forget(digests: readonly string[]): Promise<void>;
  /** A model computes in another way from now on. */
  renew(digest: string): Promise<void>;
  /** Loads what the settings want loaded at the start; what cannot be loaded is logged and shown by its state. */
  preload(): Promise<void>;
  close(): Promise<void>;
}

export function createRequestServing(deps: RequestServingDeps): RequestServing {
  const { host, config, store, fleet, clock } = deps;
  const { log } = host;
  const isLiveLate = createLivePressure(fleet, clock);
  const metrics = createServingMetrics(() => serving.overview());
  const cache = createResultCache({
    maxEntries: config.resultCacheEntries,
    maxBytes: config.resultCacheMb * megabyte,
    ttlSeconds: config.resultCacheSeconds,
    redis:
      config.redisUrl === ''
        ? null
        : createRedisShelf({
            url: config.redisUrl,
            clock,
            random: Math.random,
            onState: tellShared,
          }),
    clock,
    log,
  });
  const plain = createServing({
    limits: {
      maxModels: config.servingMaxModels,
      memoryBytes: config.servingMemoryMb * megabyte,
      gpuBytes: config.servingGpuMemoryMb * megabyte,
    },
    instancesOf: (digest) => scales[digest] ?? usualScale,
    cores: os.availableParallelism(),
    executionsOf: (digest) => deps.executions.of(digest),
    onBroken: (instance, digest, broken) => deps.executions.told(instance, digest, broken),
    spawn: () => host.spawnWorker('serving', { TALLYWATCH_RESOURCES: host.paths.resources }),
    isLiveLate,
    clock,
    log,
    onPicture: (file, job, answer) => metrics.picture(file, job, answer),
  });

  const usualScale: InstanceLimits = {
    min: config.servingMinInstances,
    max: config.servingMaxInstances,
    policy: config.servingPolicy,
  };
  /** Of models that differ, by digest */
  let scales: Record<string, InstanceLimits> = {};
  const knownScales = store.settings
    .get(scalesKey, z.record(z.string(), InstanceLimits))
    .then((kept) => {
      scales = { ...kept, ...scales };
    });

  const serving = withResultCache(plain, { cache, clock });

  function tellShared({ state, where, reason }: SharedCacheState): void {
    log[reason === null ? 'info' : 'warn']('shared result cache', { state, where, ...reason });
    if (reason !== null) deps.notify({ severity: 'warning', ...reason });
  }

  /** What is loaded at the start, and whether it stays. */
  async function wanted() {
    if (config.servingLoad === 'lazy') return [];
    const models = await store.models.list();
    if (config.servingLoad === 'eager') {
      return models.slice(-config.servingMaxModels).map((model) => ({ model, isPinned: false }));
    }
    const names = config.servingPreload.split(',').map((name) => name.trim());
    return names
      .filter((name) => name !== '')
      .flatMap((name) => {
        try {
          return [{ model: findModel(name, models), isPinned: true }];
        } catch (error) {
          log.error('model to preload not found', { name, why: String(error) });
          return [];
        }
      });
  }

  return {
    handlers: createInferenceService({
      ...{ store, serving, clock, splits: deps.splits },
      async setInstances(file, limits) {
        await knownScales;
        scales = { ...scales, [file.digest]: limits };
        await store.settings.set(scalesKey, scales);
        serving.rescale(file);
      },
    }),
    metrics: () => metrics.text(),
    cache: () => cache.figures(),
    minutes: (from, to) =>
      serving
        .allSamples(from, to)
        .flatMap(({ digest, samples }) =>
          samples.map(({ timestamp, values }) => ({ digest, at: Date.parse(timestamp), values })),
        ),
    async preload() {
      await knownScales;
      for (const { model, isPinned } of await wanted()) {
        try {
          await serving.load(fileOf(model), isPinned);
        } catch (error) {
          const { code, message } = StationError.from(error, 'MODEL_002');
          log.error('model not preloaded', { name: model.card.name, code, why: message });
        }
      }
    },
    renew: (digest) => plain.renew(digest),
    async forget(digests) {
      await Promise.all(digests.map((digest) => cache.forget(digest)));
    },
    async close() {
      await serving.close();
      cache.close();
    },
  };
}
