/**
 * A bounded file in which messages wait on disk, preallocated so that it works on a full disk too.
 *
 *   ┌ half 0 ───────────────────────┬ half 1 ───────────────────────┐
 *   │header│frame│frame│frame│ free │header│ free                   │
 *   └──────┴─────┴─────┴─────┴──────┴──────┴────────────────────────┘
 *   header: magic, version, generation u64, CRC-32      the half with the newest sound header is in use
 *   frame:  length u32, CRC-32, payload                 the CRC goes on from the CRC before it
 *
 * A torn frame ends the reading: its CRC is wrong. Because each CRC goes on from the one before, what is left of an
 * earlier use behind the end can never be taken for a frame. `replaceAll` writes the other half, then its header, so a
 * crash leaves either the old content or the new.
 */
import { closeSync, existsSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '#engine/base/assert.ts';

export interface Spool {
  /** Adds messages, durable when it returns. False when they do not fit: then none was added. */
  append(payloads: readonly Uint8Array[]): boolean;
  /** All messages in their order. */
  read(): Uint8Array[];
  /** Exchanges the whole content at once. False when it does not fit: then nothing has changed. */
  replaceAll(payloads: readonly Uint8Array[]): boolean;
  /** Used share of the room, 0…1 */
  fill(): number;
  close(): void;
}

const magic = 0x54575350; // 'TWSP'
const version = 1;
const headerBytes = 24;
/** The part of a header that its CRC covers. */
const checkedBytes = 16;
const frameHeaderBytes = 8;
const chunkBytes = 1024 * 1024;

/**
 * Opens a spool, making it with `bytes` bytes where it is missing. An existing one keeps its size.
 * @throws the error of the file system, for example ENOSPC while it is made
 */
export function openSpool(file: string, bytes: number): Spool {
  const fd = openAllocated(file, bytes);
  const halfBytes = Math.floor(statSync(file).size / 2);
  let use = findUse(fd, halfBytes);

  function room(): number {
    return halfBytes - headerBytes;
  }

  return {
    append(payloads) {
      const frames = encode(payloads, use.crc);
      if (use.end + frames.bytes.byteLength > halfBytes) return false;
      writeAt(fd, frames.bytes, use.half * halfBytes + use.end);
      fsyncSync(fd);
      use = { ...use, end: use.end + frames.bytes.byteLength, crc: frames.crc };
      return true;
    },
    read() {
      return [...frames(readHalf(fd, use.half, halfBytes), use.generation)].map(
        ({ payload }) => payload,
      );
    },
    replaceAll(payloads) {
      const generation = use.generation + 1;
      const next = encode(payloads, seed(generation));
      if (next.bytes.byteLength > room()) return false;
      const before = use.half;
      const half = 1 - before;
      writeAt(fd, next.bytes, half * halfBytes + headerBytes);
      fsyncSync(fd);
      writeAt(fd, header(generation), half * halfBytes);
      fsyncSync(fd);
      // The old half must not come back if this header should ever be damaged.
      writeAt(fd, Buffer.alloc(headerBytes), before * halfBytes);
      fsyncSync(fd);
      use = { half, generation, end: headerBytes + next.bytes.byteLength, crc: next.crc };
      return true;
    },
    fill: () => (use.end - headerBytes) / room(),
    close: () => closeSync(fd),
  };
}

/** Where the next frame goes. */
interface Use {
  readonly half: number;
  readonly generation: number;
  /** Offset within the half */
  readonly end: number;
  /** CRC of the last frame, from which the next goes on */
  readonly crc: number;
}

function findUse(fd: number, halfBytes: number): Use {
  const sound = [0, 1]
    .map((half) => ({ half, generation: readGeneration(readHalf(fd, half, halfBytes)) }))
    .sort((a, b) => b.generation - a.generation);
  const newest = sound[0];
  assert(newest !== undefined, 'a spool has two halves');
  if (newest.generation === 0) {
    writeAt(fd, header(1), 0);
    fsyncSync(fd);
    return { half: 0, generation: 1, end: headerBytes, crc: seed(1) };
  }
  let end = headerBytes;
  let crc = seed(newest.generation);
  for (const frame of frames(readHalf(fd, newest.half, halfBytes), newest.generation)) {
    end = frame.end;
    crc = frame.crc;
  }
  return { ...newest, end, crc };
}

interface Frame {
  readonly payload: Uint8Array;
  readonly end: number;
  readonly crc: number;
}

/** The sound frames of a half, up to the first that is not. */
function* frames(half: Buffer, generation: number): Generator<Frame> {
  let offset = headerBytes;
  let crc = seed(generation);
  while (offset + frameHeaderBytes <= half.byteLength) {
    const length = half.readUInt32LE(offset);
    const start = offset + frameHeaderBytes;
    if (length === 0 || start + length > half.byteLength) return;
    const payload = half.subarray(start, start + length);
    crc = crc32(payload, crc);
    if (half.readUInt32LE(offset + 4) !== crc) return;
    offset = start + length;
    yield { payload, end: offset, crc };
  }
}

function encode(payloads: readonly Uint8Array[], before: number): { bytes: Buffer; crc: number } {
  let crc = before;
  const parts = payloads.flatMap((payload) => {
    assert(payload.byteLength > 0, 'a spool takes no empty message');
    crc = crc32(payload, crc);
    const head = Buffer.alloc(frameHeaderBytes);
    head.writeUInt32LE(payload.byteLength, 0);
    head.writeUInt32LE(crc, 4);
    return [head, payload];
  });
  return { bytes: Buffer.concat(parts), crc };
}

/** CRC from which the first frame of a generation goes on. Not of the whole header: with its own CRC it is constant. */
function seed(generation: number): number {
  return crc32(header(generation).subarray(0, checkedBytes));
}

function header(generation: number): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(version, 4);
  bytes.writeBigUInt64LE(BigInt(generation), 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, checkedBytes)), checkedBytes);
  return bytes;
}

/** Generation of a half, 0 when its header is not sound. */
function readGeneration(half: Buffer): number {
  if (half.byteLength < headerBytes) return 0;
  const generation = Number(half.readBigUInt64LE(8));
  if (!Number.isSafeInteger(generation)) return 0;
  return half.subarray(0, headerBytes).equals(header(generation)) ? generation : 0;
}

function openAllocated(file: string, bytes: number): number {
  if (existsSync(file) && statSync(file).size >= 2 * headerBytes) return openSync(file, 'r+');
  const fd = openSync(file, 'w+');
  try {
    // Zeros are written, not skipped: a file with holes would need room later, when there may be none.
    for (let offset = 0; offset < bytes; offset += chunkBytes) {
      writeAt(fd, Buffer.alloc(Math.min(chunkBytes, bytes - offset)), offset);
    }
    fsyncSync(fd);
    syncFolder(dirname(file));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Makes the new name durable. Windows can open no folder and needs it not. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

function readHalf(fd: number, half: number, halfBytes: number): Buffer {
  const bytes = Buffer.alloc(halfBytes);
  let filled = 0;
  while (filled < halfBytes) {
    const count = readSync(fd, bytes, filled, halfBytes - filled, half * halfBytes + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes;
}

function writeAt(fd: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.byteLength) {
    const rest = bytes.byteLength - written;
    written += writeSync(fd, bytes, written, rest, position + written);
  }
}
