/**
 * The digest of a batch request, by which it is known again when it is sent again.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { canonicalJson } from '#engine/base/hash-chain.ts';

/** The main thread gives way after so much text, characters. */
const stepChars = 4_000_000;

/** SHA-256 over everything that makes the answer, hex. */
export async function batchDigest({
  images,
  ...rest
}: {
  readonly images: readonly string[];
  readonly [field: string]: unknown;
}): Promise<string> {
  const hash = createHash('sha256').update(canonicalJson(rest));
  let since = 0;
  for (const image of images) {
    // With its length, so that no two lists of pictures read the same.
    hash.update(`\n${String(image.length)}:`).update(image);
    since += image.length;
    if (since < stepChars) continue;
    since = 0;
    await setImmediate();
  }
  return hash.digest('hex');
}
