/**
 * Paints one tile without React: the newest picture on one canvas, and what belongs to that picture on another.
 */
import type { Crossing } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import { createOverlayBuffer, type Extent, type Overlay, type PaintLoop } from '../kit.ts';
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
  /** Sets the size of the picture on screen, CSS px. */
  resize(size: Extent): void;
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
/** A fading ring needs no more frames than the picture below it, ms. */
const flashFrameMs = 50;

export function createTilePainter(loop: PaintLoop): TilePainter {
  const buffer = createOverlayBuffer();
  let canvases: TileCanvases | null = null;
  let next: ImageBitmap | null = null;
  // Given, not read from the canvas: reading it would make the browser lay out the page for every picture.
  let size: Extent = { width: 0, height: 0 };
  let pictureAt: number | null = null;
  let watchedSince = 0;
  let captions: Record<Label, string> | null = null;
  let flashes: Flash[] = [];
  let repaintTimer: ReturnType<typeof setTimeout> | undefined;
  let due: { readonly crossing: Crossing; readonly receivedAt: number }[] = [];

  const painter = {
    paint(nowMs: number): void {
      if (canvases === null) return;
      if (next !== null) {
        // The context takes the bitmap over, so there is nothing left to close.
        canvases.picture.getContext('bitmaprenderer')?.transferFromImageBitmap(next);
        next = null;
      }
      const context = canvases.overlay.getContext('2d');
      if (context === null) return;
      const ratio = fitCanvas(canvases.overlay, size);
      context.clearRect(0, 0, canvases.overlay.width, canvases.overlay.height);
      if (pictureAt === null || size.width === 0) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      startFlashes(nowMs, pictureAt);
      drawTrails(context, buffer.trailsAt(pictureAt), size);
      drawBoxes(context, buffer.tracksAt(pictureAt), { size, captions });
      flashes = drawFlashes(context, flashes, { size, nowMs, isStill: stillness.matches });
      context.setTransform(1, 0, 0, 1, 0, 0);
      if (flashes.length > 0) repaintSoon();
    },
  };

  function repaintSoon(): void {
    repaintTimer ??= setTimeout(() => {
      repaintTimer = undefined;
      loop.request(painter);
    }, flashFrameMs);
  }

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
        clearTimeout(repaintTimer);
        repaintTimer = undefined;
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
      // One that is ahead of the picture on screen is drawn when the picture has come to its time.
      if (pictureAt !== null && overlay.at <= pictureAt) loop.request(painter);
    },
    flash(crossing) {
      due.push({ crossing, receivedAt: performance.now() });
      loop.request(painter);
    },
    resize(next) {
      size = next;
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

/** Gives the canvas the pixels of its place on screen; px per CSS px. */
function fitCanvas(canvas: HTMLCanvasElement, size: Extent): number {
  const ratio = Math.min(maxRatio, window.devicePixelRatio);
  const width = Math.round(size.width * ratio);
  const height = Math.round(size.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  return ratio;
}

const stillness = window.matchMedia('(prefers-reduced-motion: reduce)');
