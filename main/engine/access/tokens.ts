/**
 * Secrets that are handed out once and kept as their digest: sessions, keys, the key of this PC.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as text. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256, hex. A token has 256 random bits, so that a slow digest would add nothing. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares two digests in a time that does not tell where they differ. */
export function isSameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const keyPattern = /^tw_([a-z0-9-]{1,60})_([A-Za-z0-9_-]{43})$/;

/** The text of a key as a program sends it. */
export function formatKey(id: string, secret: string): string {
  return `tw_${id}_${secret}`;
}

/** The two parts of a key, or null when the text is none. */
export function parseKey(text: string): { readonly id: string; readonly secret: string } | null {
  const match = keyPattern.exec(text);
  return match?.[1] === undefined || match[2] === undefined
    ? null
    : { id: match[1], secret: match[2] };
}
