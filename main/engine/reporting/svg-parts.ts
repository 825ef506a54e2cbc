/**
 * What the charts on paper share: colours that differ in print and for the colour-blind, text, round steps.
 */
export const chartColours = {
  in: '#1d6fa5',
  out: '#d98324',
  whisker: '#1b2530',
  grid: '#d9dfe5',
  axis: '#5b6773',
  hatch: '#8a96a2',
  hatchGround: '#f1f3f5',
  comparison: '#6b3fa0',
  mark: '#b3261e',
} as const;

/** A word in a chart. `anchor`: which of its ends is at x. */
export function sharpText(
  place: {
    readonly x: number;
    readonly y: number;
    readonly anchor: 'start' | 'middle' | 'end';
    readonly colour?: string;
  },
  text: string,
): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${place.x.toFixed(2)}" y="${place.y.toFixed(2)}" font-family="Roboto" font-size="7" fill="${place.colour ?? chartColours.axis}" text-anchor="${place.anchor}">${escaped}</text>`;
}

/** The next of 1, 2, 5, 10, 20, 50 … from `atLeast` on. */
export function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)));
  return ([1, 2, 5, 10].find((factor) => factor * power >= atLeast) ?? 10) * power;
}
