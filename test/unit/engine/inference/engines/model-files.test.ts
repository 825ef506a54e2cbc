import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  kindOfModelFile,
  readEngineFile,
  readRemoteFile,
} from '#engine/inference/engines/model-files.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'engine-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const engine = { kind: 'engine', command: ['python3', 'x.py'] };
const remote = { kind: 'remote', url: 'http://127.0.0.1:1', model: 'm', card: yoloxNanoCard };

describe('files that stand for a model elsewhere', () => {
  it.each([
    ['engine', engine, 'engine'],
    ['remote', remote, 'remote'],
    ['network', '\b\u0008network', 'network'],
  ])('of kind %s are told by their beginning', async (_, content, kind) => {
    expect(await kindOfModelFile(put('file', content))).toBe(kind);
  });

  it('are read with what was left out filled in', async () => {
    put('weights', 'w');
    const files = [{ path: 'weights', digest: digest('w') }];
    expect(await readEngineFile(put('a.json', { ...engine, files }))).toEqual({
      ...engine,
      files,
      env: {},
      startSeconds: 30,
      folder,
    });
    expect(await readRemoteFile(put('b.json', remote))).toMatchObject({
      encoding: 'tensor',
      answerSeconds: 2,
    });
  });

  it.each([
    ['no JSON', '{ kind', 'cannot be read as JSON'],
    ['no command', { kind: 'engine', command: [] }, '"command"'],
    ['an unknown field', { ...engine, shell: true }, 'shell'],
    [
      'a file outside',
      { ...engine, files: [{ path: '../x', digest: digest('') }] },
      'must not leave',
    ],
    [
      'an absolute file',
      { ...engine, files: [{ path: '/etc/x', digest: digest('') }] },
      'relative',
    ],
    ['a missing file', { ...engine, files: [{ path: 'absent', digest: digest('') }] }, 'missing'],
    [
      'a changed file',
      { ...engine, files: [{ path: 'weights', digest: digest('v') }] },
      'another one',
    ],
  ])('are refused with %s', async (_, content, said) => {
    put('weights', 'w');
    await expect(readEngineFile(put('bad.json', content))).rejects.toMatchObject({
      code: 'MODEL_002',
      message: expect.stringContaining(said) as string,
    });
  });

  it('of a server need an address that can be reached over HTTP or gRPC', async () => {
    await expect(
      readRemoteFile(put('r.json', { ...remote, url: 'file:///etc' })),
    ).rejects.toMatchObject({
      code: 'MODEL_002',
      path: 'url',
    });
  });
});
