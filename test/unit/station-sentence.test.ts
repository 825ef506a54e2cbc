import { describe, expect, it } from 'vitest';
import { KeptSentence, say, sayWith } from '#contract/station-sentence.ts';

describe('a sentence of the station', () => {
  it('is English with its values, and can be said otherwise', () => {
    expect(say('diskFree', { free: 3.5, reserve: 10 })).toEqual({
      detail: '3.5 GB are free, where 10 GB are the reserve.',
      said: { name: 'diskFree', values: { free: 3.5, reserve: 10 } },
    });
  });

  it('goes on with an error, by its words and by its code', () => {
    const error = { code: 'CAM_001', message: 'The camera does not answer.' } as const;
    expect(sayWith(say('noPictures', { camera: 'Gate' }), error)).toEqual({
      detail: 'No pictures come from Gate. The camera does not answer.',
      said: { name: 'noPictures', values: { camera: 'Gate' }, error },
    });
  });

  it('of another version is left out, and its English words remain', () => {
    expect(KeptSentence.parse({ name: 'saidOnceUponATime', values: {} })).toBeUndefined();
    const { said } = say('allWell');
    expect(KeptSentence.parse(said)).toEqual(said);
  });
});
