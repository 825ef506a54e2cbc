/**
 * A chain of digests: each link covers the one before, so that no link can be changed or taken out unseen.
 *
 *   digest(n) = SHA-256( digest(n − 1) ‖ "\n" ‖ canonical JSON of link n )          digest(0) = 64 zeros
 */
import { createHash } from 'node:crypto';

/** What stands before the first link. */
export const chainStart = '0'.repeat(64);

/** The digest of a link whose predecessor has the digest `previous`, hex. */
export function linkDigest(previous: string, content: unknown): string {
  return createHash('sha256')
    .update(`${previous}\n${canonicalJson(content)}`)
    .digest('hex');
}

/** JSON with sorted keys and no spaces: the same text for the same value. Undefined fields are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
