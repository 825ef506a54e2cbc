/**
 * Measures the ranges of the tensors within a network over pictures, for its quantization.
 */
import type { Range } from './quantize.ts';

export interface RangeMeter {
  /** Takes the tensors of one picture. */
  add(tensors: Readonly<Record<string, { readonly data: Float32Array }>>): void;
  ranges(): Map<string, Range>;
}

/** Outermost share of the numbers of a tensor that is cut at either end: of three that were tried, the best for YOLOX-nano. */
const CUT_SHARE = 0.0001;
/** So many numbers of a tensor are looked at */
const MAX_SAMPLES = 50_000;

/**
 * The mean over pictures of the outermost values, with a ten-thousandth cut at either end: one odd picture or one odd cell
 * must not widen the range of all. `lowest` tells below which value the numbers of a tensor make no difference.
 */
export function createRangeMeter(lowest: ReadonlyMap<string, number>): RangeMeter {
  const sums = new Map<string, { min: number; max: number; count: number }>();
  return {
    add(tensors) {
      for (const [name, { data }] of Object.entries(tensors)) {
        if (data.length === 0) continue;
        const { min, max } = outermost(data);
        const sum = sums.get(name) ?? { min: 0, max: 0, count: 0 };
        sums.set(name, { min: sum.min + min, max: sum.max + max, count: sum.count + 1 });
      }
    },
    ranges: () =>
      new Map(
        [...sums].map(([name, { min, max, count }]) => [
          name,
          { min: Math.max(lowest.get(name) ?? -Infinity, min / count), max: max / count },
        ]),
      ),
  };
}

function outermost(data: Float32Array): Range {
  const step = Math.max(1, Math.floor(data.length / MAX_SAMPLES));
  const samples = new Float32Array(Math.ceil(data.length / step));
  for (let index = 0; index < samples.length; index++) samples[index] = data[index * step] ?? 0;
  samples.sort();
  const cut = Math.floor(samples.length * CUT_SHARE);
  return { min: samples[cut] ?? 0, max: samples[samples.length - 1 - cut] ?? 0 };
}
