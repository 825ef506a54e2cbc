/**
 * The part of the result cache that other stations and restarts share: a Redis server. It never holds up an answer: a question
 * has a short limit, and while the server is away nothing is asked.
 */
import { Redis } from 'ioredis';
import { StationError } from '#contract/error.ts';
import type { SharedCacheState } from '#contract/inference.ts';
import { backoffMs } from '#engine/base/backoff.ts';
import type { Clock } from '#engine/base/clock.ts';

export interface RedisShelf {
  /** Null when it is not there, or the server is away. */
  get(key: string): Promise<string | null>;
  /** Writes it for `ttlSeconds`; a server that is away misses it. */
  put(key: string, value: string, ttlSeconds: number): void;
  /** Removes all keys that begin so; resolves with how many. Rejects with SYS_003 when the server is away. */
  removeAll(prefix: string): Promise<number>;
  state(): SharedCacheState;
  close(): void;
}

export interface RedisShelfOptions {
  /** `redis://[user:password@]host:port[/number]`, or `rediss://` */
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** It was reached, or cannot be reached any more (SYS_003). */
  readonly onState: (state: SharedCacheState) => void;
}

/** Longer than this a question is given up, ms: computing the answer takes about as long. */
const questionLimitMs = 250;
const connectLimitMs = 2_000;
const pauses = { firstMs: 500, maxMs: 30_000, jitter: 0.2 };
const keysPerScan = 500;

/** Connects in the background. Throws SYS_004 when the address is none. */
export function createRedisShelf(options: RedisShelfOptions): RedisShelf {
  const { clock } = options;
  const where = hostOf(options.url);
  let state: SharedCacheState = { state: 'connecting', where, since: clock.now(), reason: null };
  const redis = new Redis(options.url, {
    commandTimeout: questionLimitMs,
    connectTimeout: connectLimitMs,
    // What cannot be asked now is computed, not queued.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => backoffMs(times, pauses, options.random()),
  });
  redis.on('ready', () => become('ready', null));
  redis.on('error', (error: Error) => away(error.message));
  redis.on('close', () => away('the connection was closed'));

  function become(next: SharedCacheState['state'], reason: SharedCacheState['reason']): void {
    if (state.state === next) return;
    state = { state: next, where, since: clock.now(), reason };
    options.onState(state);
  }

  function away(why: string): void {
    const error = unreachable(where, why);
    become('away', error.toBody());
  }

  return {
    async get(key) {
      if (state.state !== 'ready') return null;
      // A slow or broken answer is none; a lost connection is told by its own event.
      return redis.get(key).catch(() => null);
    },
    put(key, value, ttlSeconds) {
      if (state.state !== 'ready') return;
      redis.set(key, value, 'EX', ttlSeconds).catch((error: unknown) => {
        // A full server refuses writes and goes on answering.
        options.onState({ ...state, reason: unreachable(where, String(error)).toBody() });
      });
    },
    async removeAll(prefix) {
      if (state.state !== 'ready') throw unreachable(where, 'it is away');
      let removed = 0;
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', keysPerScan);
        cursor = next;
        if (keys.length > 0) removed += await redis.unlink(...keys);
      } while (cursor !== '0');
      return removed;
    },
    state: () => state,
    close() {
      redis.removeAllListeners();
      // What comes after the end is nobody's business.
      redis.on('error', () => undefined);
      redis.disconnect();
    },
  };
}

function unreachable(where: string, why: string): StationError {
  return new StationError(
    'SYS_003',
    `The result cache at ${where} cannot be used (${why}); answers are computed instead. Start Redis there or clear redisUrl.`,
  );
}

/** Host and port, without user and password. */
function hostOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw new StationError(
      'SYS_004',
      'redisUrl is no address of a Redis server: write redis://host:6379, or leave it empty.',
      { path: 'redisUrl' },
    );
  }
  return parsed.host;
}
