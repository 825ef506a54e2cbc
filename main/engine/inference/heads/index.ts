/**
 * The heads by the name they have on a model's card.
 */
import { StationError } from '#contract/error.ts';
import type { Head } from '#contract/model.ts';
import type { DecodeHead } from '#engine/inference/head.ts';
import { decodeYolox } from './yolox.ts';

const heads: Partial<Record<Head, DecodeHead>> = {
  yolox: decodeYolox,
};

/** The decoder of a head. Throws MODEL_003 when there is none. */
export function headOf(name: Head): DecodeHead {
  const head = heads[name];
  if (head === undefined) throw new StationError('MODEL_003', `The head ${name} cannot be read.`);
  return head;
}
