/**
 * What a network wants to be fed with: the picture, and for some exports the size of it.
 */
import { Tensor } from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import { halfTensor } from './half-tensor.ts';
import type { InputData } from './preprocess.ts';

export interface FeedPlan {
  /** Pictures per run that the graph fixes; null when its first axis is free everywhere */
  readonly batchSize: number | null;
  /** All inputs of a run, of pictures of `size` px. The picture's tensor shares its memory with `data`. */
  feeds(data: InputData, batchSize: number, size: Size): Record<string, Tensor>;
}

type TensorInput = InferenceSession.TensorValueMetadata;

/** Matches the inputs of a network with its card. Throws MODEL_003 where they differ. */
export function planFeeds(network: InferenceSession, card: ModelCard): FeedPlan {
  const inputs = network.inputMetadata.filter((input): input is TensorInput => input.isTensor);
  const image = inputs.find(({ shape }) => shape.length === 4);
  if (image === undefined) throw wrong('it has no input that takes pictures (four axes)');
  checkImage(image, card);
  const extras = inputs.filter((input) => input !== image);
  extras.forEach(extraValues);

  return {
    batchSize: fixedBatch(inputs, card),
    feeds(data, batchSize, { width, height }) {
      const dims =
        card.preprocess.layout === 'nchw'
          ? [batchSize, 3, height, width]
          : [batchSize, height, width, 3];
      const feeds: Record<string, Tensor> = { [image.name]: imageTensor(data, dims) };
      for (const extra of extras) {
        const pair = extraValues(extra)(card);
        const values = Array.from({ length: batchSize }, () => pair).flat();
        feeds[extra.name] =
          extra.type === 'int64'
            ? new Tensor('int64', BigInt64Array.from(values, BigInt), [batchSize, 2])
            : new Tensor('float32', Float32Array.from(values), [batchSize, 2]);
      }
      return feeds;
    },
  };
}

/** Heads whose rows carry no picture index can only be read one picture at a time. */
const oneByOne: readonly ModelCard['head'][] = ['picodet-nms', 'end2end-7'];

function fixedBatch(inputs: readonly TensorInput[], card: ModelCard): number | null {
  if (oneByOne.includes(card.head)) return 1;
  const fixed = inputs.map(({ shape }) => shape[0]).filter((axis) => typeof axis === 'number');
  return fixed[0] ?? null;
}

function checkImage(image: TensorInput, card: ModelCard): void {
  const { layout, dtype } = card.preprocess;
  const { width, height } = card.input;
  const wanted = layout === 'nchw' ? [3, height, width] : [height, width, 3];
  const axes = image.shape.slice(1);
  if (axes.some((axis, index) => typeof axis === 'number' && axis !== wanted[index])) {
    throw wrong(`its input is [${image.shape.join(', ')}], the card says ${wanted.join(' × ')}`);
  }
  if (image.type !== dtype) throw wrong(`its input is ${image.type}, the card says ${dtype}`);
}

/**
 * The sizes that some exports ask for beside the picture. They are given so that boxes come back in px of the input:
 * `orig_target_sizes` (RT-DETR) is width, height; `im_shape` and `scale_factor` (Paddle) are height, width.
 */
function extraValues(input: TensorInput): (card: ModelCard) => [number, number] {
  const isPair = input.shape.length === 2 && (input.type === 'int64' || input.type === 'float32');
  const name = input.name.toLowerCase();
  if (isPair && name.includes('scale_factor')) return () => [1, 1];
  if (isPair && name.includes('im_shape')) return ({ input: size }) => [size.height, size.width];
  if (isPair && name.includes('size')) return ({ input: size }) => [size.width, size.height];
  throw wrong(`it wants an input ${input.name} that the station cannot supply`);
}

function imageTensor(data: InputData, dims: readonly number[]): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (data instanceof Uint8Array) return new Tensor('uint8', data, dims);
  return halfTensor(data, dims);
}

function wrong(detail: string): StationError {
  return new StationError('MODEL_003', `The model does not fit its card: ${detail}.`);
}
