/**
 * Keeps the last seconds of overlays of one camera, so that boxes and trails are those of the picture on screen
 * rather than of whichever message came last.
 */
import type { Label } from '#contract/detection.ts';
import type { EventOf } from '#contract/events.ts';
import type { Box, Point } from '#contract/geometry.ts';

export type Overlay = EventOf<'overlay'>;
type OverlayTrack = Overlay['tracks'][number];

export interface TrailPoint extends Point {
  /** 0 for now, 1 for the end of the trail */
  readonly age: number;
}

export interface Trail {
  readonly trackId: number;
  readonly label: Label;
  /** Oldest first */
  readonly points: readonly TrailPoint[];
}

export interface OverlayBuffer {
  /** Takes one overlay; one that is older than the newest is dropped, since a camera's time only goes forward. */
  push(overlay: Overlay): void;
  /** The tracks at a time, boxes interpolated between the two overlays around it. */
  tracksAt(at: number): readonly OverlayTrack[];
  /** Where each track of `tracksAt` has come from. */
  trailsAt(at: number): readonly Trail[];
  clear(): void;
}

/** How long a trail is, ms. */
export const trailMs = 3000;
/** Beyond this distance from the nearest overlay nothing is known, so nothing is drawn, ms. */
const reachMs = 700;
/** A jump back of the clock by more than this begins anew (a looped file, a camera that was restarted), ms. */
const rewindMs = 2000;

export function createOverlayBuffer(): OverlayBuffer {
  let overlays: Overlay[] = [];

  /** Index of the newest overlay that is not after `at`; -1 when there is none. */
  function indexAt(at: number): number {
    for (let index = overlays.length - 1; index >= 0; index--) {
      const overlay = overlays[index];
      if (overlay !== undefined && overlay.at <= at) return index;
    }
    return -1;
  }

  function tracksAt(at: number): readonly OverlayTrack[] {
    const index = indexAt(at);
    const before = overlays[index];
    const after = overlays[index + 1];
    if (before === undefined)
      return after !== undefined && after.at - at <= reachMs ? after.tracks : [];
    if (at - before.at > reachMs && (after === undefined || after.at - at > reachMs)) return [];
    if (after === undefined || after.at === before.at) return before.tracks;
    const share = (at - before.at) / (after.at - before.at);
    const next = new Map(after.tracks.map((track) => [track.trackId, track]));
    return before.tracks.map((track) => {
      const then = next.get(track.trackId);
      return then === undefined ? track : { ...track, box: mixBoxes(track.box, then.box, share) };
    });
  }

  return {
    push(overlay) {
      const newest = overlays.at(-1);
      if (newest !== undefined && overlay.at <= newest.at) {
        if (newest.at - overlay.at <= rewindMs) return;
        overlays = [];
      }
      overlays.push(overlay);
      // Pictures may lag behind the overlays by about a second, and each needs a whole trail behind it.
      const oldest = overlay.at - trailMs - 2000;
      while (overlays[0] !== undefined && overlays[0].at < oldest) overlays.shift();
    },
    tracksAt,
    trailsAt(at) {
      const now = tracksAt(at);
      const trails = new Map(now.map((track) => [track.trackId, [] as TrailPoint[]]));
      for (const overlay of overlays) {
        if (overlay.at > at) break;
        const age = (at - overlay.at) / trailMs;
        if (age > 1) continue;
        for (const track of overlay.tracks) {
          trails.get(track.trackId)?.push({ ...anchorOf(track.box), age });
        }
      }
      return now.map((track) => ({
        trackId: track.trackId,
        label: track.label,
        points: [...(trails.get(track.trackId) ?? []), { ...anchorOf(track.box), age: 0 }],
      }));
    },
    clear() {
      overlays = [];
    },
  };
}

/** The bottom centre of a box: where a person stands. */
function anchorOf(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height };
}

function mixBoxes(a: Box, b: Box, share: number): Box {
  const mix = (from: number, to: number) => from + (to - from) * share;
  return {
    x: mix(a.x, b.x),
    y: mix(a.y, b.y),
    width: mix(a.width, b.width),
    height: mix(a.height, b.height),
  };
}
