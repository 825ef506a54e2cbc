/**
 * The procedures of inference for other programs: one picture, many pictures, state and figures of a model.
 */
import { randomUUID } from 'node:crypto';
import { includesRole } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import {
  type ApiDetection,
  type BatchAnswer,
  type BatchResult,
  type InferenceOptions,
  type InstanceLimits,
  maxBatchSize,
  MetricName,
  type MetricSample,
} from '#contract/inference.ts';
import type { ModelCard } from '#contract/model.ts';
import type { ParsedInputOf } from '#contract/procedures.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { CallContext, Handlers } from '#engine/router.ts';
import { nameOf, type ServedFile } from '#engine/inference/serving/instance.ts';
import type { PictureAnswer } from '#engine/inference/serving/picture-queue.ts';
import type { RunPicture } from '#engine/inference/serving/serving-protocol.ts';
import type { SplitKeeper } from '#engine/experiment-split.ts';
import type { CachedServing } from '#engine/inference/serving/cached-serving.ts';
import type { StoredModel } from '#engine/store/records.ts';
import type { Store } from '#engine/store/store.ts';
import { answerByArm } from './answer-by-arm.ts';
import { findModel } from './find-model.ts';
import { readBase64Picture } from './base64-picture.ts';
import { batchDigest } from './batch-digest.ts';
import { createKeptAnswers } from './kept-answers.ts';
import { readTimeRange } from './time-range.ts';

const defaultMaxDetections = 300;

/** An answer under an idempotency key is kept so long, and all of them take so much memory at most. */
const keepMs = 3_600_000;
const maxKeptBytes = 64_000_000;
/** Memory of one detection, of one picture and of the rest of an answer, about */
const detectionBytes = 250;
const resultBytes = 500;

export interface InferenceServiceDeps {
  readonly store: Pick<Store, 'models' | 'metrics'>;
  readonly serving: CachedServing;
  readonly clock: Clock;
  /** Of which arm of an experiment a client gets answers */
  readonly splits: Pick<SplitKeeper, 'route' | 'answered'>;
  readonly setInstances: (file: ServedFile, limits: InstanceLimits) => Promise<void>;
}

type BatchRequest = Omit<ParsedInputOf<'inference.batch'>, 'idempotencyKey'>;

type InferenceHandlers = Pick<
  Handlers,
  | 'inference.run'
  | 'inference.batch'
  | 'inference.status'
  | 'inference.metrics'
  | 'serving.list'
  | 'serving.setInstances'
  | 'serving.load'
  | 'serving.release'
>;

export function createInferenceService(deps: InferenceServiceDeps): InferenceHandlers {
  const { serving, clock } = deps;
  const kept = createKeptAnswers<BatchAnswer>({ keepMs, maxBytes: maxKeptBytes, clock });

  async function model(modelId: string): Promise<ServedFile> {
    return fileOf(findModel(modelId, await deps.store.models.list()));
  }

  /** Who only looks gets answers of models that were made to count once, not of every experiment. */
  async function modelFor(modelId: string, { caller }: CallContext): Promise<ServedFile> {
    const file = await model(modelId);
    if (includesRole(caller.role, 'ml-engineer')) return file;
    const released = await deps.store.models.activations();
    if (released.some(({ digest }) => digest === file.digest)) return file;
    throw new StationError(
      'ACC_002',
      `${nameOf(file)} was never made to count; only ml-engineer and admin may try it.`,
    );
  }

  function byArm<T>(
    asked: ServedFile,
    { caller, signal }: CallContext,
    answer: (file: ServedFile) => Promise<T>,
  ): Promise<T> {
    const find = async (digest: string) => {
      const known = await deps.store.models.get(digest);
      return known && fileOf(known);
    };
    const question = { asked, client: caller.user, signal };
    return answerByArm({ splits: deps.splits, find }, question, answer);
  }

  async function answerBatch(
    file: ServedFile,
    { images, batchSize, options = {} }: BatchRequest,
    signal: AbortSignal,
  ): Promise<BatchAnswer> {
    const startedMs = clock.monotonicMs();
    const batchId = randomUUID();
    const ask = async (image: string, index: number): Promise<BatchResult> => {
      const done = { index, processingTime: 0, image: null, detections: [], error: null };
      try {
        const bytes = readBase64Picture(image, `images.${String(index)}`);
        const answer = await serving.ask(file, {
          work: 'batch',
          sender: batchId,
          picture: pictureOf(bytes, options),
          maxBatchSize: batchSize,
          cacheSeconds: options.cacheSeconds,
          signal,
        });
        const detections = detectionsOf(answer, { card: file.card, options });
        const processingTime = clock.monotonicMs() - startedMs;
        return { ...done, image: answer.result.picture, detections, processingTime };
      } catch (error) {
        const body = StationError.from(error, 'INF_001').toBody();
        return { ...done, processingTime: clock.monotonicMs() - startedMs, error: body };
      }
    };
    const results = await Promise.all(images.map(ask));
    throwIfNoneCould(results);
    return {
      modelId: nameOf(file),
      batchId,
      results,
      totalProcessingTime: clock.monotonicMs() - startedMs,
      timestamp: new Date(clock.now()).toISOString(),
    };
  }

  /** What was written down before, and what is known of this run of the station. */
  async function samplesOf(file: ServedFile, from: number, to: number): Promise<MetricSample[]> {
    const now = serving.samples(file, from, to);
    const known = new Set(now.map(({ timestamp }) => timestamp));
    const rows = await deps.store.metrics.serving({ digest: file.digest, from, to });
    const before = rows
      .map(({ at, values }) => ({ timestamp: new Date(at).toISOString(), values }))
      .filter(({ timestamp }) => !known.has(timestamp));
    return [...before, ...now].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  }

  return {
    'inference.run': async (input, context) => {
      const startedMs = clock.monotonicMs();
      const asked = await modelFor(input.modelId, context);
      const { options: nested, ...own } = input;
      const options = { ...nested, ...given(own) };
      const bytes = readBase64Picture(input.image, 'image');
      return byArm(asked, context, async (file) => {
        const answer = await serving.ask(file, {
          work: 'api',
          sender: context.caller.user,
          picture: pictureOf(bytes, options),
          maxBatchSize,
          cacheSeconds: options.cacheSeconds,
          signal: context.signal,
        });
        return {
          modelId: nameOf(file),
          inferenceId: randomUUID(),
          image: answer.result.picture,
          results: {
            detections: detectionsOf(answer, { card: file.card, options }),
            processingTime: clock.monotonicMs() - startedMs,
            timestamp: new Date(clock.now()).toISOString(),
          },
        };
      });
    },

    'inference.batch': async ({ idempotencyKey: key, ...request }, context) => {
      const asked = await modelFor(request.modelId, context);
      const answer = (signal: AbortSignal) =>
        byArm(asked, { ...context, signal }, (file) => answerBatch(file, request, signal));
      if (key === undefined) return answer(context.signal);
      return kept.answer({
        ...{ owner: context.caller.user, key, signal: context.signal },
        digest: await batchDigest(request),
        work: answer,
        bytesOf: keptBytes,
      });
    },

    'inference.status': async ({ modelId }) => serving.status(await model(modelId)),

    'inference.metrics': async ({ modelId, timeRange, from, to, metrics }) => {
      const file = await model(modelId);
      const names = metricNames(metrics);
      const { from: start, to: end } = readTimeRange({ timeRange, from, to }, clock.now());
      // The minute that holds the start belongs to the range.
      const first = Math.floor(start / 60_000) * 60_000;
      const samples = await samplesOf(file, first, end);
      return {
        modelId: nameOf(file),
        from: start,
        to: end,
        samples: samples.map(({ timestamp, values }) => ({
          timestamp,
          values: Object.fromEntries(names.map((name) => [name, values[name]])),
        })),
      };
    },

    'serving.list': () => serving.overview(),
    'serving.setInstances': async ({ modelId, ...limits }) => {
      const file = await model(modelId);
      await deps.setInstances(file, limits);
      return serving.status(file);
    },
    'serving.load': async ({ modelId }) => {
      const file = await model(modelId);
      await serving.load(file);
      return serving.status(file);
    },
    'serving.release': async ({ modelId }) => {
      const file = await model(modelId);
      await serving.release(file);
      return serving.status(file);
    },
  };
}

/** A model of the registry as an instance needs it. */
export function fileOf({ path, digest, card, bytes }: StoredModel): ServedFile {
  return { path, digest, card, bytes };
}

/** null when a picture was turned away because too much waited: another try may do better. */
function keptBytes({ results }: BatchAnswer): number | null {
  if (results.some(({ error }) => error?.retryAfterS !== undefined)) return null;
  return results.reduce(
    (sum, { detections }) => sum + resultBytes + detections.length * detectionBytes,
    resultBytes,
  );
}

/** The fields that were given. */
function given(options: InferenceOptions): InferenceOptions {
  const { confidenceThreshold, nmsThreshold, maxDetections, cacheSeconds, outputFormat } = options;
  const fields = { confidenceThreshold, nmsThreshold, maxDetections, cacheSeconds, outputFormat };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function pictureOf(bytes: Uint8Array, options: InferenceOptions): RunPicture {
  return { bytes, scoreFloor: options.confidenceThreshold, nmsIou: options.nmsThreshold };
}

/** The strongest detections, with the model's own class names. */
function detectionsOf(
  { result }: PictureAnswer,
  { card, options }: { card: ModelCard; options: InferenceOptions },
): ApiDetection[] {
  return result.detections
    .slice(0, options.maxDetections ?? defaultMaxDetections)
    .map(({ box, score, classIndex }) => ({
      class: card.classes[classIndex] ?? `class-${String(classIndex)}`,
      confidence: score,
      bbox: box,
    }));
}

/** When no picture could be answered for one reason that is not the picture's, the request has that error. */
function throwIfNoneCould(results: readonly BatchResult[]): void {
  const first = results[0]?.error;
  if (!first || first.code === 'INF_003') return;
  if (results.every(({ error }) => error?.code === first.code)) throw StationError.fromBody(first);
}

function metricNames(text: string | undefined): MetricName[] {
  if (text === undefined) return [...MetricName.options];
  return text.split(',').map((name) => {
    const parsed = MetricName.safeParse(name.trim());
    if (parsed.success) return parsed.data;
    throw new StationError(
      'REQ_001',
      `"metrics" is wrong: "${name}" is not among ${MetricName.options.join(', ')}.`,
      { path: 'metrics' },
    );
  });
}
