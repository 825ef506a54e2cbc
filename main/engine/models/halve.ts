/**
 * Makes a child of a network that computes with halves (fp16): weights and what lies between them, from the first
 * convolution or matrix product to the last.
 *
 *   picture ─ prepare ─▶ Cast ─▶ Conv ─▶ Sigmoid ─▶ … ─▶ Conv ─▶ Cast ─▶ coordinates, choice ─▶ outputs
 *   └──── 32 bits ─────┘        └──────── 16 bits ─────────┘     └────────── 32 bits ──────────┘
 *
 * A coordinate of 512 to 1023 pixels has steps of half a pixel in 16 bits, so what follows the last product stays as it is;
 * so do operators that have no halves or need more (half-operators.ts), nodes with graphs within them, other sets of
 * operators, and whatever is computed from these alone. Each tensor has two names, `x` in 32 bits and `x/half`, and one Cast for
 * each way in which it is wanted.
 */
import { toHalf } from '#engine/base/half.ts';
import { StationError } from '#contract/error.ts';
import { productOperators, widePlacesOf, type WidePlaces } from './half-operators.ts';
import { namesWithin } from './nested-graphs.ts';
import { domainOf, makeNode, writeConstant, writeGraph } from './onnx-graph.ts';
import type { FloatConstant, GraphNode, OnnxGraph } from './onnx-graph.ts';
import { isQuantized } from './quantized.ts';

/** Type of each input and each tensor that a node gives, as ONNX Runtime names it; sequences have none. */
export type TensorTypes = ReadonlyMap<string, string>;

export interface Halved {
  readonly model: Uint8Array;
  /**
   * The same in 32 bits, with every tensor rounded where a graphics card rounds it. The processor leaves these roundings
   * out, so only this shows there what the model finds with halves.
   */
  readonly rounded: Uint8Array;
}

/** Throws REQ_003 when there is nothing to convert. */
export function halve(graph: OnnxGraph, types: TensorTypes): Halved {
  if (isQuantized(graph)) {
    throw refused('it computes with 8 bits already, and would only be converted to and fro');
  }
  const isFloat = (name: string): boolean =>
    graph.floats.has(name) || types.get(name) === 'float32';
  const halves = halfNodes(graph, { isFloat, types });
  if (halves.size === 0) throw refused('it has no convolutions that compute with 32 bits');
  return {
    model: assemble(graph, { halves, isFloat, isRounded: false }),
    rounded: assemble(graph, { halves, isFloat, isRounded: true }),
  };
}

/** Nodes between the first product and the last that can compute with halves. */
function halfNodes(
  { nodes }: OnnxGraph,
  { isFloat, types }: { readonly isFloat: (name: string) => boolean; readonly types: TensorTypes },
): ReadonlySet<GraphNode> {
  const isProduct = (node: GraphNode): boolean =>
    productOperators.has(node.operator) && domainOf(node) === '' && node.outputs.every(isFloat);
  const leadsOn = new Set<string>();
  const leading = new Set<GraphNode>();
  for (const node of [...nodes].reverse()) {
    if (!isProduct(node) && !node.outputs.some((name) => leadsOn.has(name))) continue;
    leading.add(node);
    [...node.inputs, ...(namesWithin(node) ?? [])].forEach((name) => leadsOn.add(name));
  }

  const isHalf = new Set<string>();
  return new Set(
    nodes.filter((node) => {
      // What is computed from 32 bits alone stays so until it meets halves or weights.
      const follows = isProduct(node) || node.inputs.some((name) => isHalf.has(name));
      const places = domainOf(node) === '' ? widePlacesOf(node.operator) : null;
      if (!follows || !leading.has(node) || places === null || namesWithin(node) !== null)
        return false;
      if (!node.outputs.every((name) => name === '' || types.has(name))) return false;
      halvesOf(node, places, isFloat).forEach((name) => isHalf.add(name));
      return true;
    }),
  );
}

/** Outputs that a node gives as halves. */
function halvesOf(
  { outputs }: GraphNode,
  places: WidePlaces,
  isFloat: (name: string) => boolean,
): string[] {
  return outputs.filter((name, place) => isFloat(name) && !places.outputs(place));
}

interface Plan {
  readonly halves: ReadonlySet<GraphNode>;
  readonly isFloat: (name: string) => boolean;
  readonly isRounded: boolean;
}

function assemble(graph: OnnxGraph, { halves, isFloat, isRounded }: Plan): Uint8Array {
  const nodes: GraphNode[] = [];
  const floats = new Map<string, FloatConstant>();
  const constants: Uint8Array[] = [];
  /** Names under which something is there already */
  const made = new Set<string>();
  const isGivenAsHalf = new Set<string>();

  function cast(from: string, output: string, to: 'float' | 'float16'): string {
    if (!made.has(output))
      nodes.push(makeNode('Cast', { inputs: [from], outputs: [output] }, { to }));
    made.add(output);
    return output;
  }

  function half(name: string): string {
    const constant = graph.floats.get(name);
    const output = halfName(name);
    if (constant === undefined) return cast(name, output, 'float16');
    if (!made.has(output)) {
      const values = Uint16Array.from(constant.values, halfOfConstant);
      constants.push(writeConstant(output, constant.dims, values));
    }
    made.add(output);
    return output;
  }

  /** The tensor under its own name, which those that stay in 32 bits use. */
  function float(name: string): string {
    const constant = graph.floats.get(name);
    if (constant !== undefined) floats.set(name, constant);
    else if (isGivenAsHalf.has(name)) cast(halfName(name), name, 'float');
    return name;
  }

  for (const node of graph.nodes) {
    const places = halves.has(node) ? widePlacesOf(node.operator) : null;
    if (places === null) {
      [...node.inputs, ...(namesWithin(node) ?? [])].forEach(float);
      nodes.push(node);
      continue;
    }
    const inputs = node.inputs.map((name, place) => {
      if (!isFloat(name) || places.inputs(place)) return float(name);
      return isRounded ? cast(half(name), `${name}/rounded`, 'float') : half(name);
    });
    const given = halvesOf(node, places, isFloat);
    const nameOf = (name: string): string => (isRounded ? `${name}/exact` : halfName(name));
    const outputs = node.outputs.map((name) => (given.includes(name) ? nameOf(name) : name));
    nodes.push({ ...node, inputs, outputs });
    for (const name of given) {
      isGivenAsHalf.add(name);
      if (isRounded) cast(nameOf(name), halfName(name), 'float16');
      made.add(halfName(name));
    }
  }
  graph.outputs.forEach(float);
  return writeGraph({ ...graph, nodes, floats, rest: [...graph.rest, ...constants] });
}

const halfName = (name: string): string => `${name}/half`;

const largest = 0x7bff;
const smallest = 0x0001;

/**
 * Bits of the half nearest to a constant, ties to even. What is finite stays so (65504 at most) and what is not 0 stays so
 * (2⁻²⁴ at least): limits such as 1e9 and 1e-12 are there to keep infinities and divisions by 0 away.
 */
function halfOfConstant(value: number): number {
  const bits = toHalf(value);
  const sign = bits & 0x8000;
  if (bits === (sign | 0x7c00) && Number.isFinite(value)) return sign | largest;
  return bits === sign && value !== 0 ? sign | smallest : bits;
}

function refused(detail: string): StationError {
  return new StationError(
    'REQ_003',
    `A version with 16 bits cannot be made of the model: ${detail}.`,
  );
}
