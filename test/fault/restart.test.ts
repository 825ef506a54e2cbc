/**
 * `npm start` keeps the station running: a station that was killed comes back on its data and goes when it is asked to.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-restart-'));
let starter: ChildProcess | null = null;

afterAll(() => {
  starter?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe.skipIf(process.platform !== 'linux')('npm start', () => {
  it('starts a killed station again on the same data, and ends with it when asked', async () => {
    starter = spawn(
      process.execPath,
      ['main/start.ts', '--headless', '--port', '0', '--demo', 'off', '--data-folder', folder],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const lines = createInterface(starter.stdout!)[Symbol.asyncIterator]();
    const first = await addressIn(lines);
    await add(first);

    process.kill(childOf(starter.pid!), 'SIGKILL');
    const second = await addressIn(lines);
    expect(await cameraIds(second)).toEqual(['gate-cam']);

    const ended = once(starter, 'exit');
    starter.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(spawnSync('pgrep', ['-f', folder], { encoding: 'utf8' }).stdout).toBe('');
  });
});

async function addressIn(lines: AsyncIterator<string, undefined>): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('npm start ended before it told an address');
    const match = /http:\/\/\S+/.exec(value);
    if (match !== null) return match[0];
  }
}

async function add(url: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/cameras`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'gate-cam', name: 'Gate', source: 'simulated://plaza?seed=1' }),
  });
  expect(response.status).toBe(200);
}

async function cameraIds(url: string): Promise<string[]> {
  const cameras = (await (await fetch(`${url}/api/v1/cameras`)).json()) as { id: string }[];
  return cameras.map(({ id }) => id);
}

/** The station below the starter. */
function childOf(pid: number): number {
  return Number(spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout.trim());
}
