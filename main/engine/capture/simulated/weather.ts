/**
 * The last touch on a picture: streaks of rain, and the noise of a sensor.
 */
import { createChance, hash } from './chance.ts';
import type { Surface } from './raster.ts';

const tableSize = 65_536;

export interface Grain {
  /** Writes the picture with noise to `target`: planar G, B, R. */
  write(surface: Surface, frameIndex: number, target: Uint8Array): void;
}

/** Noise of one strength (standard deviation in grey values), from a table that each row enters at another place. */
export function createGrain(seed: number, deviation: number): Grain {
  const chance = createChance(seed ^ 0x2545f491);
  const table = new Int8Array(tableSize * 2);
  for (let i = 0; i < tableSize; i++) {
    const sum = chance.next() + chance.next() + chance.next() + chance.next() - 2;
    const value = Math.round(sum * 1.732 * deviation);
    table[i] = value;
    table[i + tableSize] = value;
  }

  return {
    write({ size, all }, frameIndex, target) {
      const { width } = size;
      const rows = size.height * 3;
      for (let row = 0; row < rows; row++) {
        const first = row * width;
        const offset = Math.floor(hash(frameIndex, row + 17) * tableSize);
        for (let x = 0; x < width; x++) {
          const value = (all[first + x] ?? 0) + (table[offset + x] ?? 0);
          target[first + x] = value < 0 ? 0 : value > 255 ? 255 : value;
        }
      }
    },
  };
}

/** Draws streaks of rain, other ones on each frame. */
export function drawRain(surface: Surface, seed: number, frameIndex: number): void {
  const { width, height } = surface.size;
  const chance = createChance(seed + Math.imul(frameIndex + 1, 0x9e3779b1));
  const count = Math.round((width * height) / 1100);
  for (let i = 0; i < count; i++) {
    const long = Math.round(chance.between(0.02, 0.06) * height);
    const left = chance.int(width);
    const top = chance.int(height);
    const share = chance.between(0.08, 0.24);
    for (let y = 0; y < long && top + y < height; y++) {
      const x = left + Math.floor(y / 7);
      if (x >= width) break;
      const at = (top + y) * width + x;
      surface.red[at] = (surface.red[at] ?? 0) * (1 - share) + 208 * share;
      surface.green[at] = (surface.green[at] ?? 0) * (1 - share) + 216 * share;
      surface.blue[at] = (surface.blue[at] ?? 0) * (1 - share) + 226 * share;
    }
  }
}
