import { describe, expect, it } from 'vitest';
import { isOwnUrl } from '#shell/origin.ts';

const dev = 'http://localhost:5173';

describe('our page', () => {
  it.each([
    ['the page', 'tallywatch://app/', true],
    ['a view of it', 'tallywatch://app/cameras?x=1', true],
    ['another host of the scheme', 'tallywatch://app.evil/', false],
    ['a host that only begins like ours', 'tallywatch://apple/', false],
    ['the web', 'https://app/', false],
    ['a file', 'file:///app/index.html', false],
    ['nothing', '', false],
    ['the development server of somebody else', 'http://localhost:5174/', false],
  ])('%s', (_, url, expected) => {
    expect(isOwnUrl(url, null)).toBe(expected);
    expect(isOwnUrl(url, dev)).toBe(expected);
  });

  it('may come from the development server, where there is one', () => {
    expect([isOwnUrl(`${dev}/x`, dev), isOwnUrl(`${dev}/x`, null)]).toEqual([true, false]);
  });
});
