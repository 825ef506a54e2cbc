/**
 * Seals a text with a passphrase: scrypt makes the key, AES-256-GCM seals. For the keys of passwords in a backup.
 *
 *   "tw1" │ salt 16 bytes │ nonce 12 bytes │ tag 16 bytes │ cipher text        as base64
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { StationError } from '#contract/error.ts';

const version = 'tw1:';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
/** About half a second and 128 MB on one core: a backup may lie where anybody tries passphrases for years. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

export function sealText(text: string, passphrase: string): string {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce);
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return version + Buffer.concat([salt, nonce, cipher.getAuthTag(), hidden]).toString('base64');
}

/** @throws StationError BAK_002 when the passphrase is another one, or the text was changed */
export function openText(sealed: string, passphrase: string): string {
  const bytes = Buffer.from(sealed.slice(version.length), 'base64');
  const nonceAt = saltBytes;
  const tagAt = nonceAt + nonceBytes;
  const textAt = tagAt + tagBytes;
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      keyOf(passphrase, bytes.subarray(0, nonceAt)),
      bytes.subarray(nonceAt, tagAt),
      { authTagLength: tagBytes },
    );
    decipher.setAuthTag(bytes.subarray(tagAt, textAt));
    const text = Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]);
    return text.toString('utf8');
  } catch (cause) {
    throw new StationError(
      'BAK_002',
      'The passphrase is not the one with which the backup was made. Nothing was changed. Without it the backup can still be restored; the passwords of cameras must then be entered again.',
      { cause },
    );
  }
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, keyBytes, cost);
}
