/**
 * Looks at a network that is not known yet: its inputs and outputs, and what it answers to a grey picture.
 */
import { Tensor } from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { toHalf } from '#engine/base/half.ts';
import { halfTensor } from './half-tensor.ts';
import type { Outputs } from './head.ts';
import { loadNetwork } from './load-network.ts';
import { widen } from './widen.ts';

export interface ProbedTensor {
  readonly name: string;
  readonly type: string;
  /** null where the axis is free */
  readonly shape: readonly (number | null)[];
}

export interface NetworkProbe {
  readonly inputs: readonly ProbedTensor[];
  readonly outputs: readonly ProbedTensor[];
  /** null where it could not be run, for the reason in `observedError` */
  readonly observed: Outputs | null;
  readonly observedError: string;
}

/** Side of the picture for networks that take any size, and values of its pixels */
const FREE_SIDE = 640;
const GREY = 0.5;
const GREY_BYTE = 128;

/** Loads the file on the processor and runs it once. Throws MODEL_002 when it cannot be loaded. */
export async function probeNetwork(file: string): Promise<NetworkProbe> {
  const network = await loadNetwork({ model: file, provider: 'cpu', intraOpThreads: 1 });
  try {
    const inputs = network.inputMetadata.map(describe);
    const outputs = network.outputMetadata.map(describe);
    const feeds: Record<string, Tensor> = {};
    for (const input of inputs) {
      const feed = greyFeed(input);
      if (feed === null) {
        const observedError = `it wants an input ${input.name} of type ${input.type}`;
        return { inputs, outputs, observed: null, observedError };
      }
      feeds[input.name] = feed;
    }
    try {
      const observed = widen(await network.run(feeds));
      return { inputs, outputs, observed, observedError: '' };
    } catch (error) {
      return { inputs, outputs, observed: null, observedError: String(error) };
    }
  } finally {
    await network.release();
  }
}

function describe(value: InferenceSession.ValueMetadata): ProbedTensor {
  if (!value.isTensor) return { name: value.name, type: 'sequence', shape: [] };
  const shape = value.shape.map((axis) => (typeof axis === 'number' ? axis : null));
  return { name: value.name, type: value.type, shape };
}

/** One grey picture; 1 for factors of scale, and the side of the picture for its size. */
function greyFeed({ name, type, shape }: ProbedTensor): Tensor | null {
  const isPicture = shape.length === 4;
  const isChannel = (axis: number): boolean => axis === (shape[3] === 3 ? 3 : 1);
  const dims = shape.map((length, axis) => {
    if (length !== null) return length;
    if (axis === 0) return 1;
    return isPicture ? (isChannel(axis) ? 3 : FREE_SIDE) : 1;
  });
  const size = dims.reduce((product, length) => product * length, 1);
  const isScale = name.includes('scale');
  switch (type) {
    case 'float32': {
      const value = isPicture ? GREY : isScale ? 1 : FREE_SIDE;
      return new Tensor('float32', new Float32Array(size).fill(value), dims);
    }
    case 'float16':
      return halfTensor(new Uint16Array(size).fill(toHalf(GREY)), dims);
    case 'uint8':
      return new Tensor('uint8', new Uint8Array(size).fill(GREY_BYTE), dims);
    case 'int64':
      return new Tensor('int64', new BigInt64Array(size).fill(BigInt(FREE_SIDE)), dims);
    default:
      return null;
  }
}
