/**
 * Charts of two arms as SVG: intervals beside each other, and what both counted over time.
 *
 *   Recall     A   ├──●──┤             crossings  █▒ █▒    ▒
 *              B     ├───●───┤                    █▒ █▒ █▒ █▒  ▶ time
 */
import type { ArmName } from '#contract/experiment-arm.ts';
import type { Interval } from '#contract/experiment-verdict.ts';
import { chartColours as colours, niceStep, sharpText } from './svg-parts.ts';

export const armColours: Readonly<Record<ArmName, string>> = { a: colours.in, b: colours.out };

const arms = ['a', 'b'] as const;
const width = 515;

export interface IntervalRow {
  readonly name: string;
  readonly a: Interval;
  readonly b: Interval;
}

const row = { left: 110, height: 26, gap: 8, foot: 16 };
const axisParts = 5;

/** Shares of 0 to 1; the axis is as long as the intervals need it. */
export function intervalChart(
  rows: readonly IntervalRow[],
  number: (value: number) => string,
): string {
  const all = rows.flatMap(({ a, b }) => [a, b]);
  const low = Math.max(0, Math.floor(Math.min(...all.map((each) => each.low)) * 20) / 20);
  const high = Math.min(1, Math.ceil(Math.max(...all.map((each) => each.high)) * 20) / 20);
  const span = Math.max(0.05, high - low);
  const x = (value: number): number => row.left + ((value - low) / span) * (width - row.left - 12);
  const bottom = rows.length * row.height;
  const grid = Array.from(
    { length: axisParts + 1 },
    (_, index) => low + (span * index) / axisParts,
  );
  const parts = [
    ...grid.map(
      (value) =>
        `<path d="M${fix(x(value))} 0V${fix(bottom)}" stroke="${colours.grid}" stroke-width="0.5"/>` +
        sharpText({ x: x(value), y: bottom + 10, anchor: 'middle' }, number(value)),
    ),
    ...rows.flatMap((each, index) => {
      const top = index * row.height;
      const name = { x: row.left - 8, y: top + row.height / 2 + 2.5, anchor: 'end' } as const;
      return [
        sharpText({ ...name, colour: colours.whisker }, each.name),
        ...arms.map((arm, place) => {
          const y = top + row.height / 2 + (place === 0 ? -row.gap / 2 : row.gap / 2);
          const { value, low: from, high: to } = each[arm];
          const whisker = `M${fix(x(from))} ${fix(y)}H${fix(x(to))}M${fix(x(from))} ${fix(y - 2.5)}v5M${fix(x(to))} ${fix(y - 2.5)}v5`;
          return `<path d="${whisker}" stroke="${armColours[arm]}" stroke-width="1.2" fill="none"/><circle cx="${fix(x(value))}" cy="${fix(y)}" r="2.2" fill="${armColours[arm]}"/>`;
        }),
      ];
    }),
  ];
  return svg(bottom + row.foot, parts);
}

export interface CrossingBar {
  /** Label of the time axis; empty for none */
  readonly label: string;
  readonly a: number;
  readonly b: number;
}

const plot = { left: 40, top: 6, height: 110, foot: 18 };

/** Bars of both arms side by side, oldest first. */
export function crossingChart(
  bars: readonly CrossingBar[],
  number: (value: number) => string,
): string {
  const most = Math.max(1, ...bars.flatMap(({ a, b }) => [a, b]));
  const step = niceStep(most / 4);
  const end = Math.ceil(most / step) * step;
  const bottom = plot.top + plot.height;
  const y = (value: number): number => bottom - (value / end) * plot.height;
  const each = (width - plot.left - 4) / Math.max(1, bars.length);
  const thick = Math.min(14, each * 0.4);
  const grid = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step);
  const parts = [
    ...grid.map(
      (value) =>
        `<path d="M${fix(plot.left)} ${fix(y(value))}H${String(width - 4)}" stroke="${value === 0 ? colours.axis : colours.grid}" stroke-width="0.5"/>` +
        sharpText({ x: plot.left - 4, y: y(value) + 2.5, anchor: 'end' }, number(value)),
    ),
    ...bars.flatMap((bar, index) => {
      const middle = plot.left + (index + 0.5) * each;
      const shown = arms.filter((arm) => bar[arm] > 0);
      return [
        ...shown.map((arm) => {
          const left = arm === 'a' ? middle - thick : middle;
          const height = bottom - y(bar[arm]);
          return `<rect x="${fix(left)}" y="${fix(y(bar[arm]))}" width="${fix(thick)}" height="${fix(height)}" fill="${armColours[arm]}"/>`;
        }),
        ...(bar.label === ''
          ? []
          : [sharpText({ x: middle - thick, y: bottom + 12, anchor: 'start' }, bar.label)]),
      ];
    }),
  ];
  return svg(bottom + plot.foot, parts);
}

function svg(height: number, parts: readonly string[]): string {
  return `<svg width="${String(width)}" height="${fix(height)}" viewBox="0 0 ${String(width)} ${fix(height)}">${parts.join('')}</svg>`;
}

function fix(value: number): string {
  return String(Math.round(value * 100) / 100);
}
