/**
 * Decides what a tile says about its picture: only a fresh picture of a live camera may look live.
 */
import type { Camera, CaptureReason, ViewState } from '#contract/camera.ts';

/** Age of a picture from which it is called stale, ms (SERVING.md). */
export const staleAfterMs = 2000;

/** All times are Unix times in ms on the station's clock. */
export type TileStatus =
  | { readonly kind: 'live' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** The camera is live and counts, but its first picture has not come yet */
  | { readonly kind: 'opening' }
  /** The camera is live and counts, but its picture on this screen is old */
  | { readonly kind: 'stale'; readonly pictureAt: number }
  /** The camera itself has gone silent */
  | { readonly kind: 'stalled'; readonly pictureAt: number }
  | { readonly kind: 'frozen'; readonly since: number }
  | {
      readonly kind: 'offline';
      readonly since: number;
      readonly retryAt: number;
      readonly attempt: number;
      readonly reason: CaptureReason;
    }
  | { readonly kind: 'ended'; readonly since: number }
  | { readonly kind: 'disabled' }
  /** The station does not answer: nothing is known about the camera */
  | { readonly kind: 'lost'; readonly pictureAt: number | null };

export interface TileFacts {
  readonly capture: Camera['capture'];
  /** When the newest picture on screen was captured; null before the first */
  readonly pictureAt: number | null;
  /** Since when pictures have been asked for, so that the first may take its time */
  readonly watchedSince: number;
  readonly isStationLost: boolean;
}

export function tileStatus(facts: TileFacts, now: number): TileStatus {
  const { capture, pictureAt } = facts;
  if (facts.isStationLost) return { kind: 'lost', pictureAt };
  switch (capture.state) {
    case 'disabled':
      return { kind: 'disabled' };
    case 'connecting':
      return { kind: 'connecting', attempt: capture.attempt };
    case 'stalled':
      return { kind: 'stalled', pictureAt: pictureAt ?? capture.lastFrameAt };
    case 'frozen':
      return { kind: 'frozen', since: capture.since };
    case 'waiting':
      return {
        kind: 'offline',
        since: capture.since,
        retryAt: capture.retryAt,
        attempt: capture.attempt,
        reason: capture.reason,
      };
    case 'ended':
      return { kind: 'ended', since: capture.since };
    case 'live': {
      // A picture from before this watch (the tile was hidden) does not count as late until the new one could be here.
      const shownAt = pictureAt === null ? facts.watchedSince : pictureAt;
      const lateSince = Math.max(shownAt, facts.watchedSince);
      if (now - lateSince <= staleAfterMs) {
        return pictureAt === null || now - pictureAt > staleAfterMs
          ? { kind: 'opening' }
          : { kind: 'live' };
      }
      return { kind: 'stale', pictureAt: shownAt };
    }
  }
}

/** Rates are measured over ten seconds; before that, none says nothing, ms. */
const rateKnownAfterMs = 10_000;

/** Whether a camera that shows pictures is also analysed: without it a count of 0 would look like an empty street. */
export function isAnalysed(camera: Pick<Camera, 'capture' | 'figures'>, now: number): boolean {
  const { capture, figures } = camera;
  if (capture.state !== 'live' || now - capture.since <= rateKnownAfterMs) return true;
  return figures.inferredFps > 0;
}

/** What is wrong with the view of a live camera; null when nothing is, or it is not known. */
export function lostViewOf({
  capture,
  figures: { view },
}: Pick<Camera, 'capture' | 'figures'>): Exclude<ViewState, 'clear'> | null {
  if (capture.state !== 'live' || view === null || view.state === 'clear') return null;
  return view.state;
}

/** Whether the picture must be covered by the veil. */
export function needsVeil(status: TileStatus): boolean {
  return status.kind !== 'live';
}

/** How loud a status is: one colour per tone. */
export function toneOf(kind: TileStatus['kind']): 'good' | 'quiet' | 'warning' | 'bad' {
  switch (kind) {
    case 'live':
      return 'good';
    case 'connecting':
    case 'opening':
    case 'ended':
    case 'disabled':
      return 'quiet';
    case 'stale':
    case 'stalled':
    case 'frozen':
      return 'warning';
    case 'offline':
    case 'lost':
      return 'bad';
  }
}
