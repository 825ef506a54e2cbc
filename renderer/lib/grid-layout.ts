/**
 * How tiles share the wall, and where a picture lies within its tile.
 */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Extent {
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

/** Most tiles on one page of the wall; more cameras go to further pages. */
export const tilesPerPage = 16;

/**
 * The grid in which `count` pictures of the given shape become largest. Of two equal grids the one with fewer empty
 * places wins. All lengths in CSS px; `aspect` is width ÷ height.
 */
export function chooseGrid(
  count: number,
  area: Extent,
  options: { readonly gap: number; readonly aspect: number },
): Grid {
  let best: Grid = { columns: 1, rows: Math.max(1, count) };
  let bestScore = -1;
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.max(1, Math.ceil(count / columns));
    const tile = {
      width: (area.width - options.gap * (columns - 1)) / columns,
      height: (area.height - options.gap * (rows - 1)) / rows,
    };
    if (tile.width <= 0 || tile.height <= 0) continue;
    const picture = fitInside(tile, { width: options.aspect, height: 1 });
    const score = picture.width * picture.height - (columns * rows - count) * 0.001;
    if (score > bestScore) {
      bestScore = score;
      best = { columns, rows };
    }
  }
  return best;
}

/** The largest rectangle with the shape of `inner` that fits into `outer`, centred. */
export function fitInside(outer: Extent, inner: Extent): Rect {
  const scale = Math.min(outer.width / inner.width, outer.height / inner.height);
  const width = inner.width * scale;
  const height = inner.height * scale;
  return { x: (outer.width - width) / 2, y: (outer.height - height) / 2, width, height };
}

/**
 * The width in px to ask of the station for a picture shown `cssWidth` wide: whole steps of 64, so that a window that
 * is being resized does not ask anew for every pixel, and never wider than the camera's own picture.
 */
export function previewWidth(cssWidth: number, ratio: number, sourceWidth: number | null): number {
  const stepped = Math.ceil((cssWidth * ratio) / 64) * 64;
  return Math.max(64, Math.min(stepped, sourceWidth ?? 1920, 1920));
}
