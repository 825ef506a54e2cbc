/**
 * Class names as exporters write them into the metadata of a file.
 */

const KEYS = ['names', 'classes', 'class_names', 'labels'];

/** The names in the order of the outputs, or null where the metadata holds none. */
export function classesFromMetadata(metadata: Readonly<Record<string, string>>): string[] | null {
  for (const key of KEYS) {
    const written = metadata[key];
    const names = written === undefined ? null : parseNames(written);
    if (names !== null) return names;
  }
  return null;
}

/**
 * Reads `{0: 'person', 1: 'bicycle'}` (Python, as Ultralytics writes it), `{"0": "person"}` and `["person"]` (JSON), and
 * names divided by line breaks or commas.
 */
function parseNames(written: string): string[] | null {
  const content = written.trim();
  if (content.startsWith('{')) return parseNumbered(content);
  const divided = content.startsWith('[') ? quoted(content) : content.split(/[\n,]/);
  const names = divided.map((name) => name.trim()).filter((name) => name !== '');
  return names.length > 0 ? names : null;
}

function parseNumbered(content: string): string[] | null {
  const names = new Map<number, string>();
  for (const match of content.matchAll(/["']?(\d+)["']?\s*:\s*(?:"([^"]*)"|'([^']*)')/g)) {
    names.set(Number(match[1]), match[2] ?? match[3] ?? '');
  }
  const ordered = [...names].sort(([a], [b]) => a - b);
  const isWhole = ordered.length > 0 && ordered.every(([number], index) => number === index);
  return isWhole ? ordered.map(([, name]) => name) : null;
}

function quoted(content: string): string[] {
  return [...content.matchAll(/"([^"]*)"|'([^']*)'/g)].map((match) => match[1] ?? match[2] ?? '');
}
