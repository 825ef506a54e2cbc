/**
 * Paints one tile without React: the newest picture on one canvas, and what belongs to that picture on another.
 */
import type { Crossing } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import { createOverlayBuffer, type Overlay, type PaintLoop } from '../kit.ts';
import { drawBoxes, drawFlashes, drawTrails, type Flash } from './draw-overlay.ts';

export interface TileCanvases {
  readonly picture: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
}

export interface TilePainter {
  /** Paints onto these canvases until the returned function is called. */
  attach(canvases: TileCanvases): () => void;
  /** Takes a picture and closes it when it has been shown or replaced. `capturedAt` is on the station's clock. */
  showPicture(picture: ImageBitmap, capturedAt: number): void;
  pushOverlay(overlay: Overlay): void;
  flash(crossing: Crossing): void;
  /** Words beside the boxes; null for none. */
  setCaptions(captions: Record<Label, string> | null): void;
  /** Sets the time from which on a picture is expected; null while nobody asks for one. */
  setWatchedSince(at: number): void;
  /** When the picture on screen was captured; null before the first. */
  pictureAt(): number | null;
  watchedSince(): number;
}

/** Denser canvases cost more than they show. */
const maxRatio = 2;
/** A flash whose picture is this late is shown anyway, ms. */
const flashPatienceMs = 1500;

export function createTilePainter(loop: PaintLoop): TilePainter {
  const buffer = createOverlayBuffer();
  let canvases: TileCanvases | null = null;
  let next: ImageBitmap | null = null;
  let pictureAt: number | null = null;
  let watchedSince = 0;
  let captions: Record<Label, string> | null = null;
  let flashes: Flash[] = [];
  let due: { readonly crossing: Crossing; readonly receivedAt: number }[] = [];

  const painter = {
    paint(nowMs: number): boolean {
      if (canvases === null) return false;
      if (next !== null) {
        // The context takes the bitmap over, so there is nothing left to close.
        canvases.picture.getContext('bitmaprenderer')?.transferFromImageBitmap(next);
        next = null;
      }
      const context = canvases.overlay.getContext('2d');
      if (context === null) return false;
      const size = fitCanvas(canvases.overlay);
      context.clearRect(0, 0, canvases.overlay.width, canvases.overlay.height);
      if (pictureAt === null || size.width === 0) return false;
      context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
      startFlashes(nowMs, pictureAt);
      drawTrails(context, buffer.trailsAt(pictureAt), size);
      drawBoxes(context, buffer.tracksAt(pictureAt), { size, captions });
      flashes = drawFlashes(context, flashes, { size, nowMs, isStill: prefersStill() });
      context.setTransform(1, 0, 0, 1, 0, 0);
      return flashes.length > 0;
    },
  };

  /** A crossing flashes when the picture on screen has come to its moment. */
  function startFlashes(nowMs: number, shownAt: number): void {
    due = due.filter(({ crossing, receivedAt }) => {
      if (crossing.at > shownAt && nowMs - receivedAt < flashPatienceMs) return true;
      const colour = crossing.direction === 'in' ? '#5fcbff' : '#ffb55c';
      flashes.push({ point: crossing.point, colour, startedAt: nowMs });
      return false;
    });
  }

  return {
    attach(target) {
      canvases = target;
      loop.request(painter);
      return () => {
        canvases = null;
        next?.close();
        next = null;
        loop.forget(painter);
      };
    },
    showPicture(picture, capturedAt) {
      next?.close();
      next = null;
      if (canvases === null) {
        picture.close();
        return;
      }
      next = picture;
      pictureAt = capturedAt;
      loop.request(painter);
    },
    pushOverlay(overlay) {
      buffer.push(overlay);
      loop.request(painter);
    },
    flash(crossing) {
      due.push({ crossing, receivedAt: performance.now() });
      loop.request(painter);
    },
    setCaptions(words) {
      captions = words;
      loop.request(painter);
    },
    setWatchedSince(at) {
      watchedSince = at;
    },
    pictureAt: () => pictureAt,
    watchedSince: () => watchedSince,
  };
}

/** Gives the canvas the pixels of its place on screen; CSS px and px per CSS px. */
function fitCanvas(canvas: HTMLCanvasElement): { width: number; height: number; ratio: number } {
  const ratio = Math.min(maxRatio, window.devicePixelRatio);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const widthPx = Math.round(width * ratio);
  const heightPx = Math.round(height * ratio);
  if (canvas.width !== widthPx || canvas.height !== heightPx) {
    canvas.width = widthPx;
    canvas.height = heightPx;
  }
  return { width, height, ratio };
}

function prefersStill(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
