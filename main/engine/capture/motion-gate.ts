/**
 * Says when no network need look at a picture, because it would find what is known: nobody, or the same as a moment ago.
 *
 *   green plane ──8 × 8 blocks──▶ means ─┬▶ differ from the usual, empty scene?       no ▶ quiet: nobody is there
 *                                        └▶ differ from the picture last looked at?   no ▶ still: what was found there holds
 *
 * Quiet is for a camera that tracks nobody: its usual scene is learned only then, so that people never become part of it while
 * they are counted. Still is for people who stand: outside their boxes nothing differs, and inside so little that no box can
 * have moved by a third of the band of a line. Whatever is in doubt is looked at: the first seconds, a change of light, a
 * picture too noisy to judge, and in any case one frame each second, and a little more often
 * where somebody stands. The noise of a block is its
 * usual deviation, so that leaves and screens raise their own limit and not that of others.
 *
 * Rain and snow change other blocks in each picture, and never the same for long. A camera that usually sees such specks takes
 * for a change only what is clearly greater, in two blocks side by side, and still there in the next picture.
 */
import type { Box, Size } from '#contract/geometry.ts';

export interface MotionGate {
  /**
   * Takes in the next picture.
   * @param pixels planes of a slot, green first
   * @param isIdle nobody was tracked after the frame before
   * @param atMs a time in ms that never jumps
   */
  see(
    pixels: Uint8Array,
    size: Size,
    now: { readonly isIdle: boolean; readonly atMs: number },
  ): void;
  /** Whether the last picture shows nobody, if nobody is tracked. */
  isQuiet(atMs: number): boolean;
  /** Whether what was found in the picture last looked at holds for this one; `boxes` were found there. */
  isStill(atMs: number, boxes: readonly Box[]): boolean;
  /** The network looks at the last picture. */
  looked(atMs: number): void;
}

const blockPx = 8;
/** The scene must have been seen empty for so long, after the start and after a change of light. */
const learnMs = 2_000;
/** After the last change the network goes on to look for so long. */
const holdMs = 500;
/** It looks in any case when so much time has passed since it last did. */
const guardMs = 1_000;
/** What was found holds for so long at most. */
const stillMs = 700;
/** Most blocks of a box that may differ: at both edges together a move by a twentieth of the box changes a tenth of it. */
const stillShare = 0.1;
/** How fast the usual picture and its noise follow, as time constants: where nothing has changed, and where something has. */
const usualMs = { same: 3_000, changed: 10_000 };
const noiseMs = { same: 10_000, changed: 40_000 };
/** A change of the mean of a block: at least so many levels of 255, and so many times its usual deviation. */
const leastChange = 2.5;
const noiseFactor = 6;
/** A limit above this many levels hides people; with more than this share of such blocks the picture cannot be judged. */
const highLimit = 24;
const maxBlindShare = 0.1;
/** More than this share of blocks changed at once: the light has. */
const lightShare = 0.5;
/** Blocks per picture that change for one picture only: with more of them it rains. */
const fewSpecks = 0.3;
const specksMs = 5_000;
/** How much greater than usual a change has to be in rain */
const rainFactor = 1.2;
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
  let changes: Changes = noChanges(0);
  let before: Changes = noChanges(0);
  /** Usual number of blocks that change for one picture only, while nobody is there */
  let specks = 0;
  /** Means of the picture last looked at */
  let lookedAt = new Float32Array(0);
  let seenMs: number | null = null;
  let changedAtMs = -Infinity;
  let lookedMs = -Infinity;
  let isBlind = true;

  function begin(size: Size): Scene {
    const columns = Math.floor(size.width / blockPx);
    const rows = Math.floor(size.height / blockPx);
    const blocks = columns * rows;
    means = new Float32Array(blocks);
    lookedAt = new Float32Array(blocks);
    lookedMs = -Infinity;
    changes = noChanges(blocks);
    before = noChanges(blocks);
    specks = 0;
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
    const shares = {
      usual: sharesOf(stepMs * haste, usualMs),
      noise: sharesOf(stepMs * haste, noiseMs),
    };
    for (let block = 0; block < means.length; block++) {
      const usual = known.usual[block] ?? 0;
      const noise = known.noise[block] ?? 0;
      const off = (means[block] ?? 0) - usual;
      const limit = limitOf(noise);
      const change = Math.abs(off) > limit ? 'changed' : 'same';
      known.usual[block] = usual + off * shares.usual[change];
      // One great change says little about noise: it counts as one at the limit.
      known.noise[block] = noise + (Math.min(Math.abs(off), limit) - noise) * shares.noise[change];
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
      [changes, before] = [before, changes];
      const { changed, blind } = compare(scene, means, changes);
      isBlind = blind > maxBlindShare * means.length;
      const isRaining = specks > fewSpecks;
      if (isRaining ? isMoving(scene.columns, changes, before) : changed > 0) changedAtMs = atMs;
      if (!isIdle) return;
      if (scene.learnedMs >= learnMs) {
        specks += (countSpecks(changes, before) - specks) * (1 - Math.exp(-stepMs / specksMs));
      }
      learn(scene, stepMs, changed / means.length);
    },
    isQuiet: (atMs) =>
      scene !== null &&
      scene.learnedMs >= learnMs &&
      !isBlind &&
      atMs - changedAtMs > holdMs &&
      atMs - lookedMs < guardMs,
    isStill: (atMs, boxes) =>
      scene !== null &&
      scene.learnedMs >= learnMs &&
      !isBlind &&
      atMs - lookedMs < stillMs &&
      isSame(scene, { means, lookedAt, boxes }),
    looked(atMs) {
      lookedMs = atMs;
      lookedAt.set(means);
    },
  };
}

function limitOf(noise: number): number {
  return Math.max(leastChange, noiseFactor * noise);
}

interface ByChange {
  readonly same: number;
  readonly changed: number;
}

function sharesOf(stepMs: number, constantMs: ByChange): ByChange {
  const shareOf = (ms: number): number => 1 - Math.exp(-stepMs / ms);
  return { same: shareOf(constantMs.same), changed: shareOf(constantMs.changed) };
}

/** Per block, 1 where it differs from the usual: at all, and by so much that it is no rain. */
interface Changes {
  readonly any: Uint8Array;
  readonly great: Uint8Array;
}

function noChanges(blocks: number): Changes {
  return { any: new Uint8Array(blocks), great: new Uint8Array(blocks) };
}

function compare(
  scene: Scene,
  means: Float32Array,
  changes: Changes,
): { changed: number; blind: number } {
  let changed = 0;
  let blind = 0;
  for (let block = 0; block < means.length; block++) {
    const limit = limitOf(scene.noise[block] ?? 0);
    const off = Math.abs((means[block] ?? 0) - (scene.usual[block] ?? 0));
    changes.any[block] = off > limit ? 1 : 0;
    changes.great[block] = off > rainFactor * limit ? 1 : 0;
    if (off > limit) changed++;
    if (limit > highLimit) blind++;
  }
  return { changed, blind };
}

/** Blocks that differ in this picture and did not in the one before. */
function countSpecks({ any }: Changes, before: Changes): number {
  let specks = 0;
  for (let block = 0; block < any.length; block++) {
    if (any[block] === 1 && before.any[block] === 0) specks++;
  }
  return specks;
}

/** Whether two blocks side by side differ much in both pictures. */
function isMoving(columns: number, { great }: Changes, before: Changes): boolean {
  const isLasting = (block: number): boolean => great[block] === 1 && before.great[block] === 1;
  for (let block = 0; block < great.length; block++) {
    if (!isLasting(block)) continue;
    const isLastInRow = (block + 1) % columns === 0;
    if ((!isLastInRow && isLasting(block + 1)) || isLasting(block + columns)) return true;
  }
  return false;
}

interface Comparison {
  readonly means: Float32Array;
  readonly lookedAt: Float32Array;
  readonly boxes: readonly Box[];
}

/** Whether no block outside the boxes differs, and few of each box. */
function isSame(scene: Scene, { means, lookedAt, boxes }: Comparison): boolean {
  const { columns, rows, noise } = scene;
  const differs = (block: number): boolean =>
    Math.abs((means[block] ?? 0) - (lookedAt[block] ?? 0)) > limitOf(noise[block] ?? 0);
  const isCovered = new Uint8Array(means.length);
  for (const box of boxes) {
    const left = Math.max(0, Math.floor(box.x * columns));
    const right = Math.min(columns - 1, Math.floor((box.x + box.width) * columns));
    const top = Math.max(0, Math.floor(box.y * rows));
    const bottom = Math.min(rows - 1, Math.floor((box.y + box.height) * rows));
    let changed = 0;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const block = row * columns + column;
        isCovered[block] = 1;
        if (differs(block)) changed++;
      }
    }
    if (changed > stillShare * (right - left + 1) * (bottom - top + 1)) return false;
  }
  for (let block = 0; block < means.length; block++) {
    if (isCovered[block] === 0 && differs(block)) return false;
  }
  return true;
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
