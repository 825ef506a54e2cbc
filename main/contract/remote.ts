/**
 * The remote store of models, S3 or anything that speaks it (MinIO): where it is, what it has, push and pull.
 */
import { z } from 'zod';
import { Digest, Model, ModelCard } from './model.ts';
import { procedure } from './procedure.ts';

export const RemoteSettings = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).describe('Address of the store'),
  region: z.string().min(1).default('us-east-1').describe('Region; most own stores ignore it'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name')
    .describe('Bucket, which must exist'),
  prefix: z
    .string()
    .regex(/^(?:[A-Za-z0-9._-]+\/)*$/, 'folders that end in /')
    .default('')
    .describe('Folder within the bucket, with / at its end'),
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
});
export type RemoteSettings = z.infer<typeof RemoteSettings>;

/** A version that lies in the remote store. */
export const RemoteModel = z.object({
  name: ModelCard.shape.name,
  version: ModelCard.shape.version,
  digest: Digest,
  bytes: z.number().int().nonnegative(),
  head: ModelCard.shape.head,
  licence: z.string(),
  isInstalled: z.boolean(),
});
export type RemoteModel = z.infer<typeof RemoteModel>;

export const remoteProcedures = {
  'remote.get': procedure({
    kind: 'query',
    route: 'GET /models/remote',
    role: 'admin',
    summary: 'Shows where the remote store of models is; its secret is left out',
    input: z.object({}),
    output: RemoteSettings.omit({ secretAccessKey: true }).nullable(),
  }),
  'remote.set': procedure({
    kind: 'command',
    route: 'PUT /models/remote',
    role: 'admin',
    summary: 'Sets the remote store of models after trying it, or takes it away',
    input: z.object({ settings: RemoteSettings.nullable() }),
    output: z.object({}),
  }),
  'remote.list': procedure({
    kind: 'query',
    route: 'GET /models/remote/versions',
    role: 'ml-engineer',
    summary: 'Lists the versions in the remote store',
    input: z.object({}),
    output: z.array(RemoteModel),
  }),
  'remote.push': procedure({
    kind: 'command',
    route: 'POST /models/{digest}/push',
    role: 'ml-engineer',
    summary: 'Brings a version to the remote store; goes on where a cut left it',
    input: z.object({ digest: Digest }),
    output: RemoteModel,
  }),
  'remote.pull': procedure({
    kind: 'command',
    route: 'POST /models/remote/pull',
    role: 'ml-engineer',
    summary: 'Fetches a version from the remote store, proves it and imports it',
    input: z.object({ name: ModelCard.shape.name, version: ModelCard.shape.version }),
    output: Model,
  }),
};
