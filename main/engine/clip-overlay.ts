/**
 * What is drawn over an exported clip: the time on the clock of the site, and the boxes of who was counted, as they were stored.
 */
import type { BurnIn } from '#contract/recording.ts';
import { overlayScript } from './capture/recording/overlay-script.ts';
import type { Stretch } from './recorded-pictures.ts';
import type { ReviewThread } from './review-thread.ts';

export interface ClipOverlayDeps {
  readonly review: Pick<ReviewThread, 'ask'>;
  readonly timeZone: string;
}

/** Makes the script of a clip. Where no path is stored there is no box. Rejects with REQ_004. */
export type ClipOverlay = (
  stretch: Stretch,
  burnIn: readonly BurnIn[],
  signal: AbortSignal,
) => Promise<string>;

const usualPicture = { width: 1280, height: 720 };

export function createClipOverlay({ review, timeZone }: ClipOverlayDeps): ClipOverlay {
  return async ({ cameraId, from, to }, burnIn, signal) => {
    const { picture, frames } = await review.ask('boxes', { cameraId, span: { from, to } }, signal);
    return overlayScript({
      ...{ from, to, picture: picture ?? usualPicture },
      timeZone: burnIn.includes('time') ? timeZone : null,
      frames: burnIn.includes('boxes') ? frames : [],
    });
  };
}
