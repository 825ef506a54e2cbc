/**
 * The audit log as a file: all rows that match, not only those that are shown.
 */
import type { AuditRow } from '#contract/audit.ts';
import type { InputOf } from '#contract/procedures.ts';

export type AuditFilter = Pick<
  InputOf<'audit.list'>,
  'user' | 'procedure' | 'requestId' | 'from' | 'to'
>;

/** Rows that the station gives at once at most. */
const pageRows = 1000;

/** All rows that match, oldest first. Rejects when a page cannot be read. */
export async function readAll(
  ask: (page: InputOf<'audit.list'>) => Promise<readonly AuditRow[]>,
  filter: AuditFilter,
): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for (;;) {
    const before = rows.at(-1)?.number;
    const page = await ask({
      ...filter,
      limit: pageRows,
      ...(before === undefined ? {} : { before }),
    });
    rows.push(...page);
    if (page.length < pageRows) return rows.reverse();
  }
}

/** One JSON object a line, with which `audit verify` and others can check the chain. */
export function toJsonLines(rows: readonly AuditRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

const columns = [
  ...['number', 'at', 'user', 'role', 'door', 'address', 'procedure', 'outcome', 'code'],
  ...['input', 'before', 'after', 'requestId', 'digest'],
] as const satisfies readonly (keyof AuditRow)[];

/**
 * RFC 4180 for spreadsheets: times as ISO 8601, nothing left out. A text that a spreadsheet would take for a formula gets an
 * apostrophe.
 */
export function toCsv(rows: readonly AuditRow[]): string {
  const cells = rows.map((row) =>
    columns.map((name) => (name === 'at' ? new Date(row.at).toISOString() : (row[name] ?? ''))),
  );
  return [columns, ...cells].map((line) => `${line.map(toCell).join(',')}\r\n`).join('');
}

function toCell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
