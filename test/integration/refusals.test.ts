/**
 * What a station refuses, through its real doors: each with its code and what to do, and the rest goes on.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { hasShared, sharedPath } from '#test/shared.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
let station: StationProcess;

beforeAll(async () => {
  station = await startStation();
});
afterAll(cleanUp);

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StationError) {
      expect(error.message.length).toBeGreaterThan(20);
      return error.code;
    }
    throw error;
  }
  return 'accepted';
}

function textFile(): string {
  const file = path.join(scratchFolder(), 'notes.mp4');
  writeFileSync(file, 'this is no video\n'.repeat(100));
  return file;
}

describe('a camera address', () => {
  it.each([
    ['of an unknown kind', () => 'gopher://camera/1', 'CAM_004'],
    ['of a file that is not there', () => '/nowhere/clip.mp4', 'CAM_004'],
    ['of a text file', textFile, 'CAM_003'],
    ['where nobody listens', () => 'rtsp://127.0.0.1:9/cam', 'CAM_001'],
    ['of an unknown simulated scene', () => 'simulated://moon', 'CAM_004'],
  ])('%s is refused by the test', async (_, source, expected) => {
    expect(await codeOf(station.call('camera.test', { source: source() }))).toBe(expected);
  });
});

describe.skipIf(!hasShared)('a model file', () => {
  const copy = (name: string): string => {
    const file = path.join(scratchFolder(), name);
    copyFileSync(sharedPath(`models/${name}`)!, file);
    return file;
  };

  it.each([
    ['that is not there', () => '/nowhere/model.onnx', 'MODEL_002'],
    ['that is no ONNX', textFile, 'MODEL_002'],
    [
      'that is cut',
      () => {
        const file = copy('yolox_nano.onnx');
        truncateSync(file, 1_000_000);
        return file;
      },
      'MODEL_002',
    ],
    ['that is a classifier', () => copy('mobilenet_v2_int8.onnx'), 'MODEL_003'],
  ])('%s is refused', async (_, file, expected) => {
    expect(await codeOf(station.call('model.import', { path: file() }))).toBe(expected);
    expect(await station.call('camera.list', {})).toEqual([]);
  });
});

describe('a line', () => {
  it.each([
    ['on a camera that does not exist', 'nowhere', 'REQ_002'],
    ['of no length', 'wall', 'REQ_001'],
  ])('%s is refused', async (_, cameraId, expected) => {
    if (cameraId === 'wall') {
      await station.call('camera.add', {
        id: 'wall',
        name: 'Wall',
        source: 'rtsp://127.0.0.1:9/cam',
      });
    }
    const point = { x: 0.5, y: 0.5 };
    const line = { cameraId, name: 'line', points: [point, point] };
    expect(await codeOf(station.call('line.save', line))).toBe(expected);
  });
});

describe('a start', () => {
  const start = (...flags: string[]): Promise<{ status: number | null; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [path.join(root, 'main/headless.ts'), ...flags],
        { timeout: 30_000 },
        (_error, _stdout, stderr) => resolve({ status: child.exitCode, stderr }),
      );
    });

  it('on a data folder in use is refused and names the first', async () => {
    const { status, stderr } = await start('--data-folder', station.dataFolder, '--port', '0');
    expect(status).toBe(2);
    expect(stderr).toContain('SYS_004');
    expect(stderr).toContain(String(station.pid));
  });

  it('on a port in use is refused', async () => {
    const port = new URL(station.url).port;
    const { status, stderr } = await start('--data-folder', scratchFolder(), '--port', port);
    expect([status, stderr.includes('SYS_004'), stderr.includes('--port')]).toEqual([
      2,
      true,
      true,
    ]);
  });

  it('on a data folder that cannot be made is refused', async () => {
    const file = path.join(scratchFolder(), 'file');
    writeFileSync(file, '');
    const { status, stderr } = await start('--data-folder', path.join(file, 'data'), '--port', '0');
    expect([status, stderr.includes('SYS_004'), stderr.includes(file)]).toEqual([2, true, true]);
  });

  it('with a wrong setting is refused and names it', async () => {
    const folder = scratchFolder();
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'config.json');
    writeFileSync(file, '{ "workers": -1 }');
    const { status, stderr } = await start('--config', file, '--data-folder', folder);
    expect([status, stderr.includes('SYS_004'), stderr.includes('"workers"')]).toEqual([
      2,
      true,
      true,
    ]);
  });
});

describe('the HTTP door', () => {
  const json = { 'content-type': 'application/json' };
  const ask = (init: RequestInit & { path?: string } = {}): Promise<Response> =>
    fetch(`${station.url}${init.path ?? '/api/v1/call/camera.list'}`, { method: 'POST', ...init });

  it.each([
    ['a page of another site', { headers: { origin: 'http://evil.example' } }, 403, 'ACC_002'],
    ['a body that is no JSON', { body: '{', headers: json }, 400, 'REQ_001'],
    ['a body of another kind', { body: '{}' }, 415, 'REQ_006'],
    ['a body that is too large', { body: 'x'.repeat(1_100_000) }, 413, 'REQ_005'],
    ['a procedure that does not exist', { path: '/api/v1/call/nothing' }, 404, 'REQ_002'],
    ['a path that does not exist', { path: '/api/v1/none' }, 404, 'REQ_002'],
  ])('refuses %s', async (_, init, status, code) => {
    const response = await ask(init);
    const body = (await response.json()) as { error: { code: string } };
    expect([response.status, body.error.code]).toEqual([status, code]);
  });

  it('goes on after all of this', async () => {
    const response = await fetch(`${station.url}/healthz`);
    expect(await response.json()).toEqual({ ok: true });
  });
});
