/**
 * A real Redis server for tests, from Debian's package; `apt-get install redis-server`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import { Redis } from 'ioredis';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';
import { until } from './station-process.ts';

const startLimitMs = 60_000;

export const hasRedis = spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
export const redisMissing = hasRedis ? 'redis-server' : 'needs Redis: apt-get install redis-server';

export interface RedisServer {
  readonly url: string;
  readonly client: Redis;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${String(port)}`;
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 100 });
  client.on('error', () => undefined);
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const options = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      os.tmpdir(),
    ];
    child = spawn('redis-server', options, { stdio: 'ignore' });
    await until(
      () => client.ping().catch(() => ''),
      (answer) => answer === 'PONG',
      startLimitMs,
    );
  }

  async function kill(): Promise<void> {
    const ended = child;
    child = null;
    await endProcess(ended);
  }

  await start();
  return {
    url,
    client,
    kill,
    start,
    async close() {
      client.disconnect();
      await kill();
    },
  };
}
