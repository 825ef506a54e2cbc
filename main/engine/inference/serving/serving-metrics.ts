/**
 * Figures for Prometheus about requests: how many, how fast, in how much memory.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { StationError } from '#contract/error.ts';
import type { ServingOverview } from '#contract/inference.ts';
import { nameOf } from './instance.ts';
import type { ServedFile } from './instance.ts';
import type { PictureAnswer, PictureJob } from './picture-queue.ts';

/** Upper bounds in ms (SERVING.md) */
const buckets = [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 250, 500, 1000];
const states = ['loading', 'ready', 'error', 'unavailable'] as const;

export interface ServingMetrics {
  picture(file: ServedFile, job: PictureJob, answer: PictureAnswer | StationError): void;
  /** All figures in Prometheus' text format. */
  text(): Promise<string>;
}

/** `overview` is asked at each scrape. */
export function createServingMetrics(overview: () => ServingOverview): ServingMetrics {
  const registry = new Registry();
  const registers = [registry];
  const pictures = new Counter({
    name: 'tallywatch_inference_pictures_total',
    help: 'Pictures of requests by model, kind of work and outcome',
    labelNames: ['model', 'work', 'outcome'],
    registers,
  });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets, labelNames: ['model', 'work'], registers });
  const queue = histogram('tallywatch_inference_queue_ms', 'Time a picture waited for a run, ms');
  const infer = histogram(
    'tallywatch_inference_infer_ms',
    'Time of the network for one picture, ms',
  );
  const total = histogram('tallywatch_inference_total_ms', 'From arrival to answer, ms');
  const gauge = (name: string, help: string, labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const state = gauge('tallywatch_model_state', 'Whether a model is in this state, 1 or 0', [
    'model',
    'state',
  ]);
  const instances = gauge('tallywatch_model_instances', 'Instances that are ready', ['model']);
  const queued = gauge('tallywatch_model_queued', 'Pictures that wait', ['model']);
  const refused = gauge(
    'tallywatch_model_refused',
    'Pictures turned away since the station started because too much was waiting',
    ['model'],
  );
  const memory = gauge('tallywatch_model_rss_bytes', 'Memory of the processes of a model', [
    'model',
  ]);
  const cacheAnswers = gauge(
    'tallywatch_result_cache_answers',
    'Questions since the station started by where their answer was: memory, shared, or computed',
    ['from'],
  );
  const cacheBytes = gauge('tallywatch_result_cache_bytes', 'Memory of answers that are kept', []);
  const cacheAway = gauge(
    'tallywatch_result_cache_away',
    'Whether the configured Redis server cannot be used, 1 or 0',
    [],
  );
  const budget = gauge('tallywatch_serving_memory_budget_bytes', 'Memory for all models', []);

  return {
    picture(file, job, answer) {
      const labels = { model: nameOf(file), work: job.work };
      if (answer instanceof StationError) {
        pictures.inc({ ...labels, outcome: answer.code });
        return;
      }
      pictures.inc({ ...labels, outcome: 'answered' });
      queue.observe(labels, answer.queueMs);
      infer.observe(labels, answer.inferMs);
      total.observe(labels, answer.totalMs);
    },
    text() {
      const now = overview();
      for (const family of [state, instances, queued, refused, memory]) family.reset();
      budget.set(now.memoryBudgetBytes);
      const { cache } = now;
      cacheAnswers.set({ from: 'memory' }, cache.memoryHits);
      cacheAnswers.set({ from: 'shared' }, cache.sharedHits);
      cacheAnswers.set({ from: 'computed' }, cache.misses);
      cacheBytes.set(cache.bytes);
      cacheAway.set(cache.shared === null || cache.shared.state === 'ready' ? 0 : 1);
      for (const model of now.models) {
        const labels = { model: model.modelId };
        for (const name of states) {
          state.set({ ...labels, state: name }, model.status === name ? 1 : 0);
        }
        instances.set(labels, model.instances.filter((one) => one.state === 'ready').length);
        queued.set(labels, model.queued);
        refused.set(labels, model.performance.refused);
        memory.set(labels, model.rssBytes);
      }
      return registry.metrics();
    },
  };
}
