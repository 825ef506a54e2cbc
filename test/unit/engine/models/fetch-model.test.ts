import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StationError } from '#contract/error.ts';
import { fetchModel, type WantedFile } from '#engine/models/fetch-model.ts';

const bytes = randomBytes(200_000);
const digest = createHash('sha256').update(bytes).digest('hex');
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
let wanted: WantedFile;
let folder: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/model.onnx`;
  wanted = { title: 'Test model', url, bytes: bytes.length, digest };
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fetch-'));
  answer = serveWhole;
});

function serveWhole(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from });
  response.end(bytes.subarray(from));
}

interface Options {
  mirror?: string;
  signal?: AbortSignal;
  onProgress?: (share: number) => void;
}

const get = (options: Options = {}, file = wanted) =>
  fetchModel(file, {
    folder,
    mirror: options.mirror ?? null,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
  });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof StationError) return error.code;
    throw error;
  }
  return 'fetched';
}

describe('fetching a model', () => {
  it('saves the whole, checked file and tells how far it is', async () => {
    const shares: number[] = [];
    const file = await get({ onProgress: (share) => shares.push(share) });
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(shares.at(-1)).toBe(1);
    expect(readdirSync(folder)).toEqual([`${digest}.onnx`]);
  });

  it('does not fetch again what is here', async () => {
    await get();
    answer = () => expect.unreachable('asked again');
    await get();
  });

  it('goes on where the connection was cut', async () => {
    let cut: () => void = () => undefined;
    answer = (_request, response) => {
      cut = () => response.destroy();
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 70_000));
    };
    expect(await codeOf(get({ onProgress: () => cut() }))).toBe('MODEL_001');
    const ranges: (string | undefined)[] = [];
    answer = (request, response) => {
      ranges.push(request.headers.range);
      serveWhole(request, response);
    };
    const file = await get();
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(ranges[0]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('starts anew when the server knows no ranges', async () => {
    writeFileSync(path.join(folder, `${digest}.onnx.part`), 'rest of another try');
    answer = (_request, response) => response.end(bytes);
    expect(readFileSync(await get()).equals(bytes)).toBe(true);
  });

  it('throws a wrong file away and leaves nothing', async () => {
    answer = (_request, response) => response.end(randomBytes(bytes.length));
    expect(await codeOf(get())).toBe('MODEL_002');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a file that is longer than it should be, without saving it all', async () => {
    answer = (_request, response) => response.end(Buffer.concat([bytes, bytes]));
    expect(await codeOf(get())).toBe('MODEL_002');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is cancelled by its caller', async () => {
    const controller = new AbortController();
    answer = (_request, response) => {
      response.write(bytes.subarray(0, 1000));
      controller.abort();
    };
    expect(await codeOf(get({ signal: controller.signal }))).toBe('REQ_004');
    expect(existsSync(path.join(folder, `${digest}.onnx`))).toBe(false);
  });

  it.each([404, 500])('says what the server answered: %d', async (status) => {
    answer = (_request, response) => response.writeHead(status).end();
    expect(await codeOf(get())).toBe('MODEL_001');
  });

  it('says before it starts that the disk is too small', async () => {
    expect(await codeOf(get({}, { ...wanted, bytes: 1e15 }))).toBe('RES_004');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a mirror', () => {
  it('is a folder in which the file is found by its digest, whatever its name', async () => {
    const mirror = mkdtempSync(path.join(os.tmpdir(), 'mirror-'));
    writeFileSync(path.join(mirror, 'aaa.onnx'), randomBytes(bytes.length));
    writeFileSync(path.join(mirror, 'some name.bin'), bytes);
    expect(readFileSync(await get({ mirror })).equals(bytes)).toBe(true);
  });

  it.each([
    ['has another file of the same name', `${digest}.onnx`, randomBytes(300), 'MODEL_002'],
    ['has another file of the same size', 'model.onnx', randomBytes(200_000), 'MODEL_002'],
    ['has nothing of the kind', 'notes.txt', Buffer.from('no'), 'MODEL_001'],
  ])('that %s is refused', async (_, name, content, expected) => {
    const mirror = mkdtempSync(path.join(os.tmpdir(), 'mirror-'));
    writeFileSync(path.join(mirror, name), content);
    expect(await codeOf(get({ mirror }))).toBe(expected);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is an address below which files are named by digest', async () => {
    const asked: (string | undefined)[] = [];
    answer = (request, response) => {
      asked.push(request.url);
      serveWhole(request, response);
    };
    await get({ mirror: new URL('/mirror/', wanted.url).href });
    expect(asked).toEqual([`/mirror/${digest}.onnx`]);
  });
});
