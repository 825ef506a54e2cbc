/**
 * Packs what helps whoever repairs a station, without any password, key, token or picture: every text goes through one sieve,
 * wherever it comes from.
 */
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { createRedactor } from './capture/redact.ts';

const hidden = '***';

/** Names of fields that hold secrets, whatever they belong to. */
const secretName =
  /pass(?:word|wd|phrase)?|pwd|secret|token|authorization|cookie|api[_-]?key|private[_-]?key|routing[_-]?key|jpeg|picture64/i;

export interface BundleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Removes secrets from a text.
 * @param sources addresses of cameras as they are used, with their passwords
 */
export function createSieve(sources: readonly string[]): (text: string) => string {
  const redactors = ['', ...sources].map((source) => createRedactor(source));
  return (text) => {
    const clean = redactors.reduce((part, redact) => redact(part), text);
    return (
      clean
        .replace(/\btw_[a-z0-9-]{1,60}_[A-Za-z0-9_-]{20,}/g, hidden)
        .replace(/\b(Bearer|Basic)\s+[\w+/.=~-]{8,}/gi, `$1 ${hidden}`)
        .replace(/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, hidden)
        .replace(
          /("(?:[^"\\]|\\.)*")(\s*:\s*)"(?:[^"\\]|\\.)*"/g,
          (all, name: string, colon: string) =>
            secretName.test(name) ? `${name}${colon}"${hidden}"` : all,
        )
        // Pictures and keys in base64; a digest has 64 characters of hexadecimal.
        .replace(/[A-Za-z0-9+/_-]{100,}={0,2}/g, hidden)
    );
  };
}

/** A .tar.gz of the files, each through the sieve. */
export async function packBundle(
  files: readonly BundleFile[],
  { sieve, at }: { readonly sieve: (text: string) => string; readonly at: number },
): Promise<{ content: Buffer; files: { name: string; bytes: number }[] }> {
  const tar = pack();
  const parts: Buffer[] = [];
  const done = (async () => {
    for await (const part of tar) parts.push(part as Buffer);
  })();
  const packed: { name: string; bytes: number }[] = [];
  for (const { name, text } of files) {
    const bytes = Buffer.from(sieve(text));
    packed.push({ name, bytes: bytes.length });
    tar.entry({ name, mtime: new Date(at), mode: 0o600 }, bytes);
  }
  tar.finalize();
  await done;
  return { content: await promisify(gzip)(Buffer.concat(parts)), files: packed };
}
