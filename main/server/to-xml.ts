/**
 * Plain values as XML: objects as elements, lists as elements of one name, null as nothing.
 */

/** Characters that XML 1.0 cannot hold in any form */
// eslint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** @param itemNames for each list its elements' name: `{ results: 'result' }` */
export function toXml(
  root: string,
  value: unknown,
  itemNames: Readonly<Record<string, string>>,
): string {
  const element = (name: string, content: unknown): string => {
    if (content === null || content === undefined) return '';
    return `<${name}>${inner(name, content)}</${name}>`;
  };
  const inner = (name: string, content: unknown): string => {
    if (Array.isArray(content)) {
      const itemName = itemNames[name] ?? 'item';
      return content.map((item) => element(itemName, item)).join('');
    }
    if (typeof content === 'object' && content !== null) {
      return Object.entries(content)
        .map(([key, field]) => element(key, field))
        .join('');
    }
    return escape(String(content));
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value)}\n`;
}

function escape(text: string): string {
  return text
    .replaceAll(forbidden, '\ufffd')
    .replaceAll(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}
