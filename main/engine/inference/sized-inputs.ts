/**
 * The inputs of a session, of the size on the card or of as much of it as pictures need: memory, writer and reader of each
 * size that is in use.
 */
import { LRUCache } from 'lru-cache';
import type { Size } from '#contract/geometry.ts';
import type { ModelCard } from '#contract/model.ts';
import { neededInput } from './fit.ts';
import type { Fit } from './fit.ts';
import { createPostprocessor } from './postprocess.ts';
import type { Postprocessor } from './postprocess.ts';
import { createInputWriter } from './preprocess.ts';
import type { InputData, Picture } from './preprocess.ts';

export interface SizedInput {
  readonly size: Size;
  readonly postprocessor: Postprocessor;
  /** Memory of a batch, allocated once and written again for each run */
  dataOf(batchSize: number): InputData;
  /** Writes pictures into the memory of a batch of `batchSize` and tells where they lie. */
  write(pictures: readonly PlacedPicture[], batchSize: number): PlacedFit[];
}

/** Pictures that need the same input, with their places in the list that was asked */
export interface SizedPictures {
  readonly input: SizedInput;
  readonly pictures: readonly PlacedPicture[];
}

export interface PlacedPicture {
  readonly index: number;
  readonly picture: Picture;
}

export interface SizedInputs {
  /** The input of the size on the card */
  readonly whole: SizedInput;
  /** Which pictures can share a run. */
  group(pictures: readonly Picture[]): SizedPictures[];
}

/** Where the picture of place `index` lies in the input. */
export interface PlacedFit {
  readonly index: number;
  readonly fit: Fit;
}

/** Cameras of a site have few shapes; pictures of requests may have any. */
const sizesInMemory = 8;

/** `isTrimmed`: whether the network takes less than the input on the card. */
export function createSizedInputs(card: ModelCard, isTrimmed: boolean): SizedInputs {
  const whole = createSizedInput(card);
  const trimmed = new LRUCache<string, SizedInput>({ max: sizesInMemory });

  function inputOf(size: Size): SizedInput {
    if (size.width === card.input.width && size.height === card.input.height) return whole;
    const key = `${String(size.width)}x${String(size.height)}`;
    const input = trimmed.get(key) ?? createSizedInput({ ...card, input: size });
    trimmed.set(key, input);
    return input;
  }

  return {
    whole,
    group(pictures) {
      const groups = Map.groupBy(
        pictures.map((picture, index) => ({ picture, index })),
        ({ picture }) => (isTrimmed ? inputOf(neededInput(picture.layout.picture, card)) : whole),
      );
      return [...groups].map(([input, placed]) => ({ input, pictures: placed }));
    },
  };
}

function createSizedInput(card: ModelCard): SizedInput {
  const writer = createInputWriter(card);
  const batches = new Map<number, InputData>();

  function dataOf(batchSize: number): InputData {
    const data = batches.get(batchSize) ?? writer.allocate(batchSize);
    batches.set(batchSize, data);
    return data;
  }

  return {
    size: card.input,
    postprocessor: createPostprocessor(card),
    dataOf,
    write(pictures, batchSize) {
      const data = dataOf(batchSize);
      return pictures.map(({ picture, index }, at) => ({
        index,
        fit: writer.write(data, at, picture),
      }));
    },
  };
}
