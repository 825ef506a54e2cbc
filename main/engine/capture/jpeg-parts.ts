/**
 * Cuts ffmpeg's `mpjpeg` output (parts with a header that gives their length) into JPEGs.
 */
import type { Size } from '#contract/geometry.ts';

export interface JpegPartsOptions {
  /** Asked when a picture begins; false skips its bytes unseen */
  readonly isWanted: () => boolean;
  readonly onJpeg: (jpeg: Uint8Array) => void;
}

/** A header that is longer is none. */
const maxHeaderBytes = 4096;
const headerEnd = Buffer.from('\r\n\r\n');

/** Takes bytes in any pieces. Bytes that are no part of a picture are skipped. */
export function createJpegParts(options: JpegPartsOptions): (chunk: Buffer) => void {
  let header: Buffer = Buffer.alloc(0);
  let missing = 0;
  let filled = 0;
  let jpeg: Uint8Array | null = null;

  /** Reads a header; returns where its part begins in the chunk. */
  function readHeader(chunk: Buffer): number {
    const before = header.length;
    header = Buffer.concat([header, chunk]);
    const end = header.indexOf(headerEnd);
    if (end < 0) {
      if (header.length > maxHeaderBytes) header = header.subarray(-headerEnd.length);
      return chunk.length;
    }
    const length = /content-length:\s*(\d+)/i.exec(header.toString('latin1', 0, end))?.[1];
    header = Buffer.alloc(0);
    missing = length === undefined ? 0 : Number(length);
    filled = 0;
    jpeg = missing > 0 && options.isWanted() ? new Uint8Array(missing) : null;
    return end + headerEnd.length - before;
  }

  function readBody(chunk: Buffer): number {
    const count = Math.min(missing, chunk.length);
    jpeg?.set(chunk.subarray(0, count), filled);
    filled += count;
    missing -= count;
    if (missing === 0 && jpeg) {
      const whole = jpeg;
      jpeg = null;
      options.onJpeg(whole);
    }
    return count;
  }

  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      const rest = chunk.subarray(at);
      at += missing > 0 ? readBody(rest) : readHeader(rest);
    }
  };
}

/** Size of a JPEG from its frame header (ITU T.81, B.2.2); null when it has none. */
export function jpegSize(jpeg: Uint8Array): Size | null {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  if (jpeg.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    // C4, C8 and CC are tables within the range of frame headers.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
      return size.width > 0 && size.height > 0 ? size : null;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
