/**
 * A real PostgreSQL server for tests, from Debian's package, in a folder of its own; `apt-get install postgresql`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { CentralSettings } from '#contract/central.ts';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';
import { until } from './station-process.ts';

const startLimitMs = 60_000;
const packageFolder = '/usr/lib/postgresql';
const [version] = existsSync(packageFolder) ? readdirSync(packageFolder).sort().reverse() : [];
const binaries = path.join(packageFolder, version ?? '', 'bin');

/** PostgreSQL refuses to run as root: then the user that the package makes runs it. */
const runner = process.getuid?.() === 0 ? userOf('postgres') : null;

export const hasPostgres =
  version !== undefined &&
  existsSync(path.join(binaries, 'initdb')) &&
  (process.getuid?.() !== 0 || runner !== null);
export const postgresMissing = hasPostgres
  ? 'PostgreSQL'
  : 'needs PostgreSQL: apt-get install postgresql';

export interface PostgresServer {
  /** What a station is told to use */
  settings(stationName: string): CentralSettings;
  /** Rows of one statement, asked as the owner */
  rows(text: string): Promise<Record<string, unknown>[]>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again with what it had. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const password = 'a pass phrase';

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-postgres-'));
  chmodSync(folder, 0o700);
  if (runner !== null) chownSync(folder, runner.uid, runner.gid);
  const data = path.join(folder, 'data');
  const port = await freePort();
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, password);
  if (runner !== null) chownSync(passwordFile, runner.uid, runner.gid);
  const made = spawnSync(
    path.join(binaries, 'initdb'),
    [
      ...['-D', data, '-U', 'tallywatch', '-A', 'scram-sha-256', '-E', 'UTF8'],
      ...[`--pwfile=${passwordFile}`, '--no-sync'],
    ],
    { ...runner, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  let child: ChildProcess | null = null;
  const connection = {
    ...{ host: '127.0.0.1', port, database: 'postgres' },
    ...{ user: 'tallywatch', password },
  };

  async function rows(text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(connection);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function start(): Promise<void> {
    const options = [
      ...['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'shared_buffers=16MB', '-c', 'max_connections=20'],
    ];
    const isUp = (): Promise<boolean> =>
      rows('SELECT 1').then(
        () => true,
        () => false,
      );
    await until(
      () => {
        // After a power cut it refuses to start until the last of its old processes has noticed.
        if (child === null || child.exitCode !== null) {
          child = spawn(path.join(binaries, 'postgres'), options, { ...runner, stdio: 'ignore' });
        }
        return isUp();
      },
      (answer) => answer,
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
    settings: (stationName) => ({ ...connection, tls: 'off', authority: '', stationName }),
    rows,
    kill,
    start,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function userOf(name: string): { readonly uid: number; readonly gid: number } | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const asked = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return asked.status === 0 ? Number(asked.stdout) : null;
  });
  return uid == null || gid == null ? null : { uid, gid };
}
