/**
 * A backend whose network runs on another machine. When that does not answer, runs are refused at once until it is ready
 * again, so that a dead server costs each camera one frame and not one wait a frame.
 *
 *   ready ──not reached, too late──▶ away (asked after 1, 2, 4 … 30 s) ──ready──▶ ready
 */
import sharp from 'sharp';
import type { RemoteFile } from '#contract/engine.ts';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { backoffMs } from '#engine/base/backoff.ts';
import type { Backend } from '#engine/inference/backend.ts';
import type { InputData } from '#engine/inference/preprocess.ts';
import { inputShape } from './input-shape.ts';
import { datatypeOf, type RemoteClient, type RemoteInput, type RemoteModel } from './kserve.ts';
import { createGrpcClient } from './kserve-grpc.ts';
import { createHttpClient } from './kserve-http.ts';

export interface RemoteBackendOptions {
  readonly remote: RemoteFile;
  readonly card: ModelCard;
  readonly enginesFolder: string;
}

const pauses = { firstMs: 1_000, maxMs: 30_000, jitter: 0.2 };
const jpegQuality = 92;

/** Asks the server for the model. Throws SYS_001 (not reached), MODEL_001 (no such model), MODEL_003 (not what the card says). */
export async function openRemoteBackend(options: RemoteBackendOptions): Promise<Backend> {
  const { remote, card } = options;
  const client = remote.url.startsWith('grpc')
    ? createGrpcClient(remote, options.enginesFolder)
    : createHttpClient(remote);
  let model: RemoteModel;
  try {
    model = await client.metadata();
    checkInput(model, remote, card);
  } catch (error) {
    client.close();
    throw error;
  }
  const [axis = -1] = model.input.shape;
  const watch = watchServer(client);
  let transferMs = 0;

  return {
    batchSize: axis > 0 ? axis : null,
    takesLess: false,
    async run(data, count) {
      watch.refuseWhileAway();
      const input = await inputOf(data, count);
      try {
        const answer = await client.infer(input);
        transferMs = answer.transferMs;
        return answer.outputs;
      } catch (error) {
        const reason = StationError.from(error, 'INF_001');
        if (reason.code === 'SYS_001' || reason.code === 'INF_002') watch.isAway(reason);
        throw reason;
      }
    },
    transferMs: () => transferMs,
    close() {
      watch.close();
      client.close();
      return Promise.resolve();
    },
  };

  async function inputOf(data: InputData, count: number): Promise<RemoteInput> {
    const { dims, dtype } = inputShape(card, count);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const { name } = model.input;
    if (remote.encoding === 'tensor')
      return { name, datatype: datatypeOf(dtype), shape: dims, bytes };
    const pictures = await toJpegs(bytes, count, card);
    return { name, datatype: 'BYTES', shape: [count], bytes: withLengths(pictures) };
  }
}

function watchServer(client: RemoteClient) {
  let away: StationError | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function askAgain(attempt: number): void {
    timer = setTimeout(
      () => {
        client.isReady().then(
          (isReady) => (isReady ? comeBack() : goOn()),
          () => goOn(),
        );
      },
      backoffMs(attempt, pauses, Math.random()),
    );
    timer.unref();
    function goOn(): void {
      if (!isClosed) askAgain(attempt + 1);
    }
  }

  function comeBack(): void {
    away = null;
  }

  return {
    refuseWhileAway() {
      if (away !== null) throw away;
    },
    isAway(reason: StationError) {
      if (away !== null || isClosed) return;
      away = reason;
      askAgain(1);
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** What the server says of the input must be what the card says. */
function checkInput({ input }: RemoteModel, remote: RemoteFile, card: ModelCard): void {
  const { dims, dtype } = inputShape(card, 1);
  if (remote.encoding === 'jpeg') {
    const { layout, colour } = card.preprocess;
    if (input.datatype !== 'BYTES') throw wrong(`its input is ${input.datatype}, JPEGs need BYTES`);
    if (dtype !== 'uint8' || layout !== 'nhwc' || colour !== 'rgb') {
      throw wrong('JPEGs are made from a card with uint8, nhwc and rgb');
    }
    return;
  }
  if (input.datatype !== datatypeOf(dtype)) {
    throw wrong(`its input is ${input.datatype}, the card says ${datatypeOf(dtype)}`);
  }
  const differs =
    input.shape.length !== 4 ||
    input.shape.some((axis, index) => index > 0 && axis > 0 && axis !== dims[index]);
  if (differs)
    throw wrong(
      `its input is [${input.shape.join(', ')}], the card says ${dims.slice(1).join(' × ')}`,
    );
}

function toJpegs(bytes: Uint8Array, count: number, { input }: ModelCard): Promise<Uint8Array[]> {
  const { width, height } = input;
  const size = width * height * 3;
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      sharp(bytes.subarray(index * size, (index + 1) * size), {
        raw: { width, height, channels: 3 },
      })
        .jpeg({ quality: jpegQuality })
        .toBuffer(),
    ),
  );
}

/** Each element of a BYTES tensor has its length in front, u32 little endian. */
function withLengths(elements: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    elements.flatMap((element) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, element];
    }),
  );
}

function wrong(detail: string): StationError {
  return new StationError('MODEL_003', `The model on the server does not fit its card: ${detail}.`);
}
