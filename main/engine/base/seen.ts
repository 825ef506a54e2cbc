/**
 * A detection with what its pixels look like, as the tracker gets it.
 */
import type { Detection } from '#contract/detection.ts';

/**
 * Mean red, green and blue (0…255) of the upper and of the lower part of the object: for a person the colours of what is
 * worn above and below.
 */
export type Colours = readonly number[];

export interface Seen extends Detection {
  /** Left out where there are no pixels, as with detections read from a file */
  readonly colours?: Colours;
}
