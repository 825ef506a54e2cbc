/**
 * What a head is: the reading of a network's outputs as boxes, pure and in px of the input.
 */
import type { Size } from '#contract/geometry.ts';
import { StationError } from '#contract/error.ts';
import type { Edges } from './fit.ts';

/** One output of a network. Integers and half floats have been widened. */
export interface OutputTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export type Outputs = Readonly<Record<string, OutputTensor>>;

export interface HeadContext {
  readonly input: Size;
  /** Which picture of the batch to read */
  readonly batchIndex: number;
  readonly classCount: number;
  /** Only boxes with a higher score are returned, so that the rest need not be decoded */
  readonly scoreFloor: number;
}

/** A box as the network states it, before labels and suppression. */
export interface RawDetection extends Edges {
  readonly classIndex: number;
  readonly score: number;
}

/**
 * Reads the boxes of one picture. Throws MODEL_003 where the outputs do not have the shapes of this head.
 * Comparisons are written so that NaN passes the floor and is found by the caller's check.
 */
export type DecodeHead = (outputs: Outputs, context: HeadContext) => RawDetection[];

/** The rows of one picture: `[batch, rows, columns]` or `[rows, columns]`. */
export interface Rows {
  readonly data: Float32Array;
  readonly count: number;
  readonly columns: number;
}

/** Takes the rows of picture `batchIndex` out of the only output, or says why it cannot. */
export function rowsOf(tensor: OutputTensor | undefined, batchIndex: number): Rows {
  if (tensor === undefined) throw shapeError('an output is missing');
  const { dims, data } = tensor;
  const count = dims.at(-2);
  const columns = dims.at(-1);
  if (count === undefined || columns === undefined || dims.length > 3) {
    throw shapeError(`output [${dims.join(', ')}] has no rows and columns`);
  }
  const size = count * columns;
  const start = dims.length === 3 ? batchIndex * size : 0;
  if (data.length < start + size) {
    throw shapeError(`output [${dims.join(', ')}] has no picture ${batchIndex}`);
  }
  return { data: data.subarray(start, start + size), count, columns };
}

/** The first output of a network that has only one that matters. */
export function firstOutput(outputs: Outputs): OutputTensor | undefined {
  return Object.values(outputs)[0];
}

/** MODEL_003: the outputs are not those of the head on the card. */
export function shapeError(detail: string): StationError {
  return new StationError(
    'MODEL_003',
    `The outputs do not fit the head on the model's card: ${detail}. Import the model again or correct its card.`,
  );
}
