/**
 * Parses JSON columns. A value that does not fit is named by table and key, never shown: it may hold a password.
 */
import type { z } from 'zod';
import { StationError } from '#contract/error.ts';

/**
 * @param where table and key for the message, for example `cameras "gate"`
 * @throws StationError SYS_002 when the value does not fit
 */
export function parseStored<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new StationError(
    'SYS_002',
    `The database holds a value that cannot be read: ${where}${path === '' ? '' : `, field "${path}"`}. Enter it again, or put back a backup.`,
  );
}

/** Parses a JSON column. @throws StationError as `parseStored` */
export function parseJson<T>(schema: z.ZodType<T>, text: string, where: string): T {
  return parseStored(schema, valueOf(text), where);
}

/** The fields of a JSON object; none when the text is no JSON object, which then fails its schema. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  const value = valueOf(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Text that is no JSON becomes undefined, which no schema of ours accepts. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
