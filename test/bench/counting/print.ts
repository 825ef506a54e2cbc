/**
 * Rows of the public test as a table for people.
 */
import type { BenchRow } from './rows.ts';

const columns = [
  'sequence',
  'source',
  'noise',
  'fps',
  'rule',
  'recall',
  'precision',
  'f1',
  'low',
  'high',
  'wape',
  'missed',
  'bias',
  'personF1',
  'mota',
  'idf1',
  'hota',
  'crossings',
] as const satisfies readonly (keyof BenchRow)[];

const percent = new Set<keyof BenchRow>(['wape', 'missed', 'bias', 'mota', 'idf1', 'hota']);

/** A Markdown table; F1 and its like as shares, WAPE, bias and tracking figures in percent. */
export function toTable(rows: readonly BenchRow[]): string {
  const cell = (row: BenchRow, column: (typeof columns)[number]): string => {
    const value = row[column];
    if (value === null) return '–';
    if (typeof value === 'string' || column === 'crossings' || column === 'fps') return `${value}`;
    return percent.has(column) ? (100 * value).toFixed(1) : value.toFixed(4);
  };
  const lines = rows.map((row) => `| ${columns.map((column) => cell(row, column)).join(' | ')} |`);
  return [`| ${columns.join(' | ')} |`, `|${columns.map(() => '---|').join('')}`, ...lines].join(
    '\n',
  );
}
