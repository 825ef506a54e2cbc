/**
 * The signature of the file that lists a release: Ed25519 over its bytes, as base64 in a file with `.sig` behind the name.
 * The list has the SHA-512 of the package, so the signature covers the package as well. What the server itself could
 * forge, the list with its digests, is thereby worth nothing without the private key.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { StationError } from '#contract/error.ts';

/** Ends the name of a signature. */
export const signatureEnding = '.sig';

/** A new pair: the private key as PEM, the public key as the setting `updateKey` takes it. */
export function newFeedKeys(): { readonly privatePem: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKeyText(publicKey),
  };
}

/** The public key that belongs to a private one, as the setting `updateKey` takes it. Throws for what is no key. */
export function publicKeyOf(privatePem: string): string {
  return publicKeyText(createPublicKey(privatePem));
}

export function signFeed(text: string, privatePem: string): string {
  return sign(null, Buffer.from(text, 'utf8'), privatePem).toString('base64');
}

/**
 * @param publicKey base64 of the key's SubjectPublicKeyInfo
 * @param signature what the `.sig` file holds; null when there is none
 * @throws StationError UPD_002 when the signature is missing or not of this key, SYS_004 when the key is none
 */
export function requireSigned(
  text: string,
  { publicKey, signature }: { readonly publicKey: string; readonly signature: string | null },
): void {
  const key = readKey(publicKey);
  if (signature === null || signature.trim() === '') {
    throw new StationError(
      'UPD_002',
      'The list of the release has no signature, so the update was refused. Sign it with "tallywatch update-sign".',
    );
  }
  const bytes = Buffer.from(signature.trim(), 'base64');
  if (!verify(null, Buffer.from(text, 'utf8'), key, bytes)) {
    throw new StationError(
      'UPD_002',
      'The signature of the release is not that of the key in updateKey: somebody has changed it, or it was signed with another key. The update was refused.',
    );
  }
}

function publicKeyText(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

function readKey(publicKey: string): KeyObject {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new StationError(
    'SYS_004',
    'The setting updateKey is no Ed25519 key. Take the line that "tallywatch update-sign" prints.',
  );
}
