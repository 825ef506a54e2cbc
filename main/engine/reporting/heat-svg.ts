/**
 * A heat map of the week as SVG: seven rows of twenty-four hours, the darker the more, with the number in it.
 */
import { type HeatCell, hourlyRate } from '#contract/report.ts';
import { sharpText } from './svg-parts.ts';

const cell = { width: 20, height: 13, left: 30, top: 10 };
const size = { width: cell.left + 24 * cell.width, height: cell.top + 7 * cell.height + 2 };

export interface HeatText {
  readonly weekdays: readonly string[];
  readonly number: (value: number) => string;
}

export function heatMap(heat: readonly (readonly HeatCell[])[], text: HeatText): string {
  const most = Math.max(1e-9, ...heat.flat().map((each) => hourlyRate(each) ?? 0));
  const hours = Array.from({ length: 24 }, (_, hour) =>
    sharpText({ x: cell.left + (hour + 0.5) * cell.width, y: 7, anchor: 'middle' }, String(hour)),
  );
  const rows = heat.flatMap((row, day) => {
    const y = cell.top + day * cell.height;
    const name = sharpText({ x: 0, y: y + 9, anchor: 'start' }, text.weekdays[day] ?? '');
    return [name, ...row.map((each, hour) => box(hourlyRate(each), { hour, y, most, text }))];
  });
  return `<svg width="${String(size.width)}" height="${String(size.height)}" viewBox="0 0 ${String(size.width)} ${String(size.height)}">${[...hours, ...rows].join('')}</svg>`;
}

function box(
  rate: number | null,
  {
    hour,
    y,
    most,
    text,
  }: {
    readonly hour: number;
    readonly y: number;
    readonly most: number;
    readonly text: HeatText;
  },
): string {
  const x = cell.left + hour * cell.width;
  const share = rate === null ? 0 : rate / most;
  const fill = rate === null ? '#ffffff' : mix(share);
  const rect = `<rect x="${String(x)}" y="${String(y)}" width="${String(cell.width - 1)}" height="${String(cell.height - 1)}" fill="${fill}" stroke="#d9dfe5" stroke-width="0.3"/>`;
  if (rate === null) return rect;
  const colour = share > 0.55 ? '#ffffff' : '#1b2530';
  const place = { x: x + (cell.width - 1) / 2, y: y + 8.5, anchor: 'middle', colour } as const;
  return rect + sharpText(place, text.number(rate));
}

/** From nearly white to the blue of "in". */
function mix(share: number): string {
  const [low, high] = [
    [241, 246, 250],
    [20, 84, 128],
  ] as const;
  const parts = low.map((from, index) => Math.round(from + ((high[index] ?? from) - from) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
