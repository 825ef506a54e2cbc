/**
 * The shape of a prepared input, as a card states it.
 */
import type { ModelCard } from '#contract/model.ts';

/** Dims and number type of `count` pictures. */
export function inputShape(
  { input, preprocess }: Pick<ModelCard, 'input' | 'preprocess'>,
  count: number,
): { readonly dims: number[]; readonly dtype: ModelCard['preprocess']['dtype'] } {
  const { width, height } = input;
  const dims = preprocess.layout === 'nchw' ? [count, 3, height, width] : [count, height, width, 3];
  return { dims, dtype: preprocess.dtype };
}
