/**
 * Reads a table of cameras: each row as a camera, or with what is wrong in it.
 */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { CameraSettings } from '#contract/camera.ts';
import { type ImportColumn, importColumns, type ImportProblem } from '#contract/camera-import.ts';
import { StationError } from '#contract/error.ts';

export interface CameraRow {
  /** Line of the file, from 1 */
  readonly line: number;
  readonly name: string;
  readonly source: string;
  /** null when the row is wrong */
  readonly draft: Omit<CameraSettings, 'id'> | null;
  readonly problems: readonly ImportProblem[];
}

const mostRows = 200;
const needed = ['name', 'source'] as const;

const yes = ['yes', 'true', '1', 'on', 'có'];
const no = ['no', 'false', '0', 'off', 'không'];
const YesNo = z
  .string()
  .refine((text) => [...yes, ...no].includes(text), { error: 'Write yes or no.' })
  .transform((text) => yes.includes(text));
const text = (error: string) => z.string({ error }).min(1, { error });
const Fields = z.object({
  name: text('Give the camera a name.').pipe(CameraSettings.shape.name),
  source: text('Write the address of the camera.').pipe(CameraSettings.shape.source),
  fps: z.coerce
    .number({ error: 'Write a number, for example 10.' })
    .min(1, { error: 'At least 1.' })
    .max(30, { error: 'At most 30.' })
    .default(10),
  transport: z.enum(['tcp', 'udp'], { error: 'Write tcp or udp.' }).default('tcp'),
  loop: YesNo.default(true),
  enabled: YesNo.default(true),
});

/** How the names of columns and the values of a row come out of the file. */
const Table = z.array(
  z.object({ info: z.object({ lines: z.number() }), record: z.record(z.string(), z.string()) }),
);

/**
 * All rows with a value, in their order.
 * @param checkSource throws a StationError for an address that cannot be opened
 * @throws StationError REQ_001 when it is no table of cameras
 */
export function readCameraRows(csv: string, checkSource: (source: string) => void): CameraRow[] {
  const rows = readTable(csv);
  const seen = new Map<string, number>();
  return rows.map(({ info, record }): CameraRow => {
    const { name = '', source = '' } = record;
    const filled = Object.fromEntries(
      Object.entries(record)
        .filter(([column, value]) => value !== '' || needed.some((each) => each === column))
        .map(([column, value]) => [column, isWord(column) ? value.toLowerCase() : value]),
    );
    const parsed = Fields.safeParse(filled);
    const problems = parsed.success ? [] : parsed.error.issues.map(problemOf);
    if (parsed.success) problems.push(...sourceProblems(parsed.data.source, checkSource));
    const before = seen.get(source);
    if (source !== '' && before !== undefined) {
      const message = `Line ${String(before)} has this address already: remove one of them.`;
      problems.push({ column: 'source', message });
    }
    seen.set(source, before ?? info.lines);
    return {
      ...{ line: info.lines, name, source, problems },
      draft: parsed.success && problems.length === 0 ? draftOf(parsed.data) : null,
    };
  });
}

function readTable(csv: string): z.infer<typeof Table> {
  const refuse = (what: string, cause?: unknown): StationError =>
    new StationError(
      'REQ_001',
      `${what} The first line names the columns: ${importColumns.join(', ')}; name and source must be there.`,
      { path: 'csv', ...(cause === undefined ? {} : { cause }) },
    );
  const state: { unknown: string[]; columns: string[] } = { unknown: [], columns: [] };
  let rows: z.infer<typeof Table>;
  try {
    rows = Table.parse(
      parse(csv, {
        ...{ bom: true, trim: true, info: true, relaxColumnCount: true },
        ...{ skipEmptyLines: true, skipRecordsWithEmptyValues: true },
        delimiter: [',', ';', '\t'],
        columns(header: string[]) {
          state.columns = header.map((name) => name.trim().toLowerCase());
          state.unknown = state.columns.filter(
            (name) => !importColumns.some((known) => known === name),
          );
          return state.columns;
        },
      }),
    );
  } catch (error) {
    throw refuse(
      `The table cannot be read: ${error instanceof Error ? error.message : ''}.`,
      error,
    );
  }
  const missing = needed.filter((name) => !state.columns.includes(name));
  if (missing.length > 0) throw refuse(`The column "${missing.join('", "')}" is missing.`);
  if (state.unknown.length > 0) throw refuse(`"${state.unknown.join('", "')}" is no column.`);
  if (rows.length === 0) throw refuse('The table has no cameras.');
  if (rows.length > mostRows) {
    throw refuse(
      `The table has ${String(rows.length)} cameras; at most ${String(mostRows)} at once.`,
    );
  }
  return rows;
}

/** Columns whose values are words of ours. */
function isWord(column: string): boolean {
  return column !== 'name' && column !== 'source';
}

function problemOf({ path, message }: z.core.$ZodIssue): ImportProblem {
  const column = importColumns.find((known) => known === path[0]) ?? null;
  return { column, message };
}

function sourceProblems(source: string, check: (source: string) => void): ImportProblem[] {
  try {
    check(source);
    return [];
  } catch (error) {
    return [
      {
        column: 'source' satisfies ImportColumn,
        message: StationError.from(error, 'CAM_004').message,
      },
    ];
  }
}

function draftOf(fields: z.infer<typeof Fields>): Omit<CameraSettings, 'id'> {
  const { name, source, fps, transport, loop, enabled } = fields;
  return { name, source, fps, transport, isLooped: loop, isEnabled: enabled };
}
