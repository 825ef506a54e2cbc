/**
 * Writes pictures into the input tensor of a network: colour order, layout, number type, scaling and padding of its card.
 */
import type { Size } from '#contract/geometry.ts';
import type { ModelCard, Preprocess } from '#contract/model.ts';
import { assert } from '#engine/base/assert.ts';
import { frameBytes } from '#engine/base/frame.ts';
import type { FrameLayout } from '#engine/base/frame.ts';
import { fitPicture } from './fit.ts';
import type { Fit } from './fit.ts';
import { toHalf } from '#engine/base/half.ts';
import { resizePlane } from './resize.ts';

/** The pixels of a slot: planes G, B, R of the layout's analysis size. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly layout: FrameLayout;
}

/** Elements of an input tensor; float16 travels as its bits. */
export type InputData = Float32Array | Uint16Array | Uint8Array;

export interface InputWriter {
  /** Elements of one picture in the input */
  readonly elements: number;
  /** Makes the input of a batch. */
  allocate(batchSize: number): InputData;
  /**
   * Writes a picture at place `index` of `target` and tells where it lies. A slot that already has the fitted size is
   * copied; any other is resampled (bilinear). The padding is written only when the place held another rectangle.
   */
  write(target: InputData, index: number, picture: Picture): Fit;
}

/** Plane of the slot (G, B, R) for each channel of the network. */
const planesOf: Record<Preprocess['colour'], readonly [number, number, number]> = {
  rgb: [2, 0, 1],
  bgr: [1, 0, 2],
};

/** Makes the writer of a card. It remembers which places of which target are padded, nothing else. */
export function createInputWriter(card: Pick<ModelCard, 'input' | 'preprocess'>): InputWriter {
  const { input, preprocess } = card;
  const elements = input.width * input.height * 3;
  const tables = [0, 1, 2].map((channel) => valueTable(preprocess, channel));
  const isIdentity = tables.every((table) => table.every((value, pixel) => value === pixel));
  const planes = planesOf[preprocess.colour];
  let scratch = new Uint8Array(0);
  const padded = new WeakMap<InputData, Map<number, string>>();

  return {
    elements,
    allocate: (batchSize) => allocate(preprocess.dtype, elements * batchSize),
    write(target, index, picture) {
      const { layout, pixels } = picture;
      assert(pixels.length >= frameBytes(layout), 'a slot smaller than its layout');
      const fit = fitPicture(layout.picture, card);
      const place = target.subarray(index * elements, (index + 1) * elements);
      pad(place, { target, index, fit });
      const planeSize = layout.analysis.width * layout.analysis.height;
      for (let channel = 0; channel < 3; channel++) {
        const from = (planes[channel] as number) * planeSize;
        const plane = ownCopy(pixels.subarray(from, from + planeSize));
        copyPlane(place, {
          input,
          fit,
          table: tables[channel] as InputData,
          isIdentity,
          plane: isFitted(layout.analysis, fit) ? plane : resizePlane(plane, layout.analysis, fit),
          channel,
          isPlanar: preprocess.layout === 'nchw',
        });
      }
      return fit;
    },
  };

  /** The plane in memory that is not shared: typed arrays convert from there several times faster. */
  function ownCopy(plane: Uint8Array): Uint8Array {
    if (scratch.length !== plane.length) scratch = new Uint8Array(plane.length);
    scratch.set(plane);
    return scratch;
  }

  function pad(
    place: InputData,
    where: { readonly target: InputData; readonly index: number; readonly fit: Fit },
  ): void {
    const { target, index, fit } = where;
    const places = padded.get(target) ?? new Map<number, string>();
    padded.set(target, places);
    const key = [fit.left, fit.top, fit.width, fit.height].join();
    if (places.get(index) === key) return;
    places.set(index, key);
    const area = input.width * input.height;
    for (let channel = 0; channel < 3; channel++) {
      const value = (tables[channel] as InputData)[Math.round(preprocess.pad)] as number;
      if (preprocess.layout === 'nchw') place.fill(value, channel * area, (channel + 1) * area);
      else for (let at = channel; at < place.length; at += 3) place[at] = value;
    }
  }
}

interface PlaneCopy {
  readonly input: Size;
  readonly fit: Fit;
  /** What each byte becomes */
  readonly table: InputData;
  readonly isIdentity: boolean;
  /** Pixels of the fitted size */
  readonly plane: Uint8Array;
  readonly channel: number;
  readonly isPlanar: boolean;
}

/** Copies a fitted plane into its channel, row by row, or at once where rows are as wide as the input. */
function copyPlane(place: InputData, copy: PlaneCopy): void {
  const { input, fit, table, plane, channel } = copy;
  const x1 = Math.max(0, fit.left);
  const y1 = Math.max(0, fit.top);
  const columns = Math.min(input.width, fit.left + fit.width) - x1;
  const rows = Math.min(input.height, fit.top + fit.height) - y1;
  const isContiguous = columns === input.width && columns === fit.width;
  const step = copy.isPlanar ? 1 : 3;
  const runs = isContiguous ? 1 : rows;
  const runLength = isContiguous ? columns * rows : columns;
  const start = copy.isPlanar ? channel * input.width * input.height : channel;
  for (let run = 0; run < runs; run++) {
    const from = (y1 + run - fit.top) * fit.width + (x1 - fit.left);
    const to = start + ((y1 + run) * input.width + x1) * step;
    copyRun(place, plane, {
      table,
      isIdentity: copy.isIdentity,
      from,
      to,
      step,
      length: runLength,
    });
  }
}

interface Run {
  readonly isIdentity: boolean;
  readonly table: InputData;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly length: number;
}

function copyRun(place: InputData, plane: Uint8Array, run: Run): void {
  const { table, from, step, length } = run;
  let to = run.to;
  if (run.isIdentity && step === 1) {
    place.set(plane.subarray(from, from + length), to); // converts eight times faster than a loop
    return;
  }
  for (let at = from; at < from + length; at++) {
    place[to] = table[plane[at] as number] as number;
    to += step;
  }
}

/** What each of the 256 bytes becomes in one channel: (pixel × scale − mean) ÷ std in the number type of the input. */
function valueTable(preprocess: Preprocess, channel: number): InputData {
  const mean = preprocess.mean[channel] as number;
  const std = preprocess.std[channel] as number;
  const table = allocate(preprocess.dtype, 256);
  for (let pixel = 0; pixel < 256; pixel++) {
    const value = (pixel * preprocess.scale - mean) / std;
    table[pixel] = encoders[preprocess.dtype](value);
  }
  return table;
}

const encoders: Record<Preprocess['dtype'], (value: number) => number> = {
  float32: (value) => value,
  float16: toHalf,
  uint8: (value) => Math.min(255, Math.max(0, Math.round(value))),
};

function allocate(dtype: Preprocess['dtype'], length: number): InputData {
  switch (dtype) {
    case 'float32':
      return new Float32Array(length);
    case 'float16':
      return new Uint16Array(length);
    case 'uint8':
      return new Uint8Array(length);
  }
}

function isFitted(analysis: Size, fit: Fit): boolean {
  return analysis.width === fit.width && analysis.height === fit.height;
}
