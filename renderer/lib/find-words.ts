/**
 * Finds texts by the words that somebody types: in any order, parts of words, with or without the signs on letters.
 */

/** Whether every word of the query is in the text. An empty query is in every text. */
export function hasWords(text: string, query: string): boolean {
  const folded = fold(text);
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}

/** `Đường Bắc` → `duong bac`: guards type fast, and without the signs. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .trim();
}
