/**
 * Seals short texts with AES-256-GCM, so that a copy of the database gives no password away.
 *
 *   tw1 : key id : base64url( nonce 12 bytes │ tag 16 bytes │ cipher text )
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { StationError } from '#contract/error.ts';

/** Turns a secret into what may lie on the disk, and back. */
export interface SecretBox {
  seal(text: string): string;
  /** @throws StationError SYS_005 when its key is not there or the text was changed */
  open(sealed: string): string;
}

export interface SecretKey {
  /** First eight hex digits of the SHA-256 of the key */
  readonly id: string;
  /** 32 bytes */
  readonly bytes: Buffer;
}

const version = 'tw1';
const form = /^tw1:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** A key of these 32 bytes; random ones when left out. */
export function secretKey(bytes: Buffer = randomBytes(keyBytes)): SecretKey {
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}

/** Whether bytes have the length of a key. */
export function isKeySized(bytes: Buffer): boolean {
  return bytes.length === keyBytes;
}

/** The id of the key with which a text was sealed; null for a text that is not sealed. */
export function keyIdOf(text: string): string | null {
  return form.exec(text)?.[1] ?? null;
}

export function sealWith(key: SecretKey, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce);
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const packed = Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
  return `${version}:${key.id}:${packed}`;
}

/** @throws StationError SYS_005 when none of the keys is the right one, or the text was changed */
export function openWith(keys: readonly SecretKey[], sealed: string): string {
  const [, id, packed] = form.exec(sealed) ?? [];
  const key = keys.find((known) => known.id === id);
  if (key === undefined || packed === undefined) throw unreadable(id ?? null);
  const bytes = Buffer.from(packed, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(key.id);
  }
}

function unreadable(id: string | null): StationError {
  const which = id === null ? 'no key' : `key ${id}`;
  return new StationError(
    'SYS_005',
    `A stored password cannot be read: it was sealed with ${which}, which secret.key does not have, or it was changed. Put the key file back and start the station again, or enter the password again.`,
  );
}
