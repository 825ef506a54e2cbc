/**
 * Says in few words how pictures are prepared: which keys of the texts describe it.
 */
import type { Preprocess } from '#contract/model.ts';

export interface PreprocessWords {
  readonly colour: Preprocess['colour'];
  readonly resize: Preprocess['resize'];
  readonly scaling: 'bytes' | 'unit' | 'normalised';
}

/** Largest value of a plain 0…1 input, with room for rounding */
const unitLimit = 1.01;

/** The three things that a person may have to decide. */
export function preprocessWords(preprocess: Preprocess): PreprocessWords {
  const { colour, resize, scale, mean, std } = preprocess;
  const isPlain = mean.every((value) => value === 0) && std.every((value) => value === 1);
  const scaling = !isPlain ? 'normalised' : 255 * scale <= unitLimit ? 'unit' : 'bytes';
  return { colour, resize, scaling };
}
