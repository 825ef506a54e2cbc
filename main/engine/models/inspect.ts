/**
 * Looks at a model file that nobody knows and proposes its card, or says why it cannot count. The file is hostile until
 * proven: this runs in a process that may be thrown away.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import { assert } from '#engine/base/assert.ts';
import { CardChanges, Digest, ModelCard, ModelFile } from '#contract/model.ts';
import { changeCard } from './change-card.ts';
import { digestFile } from './digest.ts';
import { classesFromMetadata } from './metadata-classes.ts';
import { openModelFile } from './model-file.ts';
import type { NetworkSignature } from './network-signature.ts';
import { PictureProof } from './picture-proof.ts';
import { proposeCard } from './propose-card.ts';
import { recognise } from './recognise.ts';

/** What to inspect, and what the person who imports it knows. */
export const InspectRequest = z.object({
  file: z.string().min(1),
  /** Name for the registry; the file's name where it is left out */
  name: z.string().optional(),
  /** Class names in the order of the outputs, for files that do not carry them */
  classes: z.array(z.string()).optional(),
  /** A card that came with the file: nothing is guessed */
  card: ModelCard.optional(),
  /** What the person who imports knows better than guess or card */
  changes: CardChanges.optional(),
  /** Pictures on which the likely ways of preparing them are tried; left out, nothing is proven */
  pictures: z.array(z.string()).optional(),
});
export type InspectRequest = z.infer<typeof InspectRequest>;

/** What a file turned out to be. */
export const Inspection = z.object({
  card: ModelCard,
  /** SHA-256 of the model file */
  digest: Digest,
  /** Of the file and of the weights beside it */
  bytes: z.number().int().positive(),
  /** Files of weights beside the model, relative to its folder */
  externalPaths: z.array(z.string()),
  /** The model and its weights, as they were when they were tried */
  files: z.array(ModelFile),
  opset: z.number().int(),
  producer: z.string(),
  /** By what it was recognised */
  evidence: z.string(),
  /** Pictures that one run takes; null when any number is possible */
  batchSize: z.number().int().nullable(),
  /** Time of one run on one thread of the processor, ms */
  inferMs: z.number(),
  /** Null when no pictures were given */
  proof: PictureProof.nullable(),
});
export type Inspection = z.infer<typeof Inspection>;

/** What the inspection needs of the runtime; the entry point supplies it. */
export interface InspectTools {
  /** What a file says that stands for a model in an engine or on a server; null for a network. */
  readonly describeElsewhere: (file: string) => Promise<{
    readonly card: ModelCard;
    readonly externalPaths: readonly string[];
    readonly producer: string;
  } | null>;
  readonly probeNetwork: (
    file: string,
  ) => Promise<Pick<NetworkSignature, 'inputs' | 'outputs' | 'observed' | 'observedError'>>;
  /** Loads the file with the card and runs it. Throws what the session throws. */
  readonly tryCard: (
    file: string,
    card: ModelCard,
  ) => Promise<{ readonly batchSize: number | null; readonly inferMs: number }>;
  /** Needed only where pictures are given */
  readonly proveOnPictures?: (
    file: string,
    card: ModelCard,
    pictures: readonly string[],
  ) => Promise<PictureProof>;
}

/**
 * Inspects a file. Throws MODEL_002 when it is no network that can be loaded, MODEL_003 with the reason when it cannot be
 * used for counting, INF_004 when it answers nonsense.
 */
export async function inspectModel(
  request: InspectRequest,
  tools: InspectTools,
): Promise<Inspection> {
  const { file, changes = {}, pictures = [] } = request;
  const elsewhere = await tools.describeElsewhere(file);
  if (elsewhere !== null) return inspectElsewhere(request, elsewhere, tools);
  const model = await openModelFile(file);
  const { card: found, evidence } = request.card
    ? { card: request.card, evidence: 'the card that came with the file' }
    : await guessCard(request, model, tools);
  const card = changeCard(found, changes);
  const { batchSize, inferMs } = await tools
    .tryCard(file, card)
    .catch((error: unknown) => refuse(error, request));
  const files = await listFiles(file, model.externalPaths);
  return {
    card,
    digest: files[0]?.digest ?? '',
    bytes: model.bytes,
    externalPaths: [...model.externalPaths],
    files,
    opset: model.opset,
    producer: model.producer,
    evidence,
    batchSize,
    inferMs,
    proof: pictures.length === 0 ? null : await prove(card, request, tools),
  };
}

/** Outputs that make no sense with the class names that somebody gave are those of a model with other classes. */
function refuse(error: unknown, { classes, changes }: InspectRequest): never {
  const names = changes?.classes ?? classes;
  if (names === undefined || !(error instanceof StationError) || error.code !== 'INF_004') {
    throw error;
  }
  throw new StationError(
    'MODEL_003',
    `The model does not fit the ${String(names.length)} class names given with it; correct or remove them. (${error.message})`,
    { cause: error },
  );
}

/** Nothing is guessed: an engine knows its card. It is run once all the same. */
async function inspectElsewhere(
  { file, pictures = [], ...request }: InspectRequest,
  elsewhere: NonNullable<Awaited<ReturnType<InspectTools['describeElsewhere']>>>,
  tools: InspectTools,
): Promise<Inspection> {
  const { card, externalPaths, producer } = elsewhere;
  const { batchSize, inferMs } = await tools.tryCard(file, card);
  const files = await listFiles(file, externalPaths);
  return {
    card,
    digest: files[0]?.digest ?? '',
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    externalPaths: [...externalPaths],
    files,
    opset: 0,
    producer,
    evidence: 'what the engine says of itself',
    batchSize,
    inferMs,
    proof: pictures.length === 0 ? null : await prove(card, { ...request, file, pictures }, tools),
  };
}

async function prove(
  card: ModelCard,
  { file, pictures = [] }: InspectRequest,
  { proveOnPictures }: InspectTools,
): Promise<PictureProof> {
  assert(proveOnPictures !== undefined, 'pictures are given, but nothing that can try them');
  return proveOnPictures(file, card, pictures);
}

async function listFiles(file: string, externalPaths: readonly string[]): Promise<ModelFile[]> {
  const describe = async (kind: 'model' | 'weights', full: string, name: string) => ({
    path: name,
    kind,
    bytes: (await stat(full)).size,
    digest: await digestFile(full),
  });
  const folder = path.dirname(file);
  return [
    await describe('model', file, 'model.onnx'),
    ...(await Promise.all(
      externalPaths.map((name) => describe('weights', path.join(folder, name), name)),
    )),
  ];
}

async function guessCard(
  { file, name, classes: given, changes }: InspectRequest,
  model: Awaited<ReturnType<typeof openModelFile>>,
  tools: InspectTools,
): Promise<{ readonly card: ModelCard; readonly evidence: string }> {
  const signature: NetworkSignature = {
    ...(await tools.probeNetwork(file)),
    metadata: model.metadata,
    operators: model.operators,
    innerSize: model.innerSize,
  };
  const classes = changes?.classes ?? given ?? classesFromMetadata(model.metadata);
  const recognition = recognise(signature, classes?.length ?? null);
  if (recognition.kind === 'refused') {
    throw new StationError(
      'MODEL_003',
      `The model cannot be used for counting: ${recognition.reason}.`,
    );
  }
  if (signature.observed === null) {
    throw new StationError(
      'MODEL_003',
      `The model loads but does not run: ${signature.observedError}.`,
    );
  }
  const card = proposeCard(recognition, {
    name: name ?? path.parse(file).name,
    classes,
    metadata: model.metadata,
  });
  return { card, evidence: recognition.evidence };
}
