/**
 * The KServe v2 protocol as values: tensor types, metadata, and outputs as 32-bit floats. No sockets here.
 */
import { z } from 'zod';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import type { OutputTensor } from '#engine/inference/head.ts';
import { readOutputs } from './outputs.ts';

/** What is sent for one run. */
export interface RemoteInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a server says of a model. */
export interface RemoteModel {
  readonly input: {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
  };
}

/** What came back, and how long the way there and back took, ms. */
export interface RemoteAnswer {
  readonly outputs: Readonly<Record<string, OutputTensor>>;
  readonly transferMs: number;
}

/** One way to a server. All reject with SYS_001 (not reached), INF_002 (too late), INF_001 (refused), MODEL_001 (no such model). */
export interface RemoteClient {
  metadata(): Promise<RemoteModel>;
  /** Whether server and model say that they are ready. */
  isReady(): Promise<boolean>;
  infer(input: RemoteInput): Promise<RemoteAnswer>;
  close(): void;
}

const datatypes: Record<ModelCard['preprocess']['dtype'], string> = {
  float32: 'FP32',
  float16: 'FP16',
  uint8: 'UINT8',
};

/** Names of our number types on the wire. */
export function datatypeOf(dtype: ModelCard['preprocess']['dtype']): string {
  return datatypes[dtype];
}

const TensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.coerce.number().int()),
});

/** Answer to a question for the metadata of a model, over HTTP or gRPC. */
export const ModelMetadata = z.object({ inputs: z.array(TensorMetadata).min(1) });

/** The input that takes pictures. Throws MODEL_003 when the model wants more than pictures. */
export function pictureInput({ inputs }: z.infer<typeof ModelMetadata>): RemoteModel {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw new StationError(
      'MODEL_003',
      `The model on the server wants ${String(inputs.length)} inputs (${names}); the station can give it pictures only.`,
    );
  }
  return { input };
}

const wireTypes: Record<string, Parameters<typeof readOutputs>[0][number]['dtype']> = {
  FP32: 'float32',
  FP16: 'float16',
  INT64: 'int64',
  INT32: 'int32',
  UINT8: 'uint8',
};

/** An output that came as bytes. Throws INF_004. */
export function fromBytes(
  { name, datatype, shape }: { name: string; datatype: string; shape: readonly number[] },
  bytes: Uint8Array,
): OutputTensor {
  const dtype = wireTypes[datatype];
  if (dtype === undefined) throw unknownType(name, datatype);
  return readOutputs([{ name, dtype, dims: [...shape] }], bytes)[name] as OutputTensor;
}

/** An output that came as numbers. Throws INF_004 when there are not as many as the shape says. */
export function fromNumbers(
  { name, shape }: { name: string; shape: readonly number[] },
  numbers: readonly number[],
): OutputTensor {
  const length = shape.reduce((product, axis) => product * axis, 1);
  if (numbers.length !== length) {
    throw new StationError(
      'INF_004',
      `The server says that ${name} is [${shape.join(', ')}] and sends ${String(numbers.length)} numbers.`,
    );
  }
  return { data: Float32Array.from(numbers), dims: shape };
}

function unknownType(name: string, datatype: string): StationError {
  return new StationError(
    'INF_004',
    `The output ${name} of the server is ${datatype}, which holds no numbers that the station reads.`,
  );
}
