/**
 * Every text colour of the page is readable on every ground it stands on (WCAG 2.2, AA: 4.5 to 1), in both themes.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(
  path.resolve(import.meta.dirname, '../../..', 'renderer/theme/tokens.css'),
  'utf8',
);
const block = (selector: string) => {
  const from = css.lastIndexOf(selector);
  const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from));
  return new Map(
    [...body.matchAll(/--tw-([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, hex]) => [name!, hex!]),
  );
};

/** Relative luminance as WCAG defines it. */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each([
  ['dark', block("[data-mantine-color-scheme='dark']")],
  ['light', block("[data-mantine-color-scheme='light']")],
])('the %s theme', (_, tokens) => {
  const grounds = ['ground', 'surface', 'raised'];
  const texts = ['text', 'text-2', 'text-3', 'accent', 'in', 'out', 'good', 'warning', 'bad'];
  const pairs = [
    ...texts.flatMap((text) => grounds.map((ground) => [text, ground])),
    ['text', 'hover'],
    ['text', 'bad-ground'],
    ['bad', 'bad-ground'],
    ['text', 'accent-ground'],
    ['text-2', 'accent-ground'],
    ['accent', 'accent-ground'],
  ];

  it.each(pairs)('%s on %s', (text, ground) => {
    expect(contrast(tokens.get(text)!, tokens.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(grounds)('the edge of a field on %s (3 to 1)', (ground) => {
    expect(contrast(tokens.get('edge-strong')!, tokens.get(ground)!)).toBeGreaterThanOrEqual(3);
  });
});
