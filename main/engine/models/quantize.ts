/**
 * Makes an int8 child of a network: static quantization in the QDQ form, weights per channel, activations per tensor.
 *
 *   x ──▶ Q ──▶ DQ ──▶ ┌──────┐
 *   weight int8 ─▶ DQ ▶│ Conv │──▶ y ──▶ Q ──▶ DQ ──▶ (all that used y)
 *   bias int32 ──▶ DQ ▶└──────┘
 *
 * ONNX Runtime fuses each such group into one integer kernel. The first convolution, the last ones and those of single
 * channels stay in floats: they hold few weights and lose most.
 */
import { StationError } from '#contract/error.ts';
import { domainField, floatOutput, makeNode, writeConstant, writeGraph } from './onnx-graph.ts';
import type { GraphNode, OnnxGraph } from './onnx-graph.ts';
import { isQuantized } from './quantized.ts';

/** Least and greatest value of a tensor over the calibration pictures. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A convolution or matrix product that can be quantized. */
interface Target {
  readonly node: GraphNode;
  readonly input: string;
  readonly output: string;
  readonly weight: string;
  readonly bias: string | null;
  /** Axis of the weight along which the output channels lie */
  readonly axis: number;
}

/** ONNX Runtime's own set of operators: its QuantizeLinear takes an axis whatever the version of the model's operators. */
const DOMAIN = 'com.microsoft';

export interface Calibration {
  /** A network that gives the tensors beside its outputs */
  readonly bytes: Uint8Array;
  /** Names of the tensors whose ranges must be known; some may be inputs */
  readonly tensors: readonly string[];
  /** Below which value the numbers of a tensor make no difference */
  readonly lowest: ReadonlyMap<string, number>;
}

/** What is needed to measure the ranges. Throws REQ_003 when there is nothing to quantize. */
export function calibrationNetwork(graph: OnnxGraph): Calibration {
  const tensors = [...new Set(targetsOf(graph).flatMap(({ input, output }) => [input, output]))];
  const produced = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const added = tensors.filter((name) => produced.has(name) && !graph.outputs.includes(name));
  const bytes = writeGraph({ ...graph, rest: [...graph.rest, ...added.map(floatOutput)] });
  return {
    bytes,
    tensors,
    lowest: new Map(tensors.map((tensor) => [tensor, lowerLimit(graph, tensor)])),
  };
}

/** The quantized network. Throws REQ_003 when there is nothing to quantize or a range is missing. */
export function quantize(graph: OnnxGraph, ranges: ReadonlyMap<string, Range>): Uint8Array {
  const targets = targetsOf(graph);
  const constants: Uint8Array[] = [];
  const floats = new Map(graph.floats);
  const scales = new Map<string, number>();
  const quantized = new Map<GraphNode, GraphNode>();
  const before = new Map<GraphNode, GraphNode[]>();
  const around = new Map<string, GraphNode[]>();

  for (const { input, output } of targets) {
    for (const tensor of [input, output]) {
      if (scales.has(tensor)) continue;
      const range = ranges.get(tensor);
      if (range === undefined) throw refused(`the range of ${tensor} was not measured`);
      const { scale, zeroPoint } = activationScale(range);
      scales.set(tensor, scale);
      constants.push(
        writeConstant(`${tensor}/scale`, [], Float32Array.of(scale)),
        writeConstant(`${tensor}/zero`, [], Uint8Array.of(zeroPoint)),
      );
      around.set(tensor, quantizePair(tensor));
    }
  }
  for (const target of targets) {
    const { node, input, weight, bias } = target;
    const made = quantizeWeight(graph, target);
    const names = { scale: `${weight}/scale`, zero: `${weight}/zero`, int8: `${weight}/int8` };
    const inputs = [`${input}/dq`, `${weight}/dq`];
    constants.push(
      made.int8,
      writeConstant(names.scale, [made.scales.length], made.scales),
      writeConstant(names.zero, [made.scales.length], new Int8Array(made.scales.length)),
    );
    const extra = [
      makeNode(
        'DequantizeLinear',
        { inputs: [names.int8, names.scale, names.zero], outputs: [`${weight}/dq`] },
        { axis: target.axis, domain: DOMAIN },
      ),
    ];
    if (bias !== null) {
      const inputScale = scales.get(input) ?? 1;
      const biasScales = made.scales.map((scale) => scale * inputScale);
      const values = graph.floats.get(bias)?.values ?? new Float32Array(0);
      const whole = Int32Array.from(values, (value, at) =>
        Math.round(value / (biasScales[at] ?? 1)),
      );
      constants.push(
        writeConstant(`${bias}/int32`, [whole.length], whole),
        writeConstant(`${bias}/scale`, [whole.length], biasScales),
        writeConstant(`${bias}/zero`, [whole.length], new Int32Array(whole.length)),
      );
      extra.push(
        makeNode(
          'DequantizeLinear',
          {
            inputs: [`${bias}/int32`, `${bias}/scale`, `${bias}/zero`],
            outputs: [`${bias}/dq`],
          },
          { axis: 0, domain: DOMAIN },
        ),
      );
      inputs.push(`${bias}/dq`);
      floats.delete(bias);
    }
    floats.delete(weight);
    quantized.set(node, { ...node, inputs });
    before.set(node, extra);
  }

  return writeGraph({
    ...graph,
    floats,
    nodes: assemble(graph, { quantized, before, around }),
    rest: [...graph.rest, ...constants],
    model: graph.domains.includes(DOMAIN) ? graph.model : [...graph.model, domainField(DOMAIN, 1)],
  });
}

interface Parts {
  readonly quantized: ReadonlyMap<GraphNode, GraphNode>;
  readonly before: ReadonlyMap<GraphNode, readonly GraphNode[]>;
  /** The pair of Q and DQ of each quantized tensor */
  readonly around: ReadonlyMap<string, readonly GraphNode[]>;
}

/** Puts each pair right behind what produces its tensor, and lets everything behind a quantized output read from there. */
function assemble(graph: OnnxGraph, { quantized, before, around }: Parts): GraphNode[] {
  const outputs = new Set(graph.outputs);
  const produced = new Set(graph.nodes.flatMap((node) => node.outputs));
  const fromTargets = new Set([...quantized.keys()].flatMap((node) => node.outputs));
  const inputPairs = [...around].filter(([tensor]) => !produced.has(tensor));
  return [
    ...inputPairs.flatMap(([, pair]) => pair),
    ...graph.nodes.flatMap((node) => {
      const own = quantized.get(node) ?? {
        ...node,
        inputs: node.inputs.map((name) =>
          fromTargets.has(name) && around.has(name) && !outputs.has(name) ? `${name}/dq` : name,
        ),
      };
      const pairs = node.outputs.flatMap((name) => around.get(name) ?? []);
      return [...(before.get(node) ?? []), own, ...pairs];
    }),
  ];
}

function quantizePair(tensor: string): GraphNode[] {
  const parameters = [`${tensor}/scale`, `${tensor}/zero`];
  return [
    makeNode(
      'QuantizeLinear',
      { inputs: [tensor, ...parameters], outputs: [`${tensor}/q`] },
      { domain: DOMAIN },
    ),
    makeNode(
      'DequantizeLinear',
      { inputs: [`${tensor}/q`, ...parameters], outputs: [`${tensor}/dq`] },
      { domain: DOMAIN },
    ),
  ];
}

/** Nothing is exactly representable without the 0, which padding and ReLU are full of. */
function activationScale({ min, max }: Range): { scale: number; zeroPoint: number } {
  const low = Math.min(0, min);
  const high = Math.max(0, max);
  const scale = Math.max((high - low) / 255, 1e-8);
  return { scale, zeroPoint: Math.round(-low / scale) };
}

/** Below this an activation gives nearly nothing, so that steps spent on it are lost: x × sigmoid(x) is −0.003 at −8. */
const flatBelow: Readonly<Record<string, number>> = {
  Relu: 0,
  HardSigmoid: -3,
  HardSwish: -3,
  Sigmoid: -8,
};

/** The least value of a tensor that matters to all that use it. */
function lowerLimit(graph: OnnxGraph, tensor: string): number {
  const users = graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
  const curve = users.find(({ operator }) => operator in flatBelow);
  if (curve === undefined) return -Infinity;
  // x × sigmoid(x) uses x twice; anything else that uses it wants all of it.
  const isGated = users.every(
    (user) =>
      user === curve ||
      (user.operator === 'Mul' && curve.outputs.some((name) => user.inputs.includes(name))),
  );
  return isGated ? (flatBelow[curve.operator] ?? -Infinity) : -Infinity;
}

/**
 * Processors without VNNI add two products of a byte and a weight in 16 bits, which overflow with larger weights: with all
 * 8 bits the worst error of a small network was 6 % on such a machine and below 3 % elsewhere. 2 × 255 × 63 < 32,768.
 */
const weightLimit = 63;

/** Symmetric, in 7 of the 8 bits, with a scale for each output channel. */
function quantizeWeight(
  graph: OnnxGraph,
  { weight, axis }: Target,
): { int8: Uint8Array; scales: Float32Array } {
  const { dims, values } = graph.floats.get(weight) ?? { dims: [], values: new Float32Array(0) };
  const channels = dims[axis] ?? 1;
  const inner = dims.slice(axis + 1).reduce((product, length) => product * length, 1);
  const channelOf = (at: number): number => Math.floor(at / inner) % channels;
  const largest = new Float32Array(channels);
  values.forEach((value, at) => {
    const channel = channelOf(at);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(value));
  });
  const scales = largest.map((value) => Math.max(value / weightLimit, 1e-8));
  const whole = Int8Array.from(values, (value, at) =>
    Math.round(value / (scales[channelOf(at)] ?? 1)),
  );
  return { int8: writeConstant(`${weight}/int8`, dims, whole), scales };
}

function targetsOf(graph: OnnxGraph): Target[] {
  if (isQuantized(graph)) throw refused('it is quantized already');
  const uses = new Map<string, number>();
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const isOwn = (name: string): boolean => graph.floats.has(name) && uses.get(name) === 1;
  const outer = new Set([...firstProducts(graph), ...lastProducts(graph)]);
  const targets = graph.nodes.flatMap((node): Target[] => {
    const [input, weight, bias] = node.inputs;
    const [output] = node.outputs;
    if (input === undefined || weight === undefined || output === undefined) return [];
    if (outer.has(node) || graph.outputs.includes(output) || !isOwn(weight)) return [];
    if (isDepthwise(graph, weight)) return [];
    if (node.operator === 'Conv' && (bias === undefined || bias === '' || isOwn(bias))) {
      const own = bias === undefined || bias === '' ? null : bias;
      return [{ node, input, output, weight, bias: own, axis: 0 }];
    }
    const isPlain = node.operator === 'MatMul' && graph.floats.get(weight)?.dims.length === 2;
    return isPlain ? [{ node, input, output, weight, bias: null, axis: 1 }] : [];
  });
  if (targets.length === 0) throw refused('it has no convolutions with weights of floats');
  return targets;
}

/** One weight plane per channel: nearly no weights, and channels too unlike each other for one range. */
function isDepthwise(graph: OnnxGraph, weight: string): boolean {
  const dims = graph.floats.get(weight)?.dims ?? [];
  return dims.length === 4 && dims[1] === 1;
}

/** Convolutions and products before which no other comes: they see the picture itself. */
function firstProducts(graph: OnnxGraph): ReadonlySet<GraphNode> {
  const isBehind = new Set<string>();
  const first = new Set<GraphNode>();
  for (const node of graph.nodes) {
    const isProduct = node.operator === 'Conv' || node.operator === 'MatMul';
    const follows = node.inputs.some((name) => isBehind.has(name));
    if (isProduct && !follows) first.add(node);
    if (isProduct || follows) node.outputs.forEach((name) => isBehind.add(name));
  }
  return first;
}

/** Convolutions and products behind which no other comes. */
function lastProducts(graph: OnnxGraph): ReadonlySet<GraphNode> {
  const leadsOn = new Set<string>();
  const last = new Set<GraphNode>();
  for (const node of [...graph.nodes].reverse()) {
    const isProduct = node.operator === 'Conv' || node.operator === 'MatMul';
    const isFollowed = node.outputs.some((name) => leadsOn.has(name));
    if (isProduct && !isFollowed) last.add(node);
    if (isProduct || isFollowed) node.inputs.forEach((name) => leadsOn.add(name));
  }
  return last;
}

function refused(detail: string): StationError {
  return new StationError('REQ_003', `The model cannot be quantized: ${detail}.`);
}
