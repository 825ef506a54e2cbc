/**
 * Texts are found by the words that somebody types.
 */
import { describe, expect, it } from 'vitest';
import { hasWords } from '../../../renderer/lib/find-words.ts';

describe('a text', () => {
  it.each([
    ['North gate', '', true],
    ['North gate', 'gat nor', true],
    ['North gate', 'NORTH', true],
    ['North gate', 'south gate', false],
    ['Đường Bắc', 'duong bac', true],
    ['Đường Bắc', 'Bắc', true],
    ['Camera 12', '12', true],
  ])('"%s" is found by "%s": %s', (text, query, isFound) => {
    expect(hasWords(text, query)).toBe(isFound);
  });
});
