/**
 * What is written in a document of pdfmake, for tests.
 */

/** Every text of it, in its order. */
export function wordsOf(part: unknown): string[] {
  if (typeof part === 'string') return [part];
  if (Array.isArray(part)) return part.flatMap((each) => wordsOf(each));
  if (typeof part !== 'object' || part === null) return [];
  const fields = part as Record<string, unknown>;
  const table = fields['table'] as { body?: unknown } | undefined;
  return [fields['text'], fields['stack'], fields['columns'], fields['ul'], table?.body].flatMap(
    (each) => wordsOf(each),
  );
}
