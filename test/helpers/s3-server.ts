/**
 * A real S3-compatible server for tests: MinIO where it was built (`go install github.com/minio/minio@latest`), else moto's
 * server (`pip install 'moto[server]'`). And a wire to it that can be cut.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { RemoteSettings } from '#contract/remote.ts';
import { until } from './station-process.ts';

const startLimitMs = 60_000;

function find(name: string): string | null {
  const own = path.join(os.homedir(), 'go/bin', name);
  if (existsSync(own)) return own;
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

const minio = process.env['TALLYWATCH_MINIO'] ?? find('minio');
const moto = minio === null ? find('moto_server') : null;

/** What is there to test with, or null. */
export const s3Kind = minio !== null ? 'MinIO' : moto !== null ? 'moto' : null;
/** The text that a skipped test shows. */
export const s3Missing =
  'needs MinIO (go install github.com/minio/minio@latest) or moto_server (pip install "moto[server]")';

export interface S3Server {
  readonly settings: RemoteSettings;
  /** Between the client and the server */
  readonly wire: Wire;
  stop(): void;
}

export interface Wire {
  /** Ends every connection when so many more bytes have passed in that direction, and takes none until `mend`. */
  cutAfter(direction: 'up' | 'down', bytes: number): void;
  mend(): void;
  /** Bytes that have passed since the last `mend` or the start */
  passed(): { readonly up: number; readonly down: number };
}

/** Starts the server with one empty bucket. */
export async function startS3Server(): Promise<S3Server> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 's3-'));
  mkdirSync(path.join(folder, 'data'));
  const port = await freePort();
  const child = launch(port, folder);
  const { server, wire, port: wirePort } = await createWire(port);
  const settings: RemoteSettings = {
    endpoint: `http://127.0.0.1:${String(wirePort)}`,
    region: 'us-east-1',
    bucket: 'models',
    prefix: 'site-1/',
    accessKeyId: 'tallywatch',
    secretAccessKey: 'only-for-tests',
  };
  await until(
    () => makeBucket(settings),
    (isMade) => isMade,
    startLimitMs,
  );
  return {
    settings,
    wire,
    stop() {
      server.close();
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function launch(port: number, folder: string): ChildProcess {
  const address = `127.0.0.1:${String(port)}`;
  if (minio !== null) {
    return spawn(minio, ['server', '--quiet', '--address', address, path.join(folder, 'data')], {
      stdio: 'ignore',
      env: { ...process.env, MINIO_ROOT_USER: 'tallywatch', MINIO_ROOT_PASSWORD: 'only-for-tests' },
    });
  }
  return spawn(moto ?? 'moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
}

async function makeBucket(settings: RemoteSettings): Promise<boolean> {
  const client = new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: true,
    // A copy, because the SDK writes into it.
    credentials: { ...settings },
    maxAttempts: 1,
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
    return true;
  } catch (error) {
    return (error as { name?: string }).name === 'BucketAlreadyOwnedByYou';
  } finally {
    client.destroy();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function createWire(target: number): Promise<{ server: Server; wire: Wire; port: number }> {
  const open = new Set<Socket>();
  const passed = { up: 0, down: 0 };
  let cut: { direction: 'up' | 'down'; at: number } | null = null;
  let isCut = false;

  function count(direction: 'up' | 'down', bytes: number): void {
    passed[direction] += bytes;
    if (cut?.direction !== direction || passed[direction] < cut.at) return;
    isCut = true;
    for (const socket of open) socket.destroy();
  }

  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const remote = connect(target, '127.0.0.1');
    for (const [from, to, direction] of [
      [client, remote, 'up'],
      [remote, client, 'down'],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => count(direction, bytes.length));
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    wire: {
      cutAfter(direction, bytes) {
        cut = { direction, at: passed[direction] + bytes };
      },
      mend() {
        cut = null;
        isCut = false;
        passed.up = 0;
        passed.down = 0;
      },
      passed: () => ({ ...passed }),
    },
  };
}
