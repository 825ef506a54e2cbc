/**
 * Makes an id from a name: lower case, plain letters, and a number where it is taken.
 */

const maxLength = 40;

export function freeId(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .replaceAll(/[đĐ]/g, 'd')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, maxLength);
  const base = plain === '' ? 'item' : plain;
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number++) {
    const id = `${base}-${String(number)}`;
    if (!taken.includes(id)) return id;
  }
}

/** An id that nothing ever had, removed things included: rows of the ledger keep it. */
export async function unusedId(
  name: string,
  wasUsed: (id: string) => Promise<boolean>,
): Promise<string> {
  const taken: string[] = [];
  for (;;) {
    const id = freeId(name, taken);
    if (!(await wasUsed(id))) return id;
    taken.push(id);
  }
}
