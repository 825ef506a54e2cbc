/**
 * Inference for other programs of the site (REQUIREMENTS I1 to I4): one picture, many pictures, state and figures of a model.
 */
import { z } from 'zod';
import { BreakerName, ModelId } from './camera.ts';
import { cacheSeconds } from './config.ts';
import { ErrorBody } from './error.ts';
import { Box, Size } from './geometry.ts';
import { TimeRange } from './metrics.ts';
import { Digest } from './model.ts';
import { procedure } from './procedure.ts';

/** One picture as a file, before base64: at most so many bytes. */
export const maxPictureBytes = 12_000_000;
/** Pictures in one batch request at most, and in one run of the network. */
export const maxBatchPictures = 512;
export const maxBatchSize = 64;
const defaultBatchSize = 32;

export const OutputFormat = z.enum(['json', 'xml', 'protobuf']);
export type OutputFormat = z.infer<typeof OutputFormat>;

/** How long an answer may be kept, s: not at all, a minute, five, half an hour, an hour, a day. */
export const CacheSeconds = z
  .number()
  .refine((seconds) => cacheSeconds.includes(seconds), `use one of ${cacheSeconds.join(', ')}`);

/** What is found and how it is answered; what is left out comes from the card of the model. */
export const InferenceOptions = z.object({
  /** Detections below are left out, 0…1 */
  confidenceThreshold: z.number().min(0).max(1).optional(),
  /** Overlap (IoU) above which the weaker of two boxes of a class is left out, 0…1 */
  nmsThreshold: z.number().min(0).max(1).optional(),
  /** The strongest so many, 1…1000 */
  maxDetections: z.number().int().min(1).max(1000).optional(),
  /**
   * For how long the answer may be kept and given again to the same question, s; 0 for not at all. What the settings say when
   * left out
   */
  cacheSeconds: CacheSeconds.optional(),
  /** Form of the answer on the REST door; every other door answers with objects */
  outputFormat: OutputFormat.optional(),
});
export type InferenceOptions = z.infer<typeof InferenceOptions>;

/** A JPEG, PNG or WebP in base64, with or without `data:image/…;base64,` */
const Base64Picture = z
  .string()
  .min(1)
  .max(Math.ceil((maxPictureBytes * 4) / 3) + 64, 'a picture larger than 12 MB');

/**
 * A name that the caller gives a request so that it can be sent again: the same caller, key and request get the same answer
 * for an hour after it was made, without being inferred anew. Another request under the same key is refused.
 */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 visible ASCII characters, for example a UUID');

export const ApiDetection = z.object({
  /** The model's own name of the class */
  class: z.string(),
  confidence: z.number(),
  /** 0…1 of the picture, origin top left */
  bbox: Box,
});
export type ApiDetection = z.infer<typeof ApiDetection>;

const Results = z.object({
  detections: z.array(ApiDetection),
  /** From the arrival of the request to its answer, ms */
  processingTime: z.number(),
  /** When it was answered, ISO 8601 */
  timestamp: z.string(),
});

export const InferenceAnswer = z.object({
  /** `name@version` that answered */
  modelId: z.string(),
  inferenceId: z.string(),
  /** Size of the picture in px, after its EXIF rotation */
  image: Size,
  results: Results,
});
export type InferenceAnswer = z.infer<typeof InferenceAnswer>;

export const BatchResult = z.object({
  /** Place of the picture in the request, from 0 */
  index: z.number().int(),
  image: Size.nullable(),
  detections: z.array(ApiDetection),
  /** From the arrival of the request to the answer about this picture, ms */
  processingTime: z.number(),
  /** Why there is no result; null when there is one */
  error: ErrorBody.nullable(),
});
export type BatchResult = z.infer<typeof BatchResult>;

export const BatchAnswer = z.object({
  modelId: z.string(),
  batchId: z.string(),
  results: z.array(BatchResult),
  /** ms */
  totalProcessingTime: z.number(),
  timestamp: z.string(),
});
export type BatchAnswer = z.infer<typeof BatchAnswer>;

export const ServingState = z.enum(['loading', 'ready', 'error', 'unavailable']);
export type ServingState = z.infer<typeof ServingState>;

const Percentiles = z.object({ p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number() });

/** Figures of the newest pictures and counts since the station started. */
export const ServingPerformance = z.object({
  requests: z.number().int(),
  errors: z.number().int(),
  /** Turned away because too much was waiting */
  refused: z.number().int(),
  /** Pictures per second over the last ten seconds */
  throughput: z.number(),
  /** From the arrival of a picture to its answer */
  latency: Percentiles,
  queue: Percentiles,
  /** Time of the network alone, for one picture */
  inference: Percentiles,
});
export type ServingPerformance = z.infer<typeof ServingPerformance>;

export const ServingInstance = z.object({
  id: z.string(),
  pid: z.number().int().nullable(),
  state: z.enum(['loading', 'ready', 'ended']),
  provider: z.string(),
  /** Whether it gets runs: after five failures in a row it is left alone for a minute */
  breaker: BreakerName,
  /** Pictures that it was given and has not answered yet */
  inFlight: z.number().int(),
  rssBytes: z.number(),
});
export type ServingInstance = z.infer<typeof ServingInstance>;

/** Which instance gets the next run: in turn, by measured speed, or the one with the fewest runs. */
export const BalancePolicy = z.enum(['round-robin', 'weighted', 'least-connections']);
export type BalancePolicy = z.infer<typeof BalancePolicy>;

/** How many instances answer for one model: between the two by their busy share. */
export const InstanceLimits = z.object({
  min: z.number().int().min(1).max(32),
  /** 0 leaves it to the machine: one per core, ten at most, one on a graphics card */
  max: z.number().int().min(0).max(32),
  policy: BalancePolicy,
});
export type InstanceLimits = z.infer<typeof InstanceLimits>;

export const ServingStatus = z.object({
  modelId: z.string(),
  digest: Digest,
  status: ServingState,
  /** Unix ms since when it is in this state */
  since: z.number(),
  /** Why it is in this state; null when there is nothing to say */
  reason: z.string().nullable(),
  version: z.string(),
  performance: ServingPerformance,
  instances: z.array(ServingInstance),
  limits: InstanceLimits,
  /** Share of the last second in which the instances were at work on a run, 0…1 */
  busyShare: z.number(),
  /** Pictures that wait */
  queued: z.number().int(),
  rssBytes: z.number(),
  /** When something about it changed last, ISO 8601 */
  lastUpdated: z.string(),
});
export type ServingStatus = z.infer<typeof ServingStatus>;

/** What is kept of each minute. */
export const MetricName = z.enum([
  'requests',
  'errors',
  'refused',
  'throughput',
  'latencyP50',
  'latencyP95',
  'queueP95',
  'inferenceP50',
]);
export type MetricName = z.infer<typeof MetricName>;

export const MetricSample = z.object({
  /** Start of the minute, ISO 8601 */
  timestamp: z.string(),
  /** Counts, pictures per second, or ms, by the name of the metric */
  values: z.partialRecord(MetricName, z.number()),
});
export type MetricSample = z.infer<typeof MetricSample>;

/** The Redis server that keeps answers, where one is configured. */
export const SharedCacheState = z.object({
  state: z.enum(['connecting', 'ready', 'away']),
  /** Host and port */
  where: z.string(),
  /** Unix ms since when it is so */
  since: z.number(),
  /** SYS_003 and what to do; null while it is well */
  reason: ErrorBody.nullable(),
});
export type SharedCacheState = z.infer<typeof SharedCacheState>;

/** Answers that are kept, and how often that helped since the station started. */
export const ResultCacheFigures = z.object({
  entries: z.number().int(),
  bytes: z.number(),
  maxBytes: z.number(),
  memoryHits: z.number().int(),
  sharedHits: z.number().int(),
  misses: z.number().int(),
  shared: SharedCacheState.nullable(),
});
export type ResultCacheFigures = z.infer<typeof ResultCacheFigures>;

/** The whole of the serving of requests, for the health page. */
export const ServingOverview = z.object({
  models: z.array(ServingStatus),
  /** Models that may be loaded at the same time */
  maxLoadedModels: z.number().int(),
  rssBytes: z.number(),
  memoryBudgetBytes: z.number(),
  gpuBytes: z.number(),
  gpuBudgetBytes: z.number(),
  cache: ResultCacheFigures,
  /** Whether batch work waits because live frames come late */
  isBatchHeld: z.boolean(),
});
export type ServingOverview = z.infer<typeof ServingOverview>;

export const inferenceProcedures = {
  'inference.run': procedure({
    kind: 'query',
    route: 'POST /models/{modelId}/inference',
    role: 'viewer',
    summary: 'Finds what is on one picture',
    maxBodyBytes: 17_000_000,
    pictures: { name: 'image', isMany: false },
    input: InferenceOptions.extend({
      modelId: ModelId,
      image: Base64Picture,
      /** The same options in one object; a field beside it wins */
      options: InferenceOptions.optional(),
    }),
    output: InferenceAnswer,
  }),
  'inference.batch': procedure({
    kind: 'query',
    route: 'POST /models/{modelId}/batch-inference',
    role: 'viewer',
    summary: 'Finds what is on many pictures, when there is room beside more urgent work',
    maxBodyBytes: 64_000_000,
    pictures: { name: 'images', isMany: true },
    header: { name: 'idempotency-key', field: 'idempotencyKey' },
    input: z.object({
      modelId: ModelId,
      images: z.array(Base64Picture).min(1).max(maxBatchPictures),
      /** Pictures in one run of the network, 1…64 */
      batchSize: z.number().int().min(1).max(maxBatchSize).default(defaultBatchSize),
      options: InferenceOptions.optional(),
      idempotencyKey: IdempotencyKey.optional(),
    }),
    output: BatchAnswer,
  }),
  'inference.status': procedure({
    kind: 'query',
    route: 'GET /models/{modelId}/status',
    role: 'viewer',
    summary: 'Shows whether a model answers requests, and how fast',
    input: z.object({ modelId: ModelId }),
    output: ServingStatus,
  }),
  'inference.metrics': procedure({
    kind: 'query',
    route: 'GET /models/{modelId}/metrics',
    role: 'viewer',
    summary: 'Shows figures of a model by the minute, of the last seven days at most',
    input: z.object({
      modelId: ModelId,
      /** The last so much time, for example 15m, 6h or 2d */
      timeRange: TimeRange.default('1h'),
      /** Unix ms; instead of `timeRange` */
      from: z.number().int().optional(),
      to: z.number().int().optional(),
      /** Names with commas between them; all when left out */
      metrics: z.string().optional(),
    }),
    output: z.object({
      modelId: z.string(),
      from: z.number(),
      to: z.number(),
      samples: z.array(MetricSample),
    }),
  }),
  'serving.list': procedure({
    kind: 'query',
    route: 'GET /serving',
    role: 'viewer',
    summary: 'Shows which models answer requests, with what memory and how fast',
    input: z.object({}),
    output: ServingOverview,
  }),
  'serving.setInstances': procedure({
    kind: 'command',
    route: 'PUT /models/{modelId}/instances',
    role: 'admin',
    summary: 'Sets between how many instances a model answers requests, and how they take turns',
    input: InstanceLimits.extend({ modelId: ModelId }).refine(
      ({ min, max }) => max === 0 || max >= min,
      { path: ['max'], message: 'must be 0 or at least min' },
    ),
    output: ServingStatus,
  }),
  'serving.load': procedure({
    kind: 'command',
    route: 'POST /models/{modelId}/load',
    role: 'admin',
    summary: 'Loads a model, so that its first request need not wait',
    input: z.object({ modelId: ModelId }),
    output: ServingStatus,
  }),
  'serving.release': procedure({
    kind: 'command',
    route: 'POST /models/{modelId}/release',
    role: 'admin',
    summary: 'Lets go of a loaded model and its memory; the next request loads it again',
    input: z.object({ modelId: ModelId }),
    output: ServingStatus,
  }),
};
