/**
 * Which models may be loaded together: how many, in how much memory, and which ones go to make room.
 */
import { StationError } from '#contract/error.ts';

export interface ShelfLimits {
  readonly maxModels: number;
  readonly memoryBytes: number;
  readonly gpuBytes: number;
}

/** A loaded model as the budget sees it; bytes are measured where it runs already. */
export interface ShelfEntry {
  readonly digest: string;
  readonly rssBytes: number;
  readonly gpuBytes: number;
  readonly lastUsedMs: number;
  /** Something waits for it or is in flight */
  readonly isBusy: boolean;
  /** It was asked for by name in the settings and stays */
  readonly isPinned: boolean;
}

export interface ShelfWish {
  readonly name: string;
  readonly rssBytes: number;
  readonly gpuBytes: number;
}

const megabyte = 1024 ** 2;

/**
 * The digests that must be let go, least recently used first, so that the wish fits; none when it fits already.
 * @throws StationError RES_001 or RES_002 with the figures, RES_003 when too many models are at work
 */
export function makeRoom(
  loaded: readonly ShelfEntry[],
  wish: ShelfWish,
  limits: ShelfLimits,
): string[] {
  if (wish.rssBytes > limits.memoryBytes) throw tooLarge('RES_001', wish, limits);
  if (wish.gpuBytes > limits.gpuBytes) throw tooLarge('RES_002', wish, limits);
  const kept = [...loaded];
  const released: string[] = [];
  const candidates = loaded
    .filter((entry) => !entry.isBusy && !entry.isPinned)
    .sort((a, b) => a.lastUsedMs - b.lastUsedMs);
  for (;;) {
    const lack = lackOf(kept, wish, limits);
    if (lack === null) return released;
    const next = candidates.shift();
    if (next === undefined) throw lack;
    kept.splice(kept.indexOf(next), 1);
    released.push(next.digest);
  }
}

function lackOf(
  kept: readonly ShelfEntry[],
  wish: ShelfWish,
  limits: ShelfLimits,
): StationError | null {
  const rssBytes = kept.reduce((sum, entry) => sum + entry.rssBytes, 0);
  const gpuBytes = kept.reduce((sum, entry) => sum + entry.gpuBytes, 0);
  if (kept.length >= limits.maxModels) {
    return new StationError(
      'RES_003',
      `${String(kept.length)} models are loaded and at work, as many as the settings allow; try again later or raise servingMaxModels.`,
    );
  }
  if (rssBytes + wish.rssBytes > limits.memoryBytes) {
    return new StationError(
      'RES_001',
      `${wish.name} needs about ${mb(wish.rssBytes)} MB, but models at work hold ${mb(rssBytes)} of ${mb(limits.memoryBytes)} MB: release one or raise servingMemoryMb.`,
    );
  }
  if (gpuBytes + wish.gpuBytes > limits.gpuBytes) {
    return new StationError(
      'RES_002',
      `${wish.name} needs about ${mb(wish.gpuBytes)} MB of the graphics card, but models at work hold ${mb(gpuBytes)} of ${mb(limits.gpuBytes)} MB: release one or raise servingGpuMemoryMb.`,
    );
  }
  return null;
}

function tooLarge(code: 'RES_001' | 'RES_002', wish: ShelfWish, limits: ShelfLimits): StationError {
  const [needed, budget, setting] =
    code === 'RES_001'
      ? [wish.rssBytes, limits.memoryBytes, 'servingMemoryMb']
      : [wish.gpuBytes, limits.gpuBytes, 'servingGpuMemoryMb'];
  return new StationError(
    code,
    `${wish.name} needs about ${mb(needed)} MB, more than the whole budget of ${mb(budget)} MB: use a smaller model or raise ${setting}.`,
  );
}

function mb(bytes: number): string {
  return String(Math.round(bytes / megabyte));
}

/** A process without a model, and what a network of some bytes takes beside it, measured over the models at hand. */
const baseRssBytes = 130 * megabyte;
const rssPerByte = 4;
const baseGpuBytes = 350 * megabyte;
const gpuPerByte = 3;

/** What a model will need before it was ever measured. */
export function estimate(bytes: number, isOnGpu: boolean): { rssBytes: number; gpuBytes: number } {
  return {
    rssBytes: baseRssBytes + bytes * rssPerByte,
    gpuBytes: isOnGpu ? baseGpuBytes + bytes * gpuPerByte : 0,
  };
}
