/**
 * KServe v2 over gRPC: tensors travel as raw bytes.
 */
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { z } from 'zod';
import type { RemoteFile } from '#contract/engine.ts';
import { StationError } from '#contract/error.ts';
import type { OutputTensor } from '#engine/inference/head.ts';
import {
  fromBytes,
  fromNumbers,
  ModelMetadata,
  pictureInput,
  type RemoteClient,
} from './kserve.ts';
import { notReached, tooLate } from './kserve-http.ts';

const maxMessageBytes = 1 << 28;

const InferResponse = z.object({
  outputs: z
    .array(
      z.object({
        name: z.string(),
        datatype: z.string(),
        shape: z.array(z.coerce.number().int().nonnegative()),
        contents: z.looseObject({}).nullish(),
      }),
    )
    .min(1),
  raw_output_contents: z.array(z.instanceof(Uint8Array)).default([]),
});
const Readiness = z.object({ ready: z.boolean() });

type Method = 'ServerReady' | 'ModelReady' | 'ModelMetadata' | 'ModelInfer';

/** `enginesFolder` holds the description of the protocol (kserve.proto). */
export function createGrpcClient(remote: RemoteFile, enginesFolder: string): RemoteClient {
  const description = loadSync(path.join(enginesFolder, 'kserve.proto'), {
    keepCase: true,
    longs: Number,
  });
  const loaded = grpc.loadPackageDefinition(description) as unknown as {
    inference: { GRPCInferenceService: grpc.ServiceClientConstructor };
  };
  const { protocol, host } = new URL(remote.url.replace(/^grpc/, 'http'));
  const credentials =
    protocol === 'https:' ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
  const client = new loaded.inference.GRPCInferenceService(host, credentials, {
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.initial_reconnect_backoff_ms': 500,
    'grpc.max_reconnect_backoff_ms': 5_000,
  });
  const name = { name: remote.model, version: remote.version ?? '' };

  function ask(method: Method, message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const deadline = new Date(Date.now() + remote.answerSeconds * 1000);
      const call = client[method] as (
        message: object,
        options: grpc.CallOptions,
        done: (error: grpc.ServiceError | null, answer: unknown) => void,
      ) => void;
      call.call(client, message, { deadline }, (error, answer) => {
        if (error) reject(meaningOf(error, remote));
        else resolve(answer);
      });
    });
  }

  return {
    async metadata() {
      return pictureInput(ModelMetadata.parse(await ask('ModelMetadata', name)));
    },
    async isReady() {
      const [server, model] = await Promise.all([ask('ServerReady', {}), ask('ModelReady', name)]);
      return Readiness.parse(server).ready && Readiness.parse(model).ready;
    },
    async infer({ name: input, datatype, shape, bytes }) {
      const request = {
        model_name: remote.model,
        model_version: remote.version ?? '',
        inputs: [{ name: input, datatype, shape }],
        raw_input_contents: [bytes],
      };
      const parsed = InferResponse.safeParse(await ask('ModelInfer', request));
      if (!parsed.success) {
        throw new StationError(
          'INF_004',
          `The server of ${remote.model} answered something that is no inference response.`,
        );
      }
      const { outputs, raw_output_contents: raw } = parsed.data;
      const read = outputs.map((output, index): [string, OutputTensor] => {
        const bytesOf = raw[index];
        if (bytesOf !== undefined) return [output.name, fromBytes(output, bytesOf)];
        return [output.name, fromNumbers(output, numbersOf(output.contents))];
      });
      // gRPC does not tell when a message was out: the way is part of the time of inference.
      return { outputs: Object.fromEntries(read), transferMs: 0 };
    },
    close: () => client.close(),
  };
}

/** The one list of contents that is filled. */
function numbersOf(contents: Readonly<Record<string, unknown>> | null | undefined): number[] {
  const list = Object.values(contents ?? {}).find(
    (value) => Array.isArray(value) && value.length > 0,
  );
  return ((list ?? []) as unknown[]).map(Number);
}

function meaningOf(error: grpc.ServiceError, remote: RemoteFile): StationError {
  switch (error.code) {
    case grpc.status.DEADLINE_EXCEEDED:
      return tooLate(remote);
    case grpc.status.UNAVAILABLE:
      return notReached(remote, error);
    case grpc.status.NOT_FOUND:
      return new StationError(
        'MODEL_001',
        `The server has no model ${remote.model}: ${error.details}`,
        { cause: error },
      );
    default:
      return new StationError(
        'INF_001',
        `The server of ${remote.model} refused: ${error.details}`,
        { cause: error },
      );
  }
}
