/**
 * A real station in a process of its own: open on its PC, closed by its first admin, open to the network only then.
 */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { cleanUp, scratchFolder, startStation, until } from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const password = 'three words or four';

afterAll(cleanUp);

interface Ran {
  readonly code: number;
  readonly text: string;
}

/** Runs the command line. */
function tallywatch(args: readonly string[], stdin = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts'), ...args],
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), text: `${stdout}${stderr}` }),
    );
    child.stdin?.end(stdin);
  });
}

async function post(url: string, name: string, input: unknown, cookie = ''): Promise<Response> {
  return fetch(`${url}/api/v1/call/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) },
    body: JSON.stringify(input),
  });
}

const cookieOf = (response: Response): string =>
  response.headers.get('set-cookie')?.split(';')[0] ?? '';

/** How a socket for pictures ends: opened, or refused with a status. */
function socketOf(url: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/preview`, { headers });
    socket.on('open', () => {
      resolve('open');
      socket.terminate();
    });
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
    socket.on('error', () => resolve('error'));
  });
}

/** Each command line is a process that loads the whole program: on a busy machine many seconds. */
const patient = { timeout: 900_000 };

describe('a station', patient, () => {
  it('is closed by its first admin at every door, and its audit log is checked', async () => {
    const station = await startStation();
    expect(await station.call('camera.list', {})).toEqual([]);
    const first = await post(station.url, 'user.addFirst', { id: 'chief', password });
    const cookie = cookieOf(first);
    expect((await post(station.url, 'camera.list', {})).status).toBe(401);
    expect((await post(station.url, 'camera.list', {}, cookie)).status).toBe(200);
    expect((await fetch(`${station.url}/api/v1/events`)).status).toBe(401);

    expect(await socketOf(station.url, {})).toBe('401');
    expect(await socketOf(station.url, { cookie })).toBe('open');
    expect(await socketOf(station.url, { cookie, origin: 'https://evil.test' })).toBe('403');

    // The command line of this PC is let in by the key in the data folder, which is for this user only.
    expect(statSync(path.join(station.dataFolder, 'local.key')).mode & 0o077).toBe(0);
    const folder = ['--data-folder', station.dataFolder];
    expect(await tallywatch(['call', 'camera.list', ...folder])).toEqual({ code: 0, text: '[]\n' });
    const verified = await tallywatch(['audit', 'verify', ...folder]);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.text).toContain('is whole');

    // The last admin has lost the password: the way back is on this PC, and it is in the log.
    const lost = await tallywatch(['user', 'password', 'chief', ...folder], 'four other words\n');
    expect(lost.code).toBe(0);
    expect((await post(station.url, 'camera.list', {}, cookie)).status).toBe(401);
    const again = await post(station.url, 'session.signIn', {
      ...{ user: 'chief', password: 'four other words' },
    });
    expect(again.status).toBe(200);
    const log = await tallywatch(['audit', 'export', ...folder]);
    expect(log.text).toContain('"procedure":"user.setPassword"');
    expect(log.text).toContain('"user":"command line"');
    expect(log.text).not.toContain('four other words');

    await station.stop();
    const tampered = async (sql: string): Promise<Ran> => {
      const database = new Database(path.join(station.dataFolder, 'station.db'));
      database.exec(sql);
      database.close();
      return tallywatch(['audit', 'verify', ...folder]);
    };
    const removed = await tampered(
      'DROP TRIGGER audit_log_is_kept; DELETE FROM audit_log WHERE number = 3',
    );
    expect(removed).toMatchObject({ code: 1 });
    expect(removed.text).toContain('BROKEN at row 3: Row 3 is missing');
    const edited = await tampered(
      "DROP TRIGGER audit_log_is_kept_whole; UPDATE audit_log SET user = 'x' WHERE number = 2",
    );
    expect(edited).toMatchObject({ code: 1 });
    expect(edited.text).toContain('BROKEN at row 2: Row 2 is not as it was written');
  });

  it('is not opened to the network without an admin, and over TLS with one', async () => {
    const dataFolder = scratchFolder();
    const open = { dataFolder, flags: ['--host', '0.0.0.0'] };
    await expect(startStation(open)).rejects.toThrow(/SYS_004.*before it has an admin/s);
    const added = await tallywatch(
      ['user', 'add', 'chief', '--role', 'admin', '--data-folder', dataFolder],
      `${password}\n`,
    );
    expect(added.text).toBe('chief is admin now.\n');
    const station = await startStation(open);
    await until(
      () => station.output(),
      (text) => /Fingerprint of its certificate \(SHA-256\): [0-9A-F:]{95}/.test(text),
      20_000,
    );
    expect(station.url).toMatch(/^https:/);
    expect(statSync(path.join(dataFolder, 'tls/key.pem')).mode & 0o077).toBe(0);
    const cookie = await new Promise<string>((resolve, reject) => {
      const signIn = request(
        `${station.url}/api/v1/call/session.signIn`,
        {
          method: 'POST',
          rejectUnauthorized: false,
          headers: { 'content-type': 'application/json' },
        },
        (response) => resolve(String(response.headers['set-cookie'])),
      );
      signIn.on('error', reject);
      signIn.end(JSON.stringify({ user: 'chief', password }));
    });
    expect(cookie).toContain('; HttpOnly; SameSite=Strict; Secure');
    const call = await tallywatch(['call', 'camera.list', '--data-folder', dataFolder]);
    expect(call).toEqual({ code: 0, text: '[]\n' });
    await station.stop();
  });
});
