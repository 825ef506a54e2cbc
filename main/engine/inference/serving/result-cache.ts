/**
 * Answers that were given before: in memory, and in Redis where that is configured. For requests and batch work only; a live
 * frame never comes twice.
 *
 *   key = model : SHA-256 of the picture file : SHA-256 of the options and of the card
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { Box, Size } from '#contract/geometry.ts';
import type { ResultCacheFigures } from '#contract/inference.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Logger } from '#engine/base/log.ts';
import type { ServedFile } from './instance.ts';
import type { PictureRequest } from './picture-queue.ts';
import type { RedisShelf } from './redis-shelf.ts';

/** What is kept of an answer. */
const Kept = z.object({
  picture: Size,
  detections: z.array(
    z.object({ box: Box, score: z.number(), classIndex: z.number().int().nonnegative() }),
  ),
  error: z.null(),
});
export type Kept = z.infer<typeof Kept>;

export interface ResultCacheOptions {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** For requests that do not say; 0 keeps nothing */
  readonly ttlSeconds: number;
  readonly redis: RedisShelf | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ResultCache {
  /** The key of a request, or null when its answer is not to be kept. */
  keyOf(file: ServedFile, request: PictureRequest): string | null;
  get(key: string): Promise<Kept | null>;
  /** Into memory and Redis at the same time. */
  put(key: string, kept: Kept, ttlSeconds: number | undefined): void;
  /** Forgets what a model has answered: it counts now, counts no longer, or was removed. */
  forget(digest: string): Promise<void>;
  figures(): ResultCacheFigures;
  close(): void;
}

/** Changes when the form of what is kept does. */
const form = 'tallywatch:result:1';

export function createResultCache(options: ResultCacheOptions): ResultCache {
  const { redis, clock, log } = options;
  const memory = new LRUCache<string, { readonly text: string }>({
    max: Math.max(1, options.maxEntries),
    maxSize: Math.max(1, options.maxBytes),
    sizeCalculation: ({ text }, key) => text.length + key.length,
    perf: { now: () => clock.monotonicMs() },
    // Asked at each look, so that the clock passed in is what counts.
    ttlResolution: 0,
  });
  const counts = { memoryHits: 0, sharedHits: 0, misses: 0 };
  const isOn = options.maxEntries > 0;

  return {
    keyOf(file, { work, picture, cacheSeconds = options.ttlSeconds }) {
      if (!isOn || cacheSeconds === 0 || work === 'alert') return null;
      const { scoreFloor, nmsIou } = picture;
      const facts = JSON.stringify([scoreFloor ?? null, nmsIou ?? null, file.card]);
      return `${form}:${file.digest}:${digest(picture.bytes)}:${digest(facts)}`;
    },
    async get(key) {
      const near = memory.get(key);
      if (near !== undefined) {
        counts.memoryHits++;
        return parse(near.text);
      }
      const far = await redis?.get(key);
      const kept = far == null ? null : parse(far);
      if (kept === null) counts.misses++;
      else counts.sharedHits++;
      return kept;
    },
    put(key, kept, ttlSeconds = options.ttlSeconds) {
      const text = JSON.stringify(kept);
      memory.set(key, { text }, { ttl: ttlSeconds * 1000 });
      redis?.put(key, text, ttlSeconds);
    },
    async forget(of) {
      const prefix = `${form}:${of}:`;
      for (const key of [...memory.keys()]) if (key.startsWith(prefix)) memory.delete(key);
      // Keys hold the digest of the model, so what a lost server still has is old, never wrong.
      await redis?.removeAll(prefix).catch((error: unknown) => {
        log.warn('shared result cache not cleared', { model: of, why: String(error) });
      });
    },
    figures: () => ({
      entries: memory.size,
      bytes: memory.calculatedSize,
      maxBytes: options.maxBytes,
      ...counts,
      shared: redis?.state() ?? null,
    }),
    close: () => redis?.close(),
  };
}

/** Null for what another program has put there. */
function parse(text: string): Kept | null {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function digest(of: Uint8Array | string): string {
  return createHash('sha256').update(of).digest('hex');
}
