/**
 * Makes the fp16 child of a model: joins inference, which knows the types of all tensors, with the models stage.
 */
import { readFile } from 'node:fs/promises';
import { StationError } from '#contract/error.ts';
import { loadNetwork } from './inference/load-network.ts';
import { halve, type Halved, type TensorTypes } from './models/halve.ts';
import { readOnnxFile } from './models/onnx-file.ts';
import { readGraph, untypedOutput, writeGraph, type OnnxGraph } from './models/onnx-graph.ts';

/** Throws MODEL_002 for a file that cannot be read or loaded, REQ_003 for a model that cannot be converted. */
export async function halveModel(file: string): Promise<Halved> {
  const bytes = await readFile(file);
  if (readOnnxFile(bytes).externalPaths.length > 0) {
    throw new StationError(
      'REQ_003',
      'A version with 16 bits cannot be made of a model whose weights lie in files beside it: export it as one file.',
    );
  }
  const graph = readGraph(bytes);
  return halve(graph, await tensorTypes(graph));
}

async function tensorTypes(graph: OnnxGraph): Promise<TensorTypes> {
  const given = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const inner = [...given].filter((name) => name !== '' && !graph.outputs.includes(name));
  const network = await loadNetwork({
    model: writeGraph({ ...graph, rest: [...graph.rest, ...inner.map(untypedOutput)] }),
    ...{ provider: 'cpu', intraOpThreads: 1, graphLevel: 'basic' },
  });
  const tensors = [...network.inputMetadata, ...network.outputMetadata];
  await network.release();
  return new Map(tensors.flatMap((value) => (value.isTensor ? [[value.name, value.type]] : [])));
}
