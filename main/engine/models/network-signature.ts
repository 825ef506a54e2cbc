/**
 * What is known about a network before it is recognised: its inputs, its outputs, and what it answered to a grey picture.
 */

import type { Size } from '#contract/geometry.ts';

export interface TensorInfo {
  readonly name: string;
  /** As ONNX Runtime names it: `float32`, `uint8`, `int64` … */
  readonly type: string;
  /** null where the axis is free */
  readonly shape: readonly (number | null)[];
}

export interface ObservedTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface NetworkSignature {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The outputs for a grey picture; null where the network could not be run */
  readonly observed: Readonly<Record<string, ObservedTensor>> | null;
  /** Why it could not be run; empty when it was */
  readonly observedError: string;
  /** What the exporter wrote into the file */
  readonly metadata: Readonly<Record<string, string>>;
  /** The size to which the network itself brings its pictures, where it does */
  readonly innerSize: Size | null;
  /** How often each kind of operator occurs */
  readonly operators: Readonly<Record<string, number>>;
}

/** One output as it came; with the declared shape where it was not observed. */
export interface SeenOutput {
  readonly name: string;
  readonly dims: readonly (number | null)[];
  readonly data: Float32Array | null;
}

/** The outputs with the best knowledge of their shapes. */
export function seenOutputs(signature: NetworkSignature): SeenOutput[] {
  return signature.outputs.map(({ name, shape }) => {
    const observed = signature.observed?.[name];
    return { name, dims: observed?.dims ?? shape, data: observed?.data ?? null };
  });
}
