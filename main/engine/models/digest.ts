/**
 * The identity of a file: SHA-256 of its bytes.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '#contract/model.ts';

/** SHA-256 of a file in lower-case hex, read in pieces. Rejects with the error of the file system. */
export async function digestFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
