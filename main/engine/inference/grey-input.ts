/**
 * The input of a network that shows nothing: what a model is tried with where nobody waits for an answer.
 */
import type { ModelCard } from '#contract/model.ts';
import { createInputWriter } from './preprocess.ts';
import type { Fit } from './fit.ts';
import type { InputData } from './preprocess.ts';

/** Where such a picture lies: nobody asks where its boxes are. */
export const greyFit: Fit = { left: 0, top: 0, width: 1, height: 1 };

/** So many grey pictures (128 of 255), prepared as the card says, in memory of their own. */
export function greyInput(card: ModelCard, count: number): InputData {
  const { input } = card;
  const writer = createInputWriter(card);
  const data = writer.allocate(count);
  const pixels = new Uint8Array(input.width * input.height * 3).fill(128);
  for (let index = 0; index < count; index++) {
    writer.write(data, index, { pixels, layout: { picture: input, analysis: input } });
  }
  return data;
}
