/**
 * What is burned into an exported clip, as a subtitle script (ASS) that ffmpeg draws: the time of day, and the boxes of tracks.
 *
 *   2026-11-30 18:15:03 Asia/Ho_Chi_Minh          one line of text a second
 *        ┌───┐
 *        │   │   a box is a ring: outer edge clockwise, inner edge the other way round
 *        └───┘
 */
import type { Size } from '#contract/geometry.ts';

/** Boxes of one picture; px of the picture that was counted. */
export interface BoxesAt {
  /** Unix time in ms */
  readonly at: number;
  readonly boxes: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

export interface OverlayOptions {
  /** Of the clip, Unix ms */
  readonly from: number;
  readonly to: number;
  /** IANA name of the zone on whose clock the time is shown; null shows none */
  readonly timeZone: string | null;
  /** The picture that the boxes are measured in */
  readonly picture: Size;
  /** In the order of time */
  readonly frames: readonly BoxesAt[];
}

/** A box is shown until the next picture was counted, and no longer than this. */
const longestMs = 1_000;

/** The whole script. Times in it count from the beginning of the clip. Pure. */
export function overlayScript(options: OverlayOptions): string {
  const { width, height } = options.picture;
  const fontPx = Math.max(10, Math.round(height / 26));
  const style = `${String(fontPx)},&H00FFFFFF,&H00FFFFFF,&H64000000,&H64000000,0,0,0,0,100,100,0,0`;
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${String(width)}`,
    `PlayResY: ${String(height)}`,
    'WrapStyle: 2',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, ' +
      'Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, ' +
      'MarginR, MarginV, Encoding',
    `Style: Time,Arial,${style},3,4,0,7,10,10,10,1`,
    `Style: Box,Arial,${style},1,0,0,7,0,0,0,1`,
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    ...timeLines(options),
    ...boxLines(options),
    '',
  ].join('\n');
}

function timeLines({ from, to, timeZone }: OverlayOptions): string[] {
  if (timeZone === null) return [];
  // The Swedish way to write it is the ISO one.
  const clock = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, dateStyle: 'short', timeStyle: 'medium' },
  });
  const lines: string[] = [];
  for (let at = from; at < to; at = (Math.floor(at / 1000) + 1) * 1000) {
    const end = Math.min(to, (Math.floor(at / 1000) + 1) * 1000);
    const text = `${clock.format(at)} ${timeZone}`;
    lines.push(`Dialogue: 1,${span(at - from, end - from)},Time,,0,0,0,,${text}`);
  }
  return lines;
}

function boxLines({ from, to, picture, frames }: OverlayOptions): string[] {
  const edge = Math.max(1, Math.round(picture.width / 400));
  return frames.flatMap(({ at, boxes }, index) => {
    const end = Math.min(to, at + longestMs, frames[index + 1]?.at ?? Infinity);
    if (boxes.length === 0 || at >= to || end <= from) return [];
    const shown = span(Math.max(0, at - from), end - from);
    const rings = boxes.map((box) => ring(box, edge)).join(' ');
    // Light green, as on the live pictures.
    return [`Dialogue: 0,${shown},Box,,0,0,0,,{\\an7\\pos(0,0)\\1c&H7CE29A&\\p1}${rings}`];
  });
}

function ring({ x, y, width, height }: BoxesAt['boxes'][number], edge: number): string {
  const [left, top] = [Math.round(x), Math.round(y)];
  const right = Math.max(left + 2 * edge + 1, Math.round(x + width));
  const bottom = Math.max(top + 2 * edge + 1, Math.round(y + height));
  const corner = (across: number, down: number) => `${String(across)} ${String(down)}`;
  const outer = [
    corner(left, top),
    corner(right, top),
    corner(right, bottom),
    corner(left, bottom),
  ];
  const [l, t, r, b] = [left + edge, top + edge, right - edge, bottom - edge];
  const inner = [corner(l, t), corner(l, b), corner(r, b), corner(r, t)];
  return [outer, inner]
    .map(([first, ...rest]) => `m ${String(first)} l ${rest.join(' ')}`)
    .join(' ');
}

/** Start and end as the script has them, hundredths of a second. */
function span(fromMs: number, toMs: number): string {
  return `${scriptTime(fromMs)},${scriptTime(toMs)}`;
}

function scriptTime(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const two = (value: number) => String(Math.floor(value) % 60).padStart(2, '0');
  const rest = String(hundredths % 100).padStart(2, '0');
  return `${String(Math.floor(hundredths / 360_000))}:${two(hundredths / 6000)}:${two(hundredths / 100)}.${rest}`;
}
