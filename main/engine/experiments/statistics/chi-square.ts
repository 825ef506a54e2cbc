/**
 * Pearson's chi-square test of a table of counts: whether rows and columns are independent (Pearson 1900).
 *
 * The package of stdlib for it cannot be installed from the registry alone (one of its parts is named by a git address), so
 * only the distribution is from there.
 */
import chisquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';

export interface ChiSquareResult {
  readonly x2: number;
  readonly df: number;
  readonly p: number;
  /** Smallest count to expect: below 5 the test is rough (Cochran 1954) */
  readonly leastExpected: number;
}

/** Without a correction for continuity; null where a row or a column is empty, or there is but one. */
export function chiSquareTest(table: readonly (readonly number[])[]): ChiSquareResult | null {
  const rows = table.map((row) => sum(row));
  const columns = (table[0] ?? []).map((_, index) => sum(table.map((row) => row[index] ?? 0)));
  if (rows.length < 2 || columns.length < 2) return null;
  if ([...rows, ...columns].some((total) => total === 0)) return null;
  const all = sum(rows);
  const cells = table.flatMap((row, i) =>
    row.map((seen, j) => ({ seen, expected: ((rows[i] ?? 0) * (columns[j] ?? 0)) / all })),
  );
  const x2 = sum(cells.map(({ seen, expected }) => (seen - expected) ** 2 / expected));
  const df = (rows.length - 1) * (columns.length - 1);
  const leastExpected = Math.min(...cells.map(({ expected }) => expected));
  return { x2, df, p: 1 - chisquareCdf(x2, df), leastExpected };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
