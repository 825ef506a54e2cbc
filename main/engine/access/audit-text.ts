/**
 * Requests and states as the audit log keeps them: JSON without secrets, long texts as their digest.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#engine/base/hash-chain.ts';

const hidden = '***';
const secretName = /password|secret|token|passphrase|privateKey|accessKey(?!Id)|apiKey|credential/i;
/** Longer texts are pictures or files */
const longestText = 1_000;
const longestEntry = 8_000;
const deepest = 12;

/** @param mask hides the passwords inside addresses */
export function auditText(value: unknown, mask: (text: string) => string): string {
  const text = canonicalJson(plain(value, mask, 0) ?? null);
  return text.length <= longestEntry
    ? text
    : canonicalJson({ digest: digest(text), chars: text.length });
}

function plain(value: unknown, mask: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length <= longestText
      ? mask(value)
      : { digest: digest(value), chars: value.length };
  }
  if (ArrayBuffer.isView(value)) return { bytes: value.byteLength };
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.map((entry: unknown) => plain(entry, mask, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secretName.test(key) ? hidden : plain(inner, mask, depth + 1),
    ]),
  );
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
