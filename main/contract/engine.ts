/**
 * Engines: programs beside the station and servers on other machines that run models which ONNX Runtime does not.
 */
import { z } from 'zod';
import { Digest, ModelCard } from './model.ts';

/** A path below the folder of the file that names it. */
const InnerPath = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!\/)(?![A-Za-z]:)[^\\]+$/, 'use a relative path with / between its parts')
  .refine((path) => !path.split('/').includes('..'), 'must not leave the folder with ..');

/**
 * A command that speaks the engine protocol (docs/engines.md) over its stdin and stdout.
 * Where a part of the command is `{engines}/…` it is a runner that comes with the station, where it is `{here}/…` a file beside
 * this one.
 */
export const EngineFile = z.strictObject({
  kind: z.literal('engine'),
  command: z.array(z.string().min(1).max(1000)).min(1).max(40),
  /** Variables for the command, beside PATH, HOME and the language */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  /** Files that belong to it; the command is not started unless their digests fit */
  files: z.array(z.strictObject({ path: InnerPath, digest: Digest })).default([]),
  /** Loading its model may take so long, seconds */
  startSeconds: z.number().positive().max(600).default(30),
});
export type EngineFile = z.infer<typeof EngineFile>;

/**
 * A model on a server that speaks the KServe v2 protocol (Triton, OpenVINO Model Server, MLServer),
 * `http(s)://host:port` or `grpc(s)://host:port`.
 */
export const RemoteFile = z.strictObject({
  kind: z.literal('remote'),
  url: z.url({ protocol: /^(https?|grpcs?)$/ }),
  /** Name of the model on the server, and its version there; the server's choice when left out */
  model: z.string().min(1).max(200),
  version: z.string().min(1).max(40).optional(),
  /** `tensor`: the prepared input as it is; `jpeg`: one JPEG a picture as BYTES, for servers that decode themselves */
  encoding: z.enum(['tensor', 'jpeg']).default('tensor'),
  /** A server that has not answered after so long is given up for this frame, seconds */
  answerSeconds: z.number().positive().max(60).default(2),
  /** A server says nothing of heads and colours, so the card comes with the file */
  card: ModelCard,
});
export type RemoteFile = z.infer<typeof RemoteFile>;
