/**
 * Half-precision numbers (IEEE 754 binary16) as their 16 bits, for runtimes without Float16Array.
 */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Bits of the half nearest to `value`, ties to even; what is too large becomes infinite. */
export function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and more round to infinity
  if (magnitude < 0x38800000) return sign | roundEven(Math.abs(value) * 2 ** 24); // subnormal
  const rebased = magnitude - 0x38000000;
  const isOdd = (rebased >>> 13) & 1;
  return sign | ((rebased + 0x0fff + isOdd) >>> 13);
}

/** The number that 16 bits stand for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
