/**
 * KServe v2 over HTTP: tensors as bytes where the server knows that extension, else as JSON numbers.
 */
import http from 'node:http';
import https from 'node:https';
import { z } from 'zod';
import type { RemoteFile } from '#contract/engine.ts';
import { StationError } from '#contract/error.ts';
import { fromHalf } from '#engine/base/half.ts';
import type { OutputTensor } from '#engine/inference/head.ts';
import {
  fromBytes,
  fromNumbers,
  ModelMetadata,
  pictureInput,
  type RemoteAnswer,
  type RemoteClient,
  type RemoteInput,
} from './kserve.ts';

/** Bytes of an answer that are read at most */
const maxAnswerBytes = 1 << 28;
const binaryLength = 'inference-header-content-length';

const ServerMetadata = z.object({ extensions: z.array(z.string()).default([]) });
const InferResponse = z.object({
  outputs: z
    .array(
      z.object({
        name: z.string(),
        datatype: z.string(),
        shape: z.array(z.number().int().nonnegative()),
        parameters: z.looseObject({ binary_data_size: z.number().int().optional() }).nullish(),
        data: z.unknown().optional(),
      }),
    )
    .min(1),
});

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** Until the request was out, and from the first to the last byte of the answer, ms */
  readonly transferMs: number;
}

export function createHttpClient(remote: RemoteFile): RemoteClient {
  const isSecure = remote.url.startsWith('https:');
  const agent = new (isSecure ? https : http).Agent({ keepAlive: true, maxSockets: 8 });
  const base = remote.url.replace(/\/+$/, '');
  const version =
    remote.version === undefined ? '' : `/versions/${encodeURIComponent(remote.version)}`;
  const model = `${base}/v2/models/${encodeURIComponent(remote.model)}${version}`;
  let isBinary: boolean | null = null;

  function send(
    url: string,
    method: 'GET' | 'POST',
    {
      headers = {},
      parts = [],
    }: { headers?: Record<string, string>; parts?: readonly Uint8Array[] } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const startedMs = performance.now();
      let sentMs = startedMs;
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const request = (isSecure ? https : http).request(
        url,
        {
          method,
          agent,
          headers: { ...headers, ...(length > 0 ? { 'content-length': String(length) } : {}) },
        },
        (response) => {
          const firstMs = performance.now();
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            chunks.push(chunk);
            if (size > maxAnswerBytes) request.destroy(new Error('the answer is too large'));
          });
          response.on('end', () => {
            clearTimeout(late);
            const transferMs = sentMs - startedMs + (performance.now() - firstMs);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
              transferMs,
            });
          });
          response.on('error', (cause) => reject(notReached(remote, cause)));
        },
      );
      const late = setTimeout(() => request.destroy(tooLate(remote)), remote.answerSeconds * 1000);
      request.on('finish', () => (sentMs = performance.now()));
      request.on('error', (cause) => {
        clearTimeout(late);
        reject(cause instanceof StationError ? cause : notReached(remote, cause));
      });
      for (const part of parts) request.write(part);
      request.end();
    });
  }

  async function knowsBinary(): Promise<boolean> {
    if (isBinary !== null) return isBinary;
    const answer = await send(`${base}/v2`, 'GET');
    const parsed = ServerMetadata.safeParse(parseJson(answer.body, remote));
    isBinary = parsed.success && parsed.data.extensions.includes('binary_tensor_data');
    return isBinary;
  }

  return {
    async metadata() {
      const answer = await send(model, 'GET');
      refuse(answer, remote);
      const parsed = ModelMetadata.safeParse(parseJson(answer.body, remote));
      if (!parsed.success) {
        throw new StationError(
          'MODEL_003',
          `The server says nothing usable of the inputs of ${remote.model}; give it a model configuration with inputs and outputs.`,
        );
      }
      return pictureInput(parsed.data);
    },
    async isReady() {
      const [server, ofModel] = await Promise.all([
        send(`${base}/v2/health/ready`, 'GET'),
        send(`${model}/ready`, 'GET'),
      ]);
      return server.status === 200 && ofModel.status === 200;
    },
    async infer(input) {
      const request = (await knowsBinary()) ? binaryRequest(input) : jsonRequest(input);
      const answer = await send(`${model}/infer`, 'POST', request);
      refuse(answer, remote);
      return readAnswer(answer, remote);
    },
    close: () => agent.destroy(),
  };
}

function binaryRequest(input: RemoteInput) {
  const { name, datatype, shape, bytes } = input;
  const head = Buffer.from(
    JSON.stringify({
      inputs: [{ name, datatype, shape, parameters: { binary_data_size: bytes.length } }],
      parameters: { binary_data_output: true },
    }),
  );
  return {
    headers: { 'content-type': 'application/octet-stream', [binaryLength]: String(head.length) },
    parts: [head, bytes],
  };
}

function jsonRequest({ name, datatype, shape, bytes }: RemoteInput) {
  const body = { inputs: [{ name, datatype, shape, data: toNumbers(datatype, bytes) }] };
  return {
    headers: { 'content-type': 'application/json' },
    parts: [Buffer.from(JSON.stringify(body))],
  };
}

function toNumbers(datatype: string, bytes: Uint8Array): number[] | string[] {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (datatype) {
    case 'FP32':
      return [...new Float32Array(buffer, byteOffset, byteLength / 4)];
    case 'FP16':
      return Array.from(new Uint16Array(buffer, byteOffset, byteLength / 2), fromHalf);
    case 'BYTES':
      return elementsOf(bytes).map((element) => Buffer.from(element).toString('base64'));
    default:
      return [...bytes];
  }
}

/** BYTES tensors have the length of each element in front of it. */
function elementsOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true);
    elements.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return elements;
}

function readAnswer(answer: Answer, remote: RemoteFile): RemoteAnswer {
  const headBytes = Number(answer.headers[binaryLength] ?? answer.body.length);
  const parsed = InferResponse.safeParse(parseJson(answer.body.subarray(0, headBytes), remote));
  if (!parsed.success) {
    throw new StationError(
      'INF_004',
      `The server of ${remote.model} answered something that is no inference response.`,
    );
  }
  let offset = headBytes;
  const outputs = parsed.data.outputs.map((output): [string, OutputTensor] => {
    const size = output.parameters?.binary_data_size;
    if (size === undefined) return [output.name, fromNumbers(output, flatNumbers(output.data))];
    const bytes = answer.body.subarray(offset, offset + size);
    offset += size;
    return [output.name, fromBytes(output, bytes)];
  });
  return { outputs: Object.fromEntries(outputs), transferMs: answer.transferMs };
}

/** Numbers may come flat or nested as the shape is. */
function flatNumbers(data: unknown): number[] {
  if (!Array.isArray(data)) return [];
  return (data as unknown[]).flat(Infinity).map(Number);
}

function refuse({ status, body }: Answer, remote: RemoteFile): void {
  if (status < 400) return;
  const said = body.toString('utf8', 0, 300);
  const code = status === 404 ? 'MODEL_001' : 'INF_001';
  throw new StationError(
    code,
    `The server of ${remote.model} refused with ${String(status)}: ${said}`,
  );
}

function parseJson(body: Buffer, remote: RemoteFile): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new StationError(
      'INF_004',
      `The server of ${remote.model} answered something that is no JSON.`,
      { cause },
    );
  }
}

/** The address without what may be secret in it. */
function hostOf({ url }: RemoteFile): string {
  return new URL(url).host;
}

/** SYS_001: the server cannot be reached. */
export function notReached(remote: RemoteFile, cause: unknown): StationError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StationError(
    'SYS_001',
    `The inference server ${hostOf(remote)} cannot be reached (${why}): check that it runs and that the network lets the station through.`,
    { cause },
  );
}

/** INF_002: the server is too late. */
export function tooLate(remote: RemoteFile): StationError {
  return new StationError(
    'INF_002',
    `The inference server ${hostOf(remote)} has not answered for ${String(remote.answerSeconds)} s.`,
  );
}
