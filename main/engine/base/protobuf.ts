/**
 * The wire format of Protocol Buffers, as far as model files need it: fields in, fields out, no schema.
 */
import { assert } from './assert.ts';

/** One field of a message: a number for the wire types 0, 1 and 5, a view of the bytes for type 2. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
  /** 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes */
  readonly wireType: 0 | 1 | 2 | 5;
}

/** What `readFields` throws when the bytes are not a message. */
export class WireFormatError extends Error {}

/** Reads the fields of a message in their order; nested messages are bytes, to be read in turn. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new WireFormatError('the bytes end within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireFormatError('a number is longer than ten bytes');
  }
  function take(length: number): number {
    const from = at;
    at += length;
    if (at > bytes.length) throw new WireFormatError('the bytes end within a field');
    return from;
  }

  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (number === 0) throw new WireFormatError('a field has the number 0');
    if (wireType === 0) yield { number, wireType, value: varint() };
    else if (wireType === 1) yield { number, wireType, value: view.getBigUint64(take(8), true) };
    else if (wireType === 5) {
      yield { number, wireType, value: BigInt(view.getUint32(take(4), true)) };
    } else if (wireType === 2) {
      const length = Number(varint());
      const from = take(length);
      yield { number, wireType, value: bytes.subarray(from, from + length) };
    } else throw new WireFormatError(`a field has the wire type ${wireType}`);
  }
}

/** A field as it was read. */
export function encodeField({ number, value, wireType }: WireField): Uint8Array {
  if (value instanceof Uint8Array) return bytesField(number, value);
  if (wireType === 0) return numberField(number, value);
  const bytes = new Uint8Array(wireType === 1 ? 8 : 4);
  const view = new DataView(bytes.buffer);
  if (wireType === 1) view.setBigUint64(0, value, true);
  else view.setUint32(0, Number(value), true);
  return joinBytes([varintBytes((BigInt(number) << 3n) | BigInt(wireType)), bytes]);
}

/** A field that holds a whole number (negative ones as 64-bit two's complement). */
export function numberField(number: number, value: number | bigint): Uint8Array {
  return joinBytes([varintBytes(BigInt(number) << 3n), varintBytes(BigInt(value))]);
}

/** A field that holds a 32-bit float. */
export function floatField(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joinBytes([varintBytes((BigInt(number) << 3n) | 5n), bytes]);
}

/** A field that holds bytes, a text, or a message made of the given fields. */
export function bytesField(
  number: number,
  content: Uint8Array | string | readonly Uint8Array[],
): Uint8Array {
  const bytes =
    content instanceof Uint8Array
      ? content
      : typeof content === 'string'
        ? new TextEncoder().encode(content)
        : joinBytes(content);
  return joinBytes([
    varintBytes((BigInt(number) << 3n) | 2n),
    varintBytes(BigInt(bytes.length)),
    bytes,
  ]);
}

/** One after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  assert(at === joined.length, 'parts of another length');
  return joined;
}

function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
