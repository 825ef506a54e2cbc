/**
 * The registry of model versions: their history, tags, aliases, room on the disk, and the bundle by which one travels.
 */
import { z } from 'zod';
import { CameraId } from './camera.ts';
import { Digest, Model, ModelAlias, ModelCard, ModelFile, ModelLineage } from './model.ts';
import { procedure } from './procedure.ts';

/** Names a version for people, as a tag of git does: it stays where it is until it is taken away. */
export const ModelTag = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots and dashes')
  .refine((tag) => !/^[0-9a-f]{64}$/.test(tag), 'a digest is no tag');
export type ModelTag = z.infer<typeof ModelTag>;

/** Why an alias moved: a person chose, a person rolled back, or a guard rail did. */
export const AliasCause = z.enum(['chosen', 'rolled-back', 'guardrail']);
export type AliasCause = z.infer<typeof AliasCause>;

/** One entry of the history. Times are Unix times in ms. */
export const ModelEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('imported'),
    at: z.number(),
    digest: Digest,
    name: z.string(),
    version: z.string(),
    by: z.string(),
    lineage: ModelLineage,
  }),
  z.object({
    kind: z.literal('alias'),
    at: z.number(),
    alias: z.enum(['champion', 'challenger']),
    cameraId: CameraId.nullable(),
    /** null when the alias was taken away */
    digest: Digest.nullable(),
    name: z.string(),
    version: z.string(),
    by: z.string(),
    cause: AliasCause,
    reason: z.string(),
    /** The rehearsal before it; left out where there was none */
    rehearsalId: z.number().int().optional(),
    /** Why the rehearsal was skipped; left out where it was not */
    skipReason: z.string().optional(),
    /** Of the request that asked for it; left out when the station did it by itself */
    requestId: z.string().optional(),
  }),
]);
export type ModelEvent = z.infer<typeof ModelEvent>;

/** First entry of a bundle, and the description of a version in a remote store. */
export const ModelManifest = z.object({
  format: z.literal('tallywatch-model'),
  formatVersion: z.literal(1),
  digest: Digest,
  card: ModelCard,
  files: z.array(ModelFile).min(1).max(200),
  lineage: ModelLineage,
  tags: z.array(ModelTag).max(100),
  /** Unix time in ms */
  importedAt: z.number().int(),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

export const StorageUse = z.object({
  folder: z.string(),
  /** Of all versions; a file that several versions share is counted once */
  usedBytes: z.number(),
  freeBytes: z.number(),
  versions: z.array(
    z.object({
      digest: Digest,
      bytes: z.number(),
      /** What its removal would free */
      ownBytes: z.number(),
      /** Why it cannot be removed, for the person who wants to; empty when it can */
      keptBy: z.array(z.string()),
    }),
  ),
});
export type StorageUse = z.infer<typeof StorageUse>;

export const registryProcedures = {
  'model.history': procedure({
    kind: 'query',
    route: 'GET /models/history',
    role: 'viewer',
    summary: 'Shows who imported and activated which model when and why, newest first',
    input: z.object({
      /** Only of this version */
      digest: Digest.optional(),
      /** Only what concerns this camera, the site included */
      cameraId: CameraId.optional(),
    }),
    output: z.array(ModelEvent),
  }),
  'model.tag': procedure({
    kind: 'command',
    route: 'PUT /models/tags/{tag}',
    role: 'ml-engineer',
    summary: 'Gives a tag to a version',
    input: z.object({ tag: ModelTag, digest: Digest }),
    output: Model,
  }),
  'model.untag': procedure({
    kind: 'command',
    route: 'DELETE /models/tags/{tag}',
    role: 'ml-engineer',
    summary: 'Takes a tag away',
    input: z.object({ tag: ModelTag }),
    output: z.object({}),
  }),
  'model.challenge': procedure({
    kind: 'command',
    route: 'PUT /models/challenger',
    role: 'ml-engineer',
    summary: 'Names the version that is to be tried beside the champion, or nobody',
    input: z.object({
      digest: Digest.nullable(),
      cameraId: ModelAlias.shape.cameraId.default(null),
      reason: z.string().max(1000).default(''),
    }),
    output: z.array(Model),
  }),
  'model.remove': procedure({
    kind: 'command',
    route: 'DELETE /models/{digest}',
    role: 'admin',
    summary: 'Removes a version that nothing in the history names',
    input: z.object({ digest: Digest }),
    output: z.object({}),
  }),
  'model.storage': procedure({
    kind: 'query',
    route: 'GET /models/storage',
    role: 'viewer',
    summary: 'Shows the room that the models take, and what keeps each from being removed',
    input: z.object({}),
    output: StorageUse,
  }),
  'model.export': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/export',
    role: 'admin',
    summary: 'Writes a version with all its files into one bundle on this PC',
    input: z.object({
      digest: Digest,
      /** A new file, or a folder for it */
      path: z.string().min(1),
    }),
    output: z.object({ path: z.string(), bytes: z.number().int().positive(), digest: Digest }),
  }),
};
