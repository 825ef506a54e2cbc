/**
 * Whole numbers in as few bits as they need.
 *
 *   rice    small numbers around a known size: the high part as so many ones, the low `k` bits as they are (Rice 1971)
 *   gamma   numbers of any size: so many zeros as it has further bits, then the number (Elias 1975)
 */

export interface BitWriter {
  /** The lowest `count` bits of a number, at most 31 */
  bits(value: number, count: number): void;
  /** A number from 0 to 2^30 */
  gamma(value: number): void;
  /** A number from −2^30 to 2^30 */
  signedGamma(value: number): void;
  /** A number from −2^30 to 2^30, short when it is about 2^k */
  rice(value: number, k: number): void;
  bytes(): Uint8Array;
}

export interface BitReader {
  bits(count: number): number;
  gamma(): number;
  signedGamma(): number;
  rice(k: number): number;
}

/** From so many ones on, the number follows as it is. */
const escapeOnes = 16;
const rawBits = 31;
/** So many bits can be read at once, wherever in a byte they begin. */
const sureBits = 25;

export function createBitWriter(): BitWriter {
  const bytes: number[] = [];
  let free = 0;

  const bit = (value: number): void => {
    if (free === 0) {
      bytes.push(0);
      free = 8;
    }
    free -= 1;
    if (value !== 0) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | (1 << free);
  };
  const bits = (value: number, count: number): void => {
    for (let index = count - 1; index >= 0; index -= 1) bit((value >>> index) & 1);
  };
  const gamma = (value: number): void => {
    const length = 31 - Math.clz32(value + 1);
    bits(0, length);
    bits(value + 1, length + 1);
  };

  return {
    bits,
    gamma,
    signedGamma: (value) => gamma(toUnsigned(value)),
    rice(value, k) {
      const folded = toUnsigned(value);
      const ones = folded >>> k;
      for (let index = 0; index < Math.min(ones, escapeOnes); index += 1) bit(1);
      if (ones >= escapeOnes) {
        bits(folded, rawBits);
        return;
      }
      bit(0);
      bits(folded, k);
    },
    bytes: () => Uint8Array.from(bytes),
  };
}

/** Its functions throw a RangeError when the bytes end within a number. */
export function createBitReader(bytes: Uint8Array): BitReader {
  const end = bytes.length * 8;
  // Zeros behind the end, so that four bytes can be read at once wherever a number begins.
  const padded = new Uint8Array(bytes.length + 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let at = 0;

  /** The next bits from the highest down, of which the first 25 are sure; zeros after the end. */
  const peek = (): number => view.getInt32(at >> 3) << (at & 7);
  const skip = (count: number): void => {
    at += count;
    if (at > end) throw new RangeError('the bytes of a path end too early');
  };
  const bits = (count: number): number => {
    if (count === 0) return 0;
    if (count > sureBits) return bits(count - sureBits) * 2 ** sureBits + bits(sureBits);
    const value = peek() >>> (32 - count);
    skip(count);
    return value;
  };
  const gamma = (): number => {
    const zeros = Math.clz32(peek());
    if (zeros < sureBits) {
      skip(zeros + 1);
      return (1 << zeros) + bits(zeros) - 1;
    }
    let length = 0;
    while (bits(1) === 0) length += 1;
    return 2 ** length + bits(length) - 1;
  };
  const rice = (k: number): number => {
    const word = peek();
    const ones = Math.clz32(~word);
    const length = ones + 1 + k;
    if (ones >= escapeOnes) {
      skip(escapeOnes);
      return toSigned(bits(rawBits));
    }
    if (length > sureBits) {
      skip(ones + 1);
      return toSigned(ones * 2 ** k + bits(k));
    }
    skip(length);
    return toSigned((ones << k) | lowBits(word << (ones + 1), k));
  };
  return {
    bits,
    gamma,
    signedGamma: () => toSigned(gamma()),
    rice,
  };
}

/** The highest `k` bits of a word. */
function lowBits(word: number, k: number): number {
  return k === 0 ? 0 : word >>> (32 - k);
}

/** The `k` with which numbers of these sizes take the least room. */
export function bestRice(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + toUnsigned(value), 0) / values.length;
  return Math.min(20, Math.max(0, Math.round(Math.log2(mean * Math.LN2 + 0.5))));
}

/** Small negative numbers as small positive ones: 0, −1, 1, −2 … become 0, 1, 2, 3 … */
function toUnsigned(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function toSigned(value: number): number {
  return value < 2 ** 31
    ? (value >>> 1) ^ -(value & 1)
    : value % 2 === 0
      ? value / 2
      : -(value + 1) / 2;
}
