/**
 * Fields of a query string as the schema of a procedure wants them.
 */
import { type CallName, procedures } from '#contract/procedures.ts';

/** Text stays text; numbers, booleans and lists (by commas) are read as such. What does not fit is left to the schema. */
export function readFields(
  query: Readonly<Record<string, string>>,
  name: CallName,
): Record<string, unknown> {
  const { input } = procedures[name] as { input: { shape?: Record<string, unknown> } };
  return Object.fromEntries(
    Object.entries(query).map(([key, text]): [string, unknown] => {
      const kind = innerType(Object.hasOwn(input.shape ?? {}, key) ? input.shape?.[key] : null);
      if (kind === 'number' && text.trim() !== '') return [key, Number(text)];
      if (kind === 'array') return [key, text === '' ? [] : text.split(',')];
      if (kind === 'boolean') {
        return [key, text === 'true' ? true : text === 'false' ? false : text];
      }
      return [key, text];
    }),
  );
}

function innerType(schema: unknown): string | null {
  let def = (schema as { def?: { type: string; innerType?: unknown } } | null | undefined)?.def;
  while (def?.innerType) def = (def.innerType as { def: typeof def }).def;
  return def?.type ?? null;
}
