/**
 * Times of frames that are numbered through all blocks, and frames by their time.
 */
import type { BlockFrames } from './path-life.ts';

/** The last block that begins at a frame or before. */
function blockOf(blocks: readonly BlockFrames[], seq: number): BlockFrames | undefined {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.firstSeq ?? 0) > seq) high = middle;
    else low = middle + 1;
  }
  return blocks[low - 1];
}

/** Clock of a frame, seconds; 0 before the first block. */
export function clockOf(blocks: readonly BlockFrames[], seq: number): number {
  const block = blockOf(blocks, seq);
  return block?.clock[seq - block.firstSeq] ?? 0;
}

/** Time of a frame, Unix ms; 0 before the first block. */
export function msOf(blocks: readonly BlockFrames[], seq: number): number {
  const block = blockOf(blocks, seq);
  return block?.frameMs[seq - block.firstSeq] ?? 0;
}

/** The first frame at this clock or later; null when there is none yet. */
export function firstFrame(blocks: readonly BlockFrames[], clock: number): number | null {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const known = blocks[middle]?.clock;
    if (known !== undefined && (known[known.length - 1] ?? 0) >= clock) high = middle;
    else low = middle + 1;
  }
  const block = blocks[low];
  if (block === undefined) return null;
  [low, high] = [0, block.clock.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((block.clock[middle] ?? 0) >= clock) high = middle;
    else low = middle + 1;
  }
  return block.firstSeq + low;
}
