/**
 * Which operators cannot compute with 16 bits, by the schemas of ONNX (all versions up to 28) and the list of kernels of
 * ONNX Runtime (docs/OperatorKernels.md), and which should not.
 */

/** Those that stay in 32 bits as a whole. */
const wide = new Set([
  // In some version none of their types has 16 bits.
  ...['Celu', 'CumSum', 'DequantizeLinear', 'IsInf', 'NonMaxSuppression', 'Range'],
  'TfIdfVectorizer',
  // ONNX Runtime has no kernel of 16 bits for CUDA: each would go to the processor and back.
  ...['EyeLike', 'GridSample', 'RoiAlign'],
  // Squares, powers and sums pass 65504 long before what is made of them: DETR networks found half as much without this.
  ...['Exp', 'Pow', 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMean'],
  ...['ReduceProd', 'ReduceSum', 'ReduceSumSquare', 'Sqrt'],
  // It sorts what is chosen from; not every provider sorts halves.
  'TopK',
  // They name a type of their own, or take it from another tensor.
  ...['Bernoulli', 'CastLike', 'Multinomial', 'RandomNormalLike', 'RandomUniformLike'],
]);

export interface WidePlaces {
  readonly inputs: (place: number) => boolean;
  readonly outputs: (place: number) => boolean;
}

const none = { inputs: () => false, outputs: () => false };
/** The picture may be halves; its region, factors and sizes may not (they moved from place 1 to 2 with version 11). */
const resizing = { ...none, inputs: (place: number) => place > 0 };

/** Inputs and outputs that stay in 32 bits while the operator computes with 16. */
const widePlaces: Readonly<Record<string, WidePlaces>> = {
  /** Its output is of the type that it names */
  Cast: { ...none, outputs: () => true },
  /** Mean and deviation */
  LayerNormalization: { ...none, outputs: (place) => place > 0 },
  Resize: resizing,
  Upsample: resizing,
};

/** Where an operator of the standard set takes and gives 32 bits; null where it must compute with them as a whole. */
export function widePlacesOf(operator: string): WidePlaces | null {
  return wide.has(operator) ? null : (widePlaces[operator] ?? none);
}

/** Operators with weights, worth 16 bits. */
export const productOperators: ReadonlySet<string> = new Set([
  ...['Conv', 'ConvTranspose', 'Gemm', 'MatMul'],
]);
