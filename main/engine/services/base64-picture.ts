/**
 * A picture file that came as text: base64, with or without the head of a data URL.
 */
import { StationError } from '#contract/error.ts';
import { maxPictureBytes } from '#contract/inference.ts';

const dataUrl = /^data:image\/[a-z+.-]+;base64,/;
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** What the first bytes of the files look like that are taken. */
const kinds: readonly ((bytes: Uint8Array) => boolean)[] = [
  (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
  (bytes) => startsWith(bytes, '\x89PNG', 0),
  (bytes) => startsWith(bytes, 'RIFF', 0) && startsWith(bytes, 'WEBP', 8),
];

/**
 * The bytes of the file. Only its kind is looked at here: what is in it is read in a process of its own.
 * @throws StationError INF_003 at `path` when it is not base64, too large, or neither JPEG, PNG nor WebP
 */
export function readBase64Picture(text: string, path: string): Uint8Array {
  const bytes = decode(text.replace(dataUrl, ''));
  if (bytes === null) throw wrong('it is not base64', path);
  if (bytes.length > maxPictureBytes) {
    throw wrong(`it is larger than ${String(maxPictureBytes / 1e6)} MB`, path);
  }
  if (!kinds.some((isOf) => isOf(bytes))) throw wrong('it is no JPEG, PNG or WebP', path);
  return bytes;
}

/** null when it is not base64. */
function decode(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  // Signs that are no base64 are passed over by Node and make the result shorter than the text says.
  if (bytes.length > 0 && bytes.length === Buffer.byteLength(text, 'base64')) return bytes;
  const body = text.replaceAll(/\s/g, '');
  return base64.test(body) ? Buffer.from(body, 'base64') : null;
}

function startsWith(bytes: Uint8Array, text: string, offset: number): boolean {
  const { length } = text;
  return Buffer.from(bytes.subarray(offset, offset + length)).toString('latin1') === text;
}

function wrong(detail: string, path: string): StationError {
  return new StationError('INF_003', `"${path}" is wrong: ${detail}.`, { path });
}
