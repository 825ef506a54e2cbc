import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSource, type SourceOptions } from '#engine/models/import-source.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { tempFolder } from '#test/store.ts';

const options = (folder = tempFolder()): SourceOptions => ({
  folder,
  now: Date.now(),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = path.join(tempFolder(), 'winter-model');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

describe('a folder', () => {
  it('brings the model with its card, labels, scripts and configurations', async () => {
    const folder = folderOf({
      'net.onnx': 'network',
      'card.json': JSON.stringify(yoloxNanoCard),
      'coco.names': 'person\ncar\n',
      'scripts/export.py': 'print(1)',
      'config.yaml': 'a: 1',
      'README.md': 'read me',
    });
    symlinkSync('/etc/passwd', path.join(folder, 'link.txt'));
    const source = await openSource(folder, options());
    expect({ ...source, close: null }).toEqual({
      origin: { kind: 'folder', where: 'winter-model' },
      file: path.join(folder, 'net.onnx'),
      name: 'net',
      extras: [
        { path: 'README.md', kind: 'other' },
        { path: 'coco.names', kind: 'labels' },
        { path: 'config.yaml', kind: 'config' },
        { path: 'scripts/export.py', kind: 'script' },
      ],
      card: yoloxNanoCard,
      classes: ['person', 'car'],
      manifest: null,
      close: null,
    });
  });

  it('is named by itself where its model is called model.onnx', async () => {
    const source = await openSource(folderOf({ 'model.onnx': 'a', 'other.onnx': 'b' }), options());
    expect([source.name, path.basename(source.file)]).toEqual(['winter-model', 'model.onnx']);
  });

  it.each([
    ['no model', { 'a.txt': 'x' }, '0 .onnx files'],
    ['several models', { 'a.onnx': 'x', 'b.onnx': 'x' }, '2 .onnx files'],
    ['a wrong card', { 'a.onnx': 'x', 'card.json': '{"name":"A"}' }, 'no card'],
  ])('with %s is refused', async (_, files, says) => {
    const refusal = openSource(folderOf(files), options());
    await expect(refusal).rejects.toThrow(says);
    await expect(refusal).rejects.toMatchObject({ code: 'MODEL_002' });
  });

  it('that is a whole disk is refused', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 201 }, (_, index) => [`${String(index)}.txt`, '']),
    );
    await expect(openSource(folderOf(many), options())).rejects.toThrow('more than 200 files');
  });
});

describe('a file', () => {
  it('takes the labels that lie beside it under its name', async () => {
    const folder = folderOf({ 'net.onnx': 'network', 'net.labels.txt': 'person\r\n\r\nlorry\r\n' });
    const { classes } = await openSource(path.join(folder, 'net.onnx'), options());
    expect(classes).toEqual(['person', 'lorry']);
  });

  it('that is not there is refused', async () => {
    await expect(openSource('/nowhere/net.onnx', options())).rejects.toMatchObject({
      code: 'MODEL_002',
    });
  });
});

it.skipIf(process.platform === 'win32')('a device is refused', async () => {
  await expect(openSource('/dev/zero', options())).rejects.toThrow('no file and no folder');
});

describe('an address', () => {
  async function serve(answer: (url: string) => { status: number; body: string; length?: number }) {
    let asked = 0;
    const server = createServer((request, response) => {
      asked++;
      const { status, body, length } = answer(request.url ?? '');
      response.writeHead(status, { 'content-length': length ?? body.length });
      if (length !== undefined && length > body.length) {
        response.write(body, () => response.destroy());
        return;
      }
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${String(port)}`, asked: () => asked };
  }

  it('is fetched once for proposal and import, without its key in the origin', async () => {
    const { url, asked } = await serve(() => ({ status: 200, body: 'network' }));
    const folder = tempFolder();
    for (let time = 0; time < 2; time++) {
      const source = await openSource(`${url}/a/net.onnx?key=secret`, options(folder));
      expect(readFileSync(source.file, 'utf8')).toBe('network');
      expect([source.name, source.origin]).toEqual([
        'net',
        { kind: 'url', where: `${url}/a/net.onnx` },
      ]);
    }
    expect(asked()).toBe(1);
  });

  it.each([
    ['has nothing', { status: 404, body: 'no' }, 'MODEL_001', 'answered 404'],
    ['would send 2 GB', { status: 200, body: 'x', length: 2 ** 31 }, 'MODEL_002', 'larger than'],
    [
      'ends in the middle',
      { status: 200, body: 'x', length: 100 },
      'MODEL_001',
      'cannot be fetched',
    ],
  ])('that %s is refused and leaves nothing', async (_, answer, code, says) => {
    const { url } = await serve(() => answer);
    const folder = tempFolder();
    const refusal = openSource(`${url}/net.onnx`, options(folder));
    await expect(refusal).rejects.toThrow(says);
    await expect(refusal).rejects.toMatchObject({ code });
    expect(readdirSync(folder)).toEqual([]);
  });
});
