/**
 * Whether a network computes with integers of 8 bits already.
 */
import type { OnnxGraph } from './onnx-graph.ts';

const integerOperators =
  /^(?:QLinear|QuantizeLinear|DynamicQuantizeLinear|ConvInteger|MatMulInteger)/;

export function isQuantized({ nodes }: Pick<OnnxGraph, 'nodes'>): boolean {
  return nodes.some(({ operator }) => integerOperators.test(operator));
}
