/**
 * Graphs within the nodes of a graph, as branches and loops have them. Field numbers are those of onnx.proto.
 */
import { readFields } from '#engine/base/protobuf.ts';
import type { GraphNode } from './onnx-graph.ts';

/**
 * Names that the graphs within a node use, which may be tensors of the graph around it; null where it holds no graph.
 * Reads a file that has been checked before (`readOnnxFile`), so its depth has a limit.
 */
export function namesWithin({ rest }: Pick<GraphNode, 'rest'>): ReadonlySet<string> | null {
  const names = new Set<string>();
  let hasGraph = false;
  for (const { number, value } of rest) {
    if (number !== 5 || !(value instanceof Uint8Array)) continue;
    for (const graph of graphsOf(value)) {
      hasGraph = true;
      collect(graph, names);
    }
  }
  return hasGraph ? names : null;
}

/** The inputs of all nodes, and the outputs: a branch may give a tensor from outside as it is. */
function collect(graph: Uint8Array, names: Set<string>): void {
  for (const { number, value } of readFields(graph)) {
    if (!(value instanceof Uint8Array)) continue;
    if (number === 12) addText(value, names);
    if (number !== 1) continue;
    for (const field of readFields(value)) {
      if (!(field.value instanceof Uint8Array)) continue;
      if (field.number === 1) names.add(new TextDecoder().decode(field.value));
      else if (field.number === 5) graphsOf(field.value).forEach((inner) => collect(inner, names));
    }
  }
}

/** The name of a described value. */
function addText(value: Uint8Array, names: Set<string>): void {
  for (const field of readFields(value)) {
    if (field.number === 1 && field.value instanceof Uint8Array) {
      names.add(new TextDecoder().decode(field.value));
    }
  }
}

/** The graph or graphs that an attribute holds. */
function graphsOf(attribute: Uint8Array): Uint8Array[] {
  return [...readFields(attribute)].flatMap(({ number, value }) =>
    (number === 6 || number === 11) && value instanceof Uint8Array ? [value] : [],
  );
}
