/**
 * Draws what the station sees onto the canvas above a picture: trails, boxes, and the flash of a crossing.
 */
import type { Label } from '#contract/detection.ts';
import type { Point } from '#contract/geometry.ts';
import type { Extent, Overlay, Trail } from '../kit.ts';

/** Told apart by lightness too, and all bright enough for any picture with a dark edge around them. */
export const labelColours: Record<Label, string> = {
  person: '#b9f073',
  vehicle: '#dcaaff',
  bicycle: '#ff9fc9',
  animal: '#ffe37d',
  other: '#d9e1e8',
};

/** How long a crossing flashes, ms. */
export const flashMs = 900;

export interface Flash {
  readonly point: Point;
  readonly colour: string;
  /** On the time of the animation frame, ms */
  readonly startedAt: number;
}

type Track = Overlay['tracks'][number];

export function drawTrails(
  context: CanvasRenderingContext2D,
  trails: readonly Trail[],
  size: Extent,
): void {
  context.lineCap = 'round';
  context.lineWidth = Math.max(1.5, size.height / 220);
  for (const trail of trails) {
    context.strokeStyle = labelColours[trail.label];
    let from = trail.points[0];
    for (const to of trail.points.slice(1)) {
      if (from === undefined) break;
      context.globalAlpha = 0.85 * (1 - to.age) ** 1.4;
      context.beginPath();
      context.moveTo(from.x * size.width, from.y * size.height);
      context.lineTo(to.x * size.width, to.y * size.height);
      context.stroke();
      from = to;
    }
  }
  context.globalAlpha = 1;
}

/** `captions` gives the words beside a box; none are written where it is null. */
export function drawBoxes(
  context: CanvasRenderingContext2D,
  tracks: readonly Track[],
  options: { readonly size: Extent; readonly captions: Record<Label, string> | null },
): void {
  const { size, captions } = options;
  const line = Math.max(1.5, size.height / 260);
  const fontPx = Math.max(11, size.height / 46);
  context.font = `600 ${fontPx}px system-ui, 'Noto Sans', sans-serif`;
  context.textBaseline = 'bottom';
  for (const track of tracks) {
    const x = track.box.x * size.width;
    const y = track.box.y * size.height;
    const width = track.box.width * size.width;
    const height = track.box.height * size.height;
    context.globalAlpha = track.isConfirmed ? 1 : 0.45;
    context.setLineDash(track.isConfirmed ? [] : [4, 4]);
    context.lineWidth = line + 2;
    context.strokeStyle = 'rgb(5 8 12 / 55%)';
    context.strokeRect(x, y, width, height);
    context.lineWidth = line;
    context.strokeStyle = labelColours[track.label];
    context.strokeRect(x, y, width, height);
    if (captions === null || !track.isConfirmed) continue;
    const text = `${captions[track.label]} ${track.trackId}`;
    const textWidth = context.measureText(text).width;
    context.fillStyle = 'rgb(5 8 12 / 72%)';
    context.fillRect(x - line / 2, y - fontPx * 1.35, textWidth + 8, fontPx * 1.35);
    context.fillStyle = labelColours[track.label];
    context.fillText(text, x + 4, y - fontPx * 0.12);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Draws the flashes that are still on, and gives them back. */
export function drawFlashes(
  context: CanvasRenderingContext2D,
  flashes: readonly Flash[],
  frame: { readonly size: Extent; readonly nowMs: number; readonly isStill: boolean },
): Flash[] {
  const { size, nowMs, isStill } = frame;
  const lasting = flashes.filter((flash) => nowMs - flash.startedAt < flashMs);
  for (const flash of lasting) {
    const share = Math.max(0, (nowMs - flash.startedAt) / flashMs);
    const grown = isStill ? 0.5 : 1 - (1 - share) ** 3;
    const radius = size.height * (0.03 + 0.09 * grown);
    const x = flash.point.x * size.width;
    const y = flash.point.y * size.height;
    context.globalAlpha = isStill ? 1 : 1 - share;
    context.lineWidth = Math.max(3, size.height / 70);
    context.strokeStyle = flash.colour;
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.stroke();
    context.globalAlpha *= 0.35;
    context.fillStyle = flash.colour;
    context.beginPath();
    context.arc(x, y, radius * 0.6, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
  return lasting;
}
