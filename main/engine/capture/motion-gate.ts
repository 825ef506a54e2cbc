/**
 * Says when a picture is so quiet that no network need look at it: nothing has changed against what the empty scene looks like.
 *
 *   green plane ──8 × 8 blocks──▶ means ──▶ |mean − usual| > limit(noise of the block) ──▶ changed ──▶ not quiet for a while
 *                                    └──── only while nobody is tracked ────▶ usual, noise
 *
 * The scene is learned only while the station tracks nobody, so that people never become part of it while they are counted.
 * Whatever is in doubt is looked at: the first seconds, a change of light, a picture too noisy to judge, and one frame each second
 * in any case. Noise of a block is its usual deviation (rain, leaves and screens raise their own limit, not that of others).
 */
import type { Size } from '#contract/geometry.ts';

export interface MotionGate {
  /**
   * Takes in the next picture.
   * @param pixels planes of a slot, green first
   * @param isIdle nobody was tracked after the frame before
   * @param atMs a time in ms that never jumps
   */
  see(pixels: Uint8Array, size: Size, now: { readonly isIdle: boolean; readonly atMs: number }): void;
  /** Whether the last picture needs no network, if nobody is tracked. */
  isQuiet(atMs: number): boolean;
  /** The network has looked at a picture. */
  looked(atMs: number): void;
}

const blockPx = 8;
/** The scene must have been seen empty for so long, after the start and after a change of light. */
const learnMs = 2_000;
/** After the last change the network goes on to look for so long. */
const holdMs = 500;
/** It looks in any case when so much time has passed since it last did. */
const guardMs = 1_000;
/** How fast the usual picture follows, as time constants: where nothing has changed, where something has, and for noise. */
const usualMs = 3_000;
const changedMs = 10_000;
const noiseMs = 10_000;
/** A change of the mean of a block: at least so many levels of 255, and so many times its usual deviation. */
const leastChange = 2.5;
const noiseFactor = 6;
/** A limit above this many levels hides people; with more than this share of such blocks the picture cannot be judged. */
const highLimit = 24;
const maxBlindShare = 0.1;
/** More than this share of blocks changed at once: the light has. */
const lightShare = 0.5;
/** Longer steps say that pictures were missing. */
const maxStepMs = 1_000;

interface Scene {
  readonly columns: number;
  readonly rows: number;
  readonly usual: Float32Array;
  readonly noise: Float32Array;
  /** How long it was seen empty, ms */
  learnedMs: number;
}

export function createMotionGate(): MotionGate {
  let scene: Scene | null = null;
  let means = new Float32Array(0);
  let seenMs: number | null = null;
  let changedAtMs = -Infinity;
  let lookedMs = -Infinity;
  let isBlind = true;

  function begin(size: Size): Scene {
    const columns = Math.floor(size.width / blockPx);
    const rows = Math.floor(size.height / blockPx);
    const blocks = columns * rows;
    means = new Float32Array(blocks);
    const noise = new Float32Array(blocks).fill(1);
    return { columns, rows, usual: new Float32Array(blocks), noise, learnedMs: 0 };
  }

  function learn(known: Scene, stepMs: number, shareChanged: number): void {
    const isNew = known.learnedMs === 0 || shareChanged > lightShare;
    if (isNew) {
      known.usual.set(means);
      known.learnedMs = 1;
      return;
    }
    known.learnedMs += stepMs;
    // While it is new it follows faster, so that it is right when it is first asked.
    const haste = known.learnedMs < learnMs ? 4 : 1;
    const usualShare = shareOf(stepMs * haste, usualMs);
    const changedShare = shareOf(stepMs * haste, changedMs);
    const noiseShare = shareOf(stepMs * haste, noiseMs);
    for (let block = 0; block < means.length; block++) {
      const usual = known.usual[block] ?? 0;
      const noise = known.noise[block] ?? 0;
      const off = (means[block] ?? 0) - usual;
      const limit = limitOf(noise);
      const isChanged = Math.abs(off) > limit;
      known.usual[block] = usual + off * (isChanged ? changedShare : usualShare);
      known.noise[block] = noise + (Math.min(Math.abs(off), 2 * limit) - noise) * noiseShare;
    }
  }

  return {
    see(pixels, size, { isIdle, atMs }) {
      const stepMs = Math.min(maxStepMs, atMs - (seenMs ?? atMs));
      seenMs = atMs;
      const isSameSize =
        scene?.columns === Math.floor(size.width / blockPx) &&
        scene.rows === Math.floor(size.height / blockPx);
      if (!scene || !isSameSize) scene = begin(size);
      averageBlocks(pixels, size.width, { ...scene, means });
      const { changed, blind } = compare(scene, means);
      isBlind = blind > maxBlindShare * means.length;
      if (changed > 0) changedAtMs = atMs;
      if (isIdle) learn(scene, stepMs, changed / means.length);
    },
    isQuiet: (atMs) =>
      scene !== null &&
      scene.learnedMs >= learnMs &&
      !isBlind &&
      atMs - changedAtMs > holdMs &&
      atMs - lookedMs < guardMs,
    looked(atMs) {
      lookedMs = atMs;
    },
  };
}

function limitOf(noise: number): number {
  return Math.max(leastChange, noiseFactor * noise);
}

function shareOf(stepMs: number, constantMs: number): number {
  return 1 - Math.exp(-stepMs / constantMs);
}

function compare(scene: Scene, means: Float32Array): { changed: number; blind: number } {
  let changed = 0;
  let blind = 0;
  for (let block = 0; block < means.length; block++) {
    const limit = limitOf(scene.noise[block] ?? 0);
    if (Math.abs((means[block] ?? 0) - (scene.usual[block] ?? 0)) > limit) changed++;
    if (limit > highLimit) blind++;
  }
  return { changed, blind };
}

/** Mean of each block over every second row; what does not fill a block at the right and lower edge is left out. */
function averageBlocks(
  pixels: Uint8Array,
  width: number,
  { columns, rows, means }: { columns: number; rows: number; means: Float32Array },
): void {
  const samples = (blockPx * blockPx) / 2;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let y = 0; y < blockPx; y += 2) {
        const start = (row * blockPx + y) * width + column * blockPx;
        for (let x = 0; x < blockPx; x++) sum += pixels[start + x] ?? 0;
      }
      means[row * columns + column] = sum / samples;
    }
  }
}
