import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { ModelManifest } from '#contract/registry.ts';
import { isBundle, readBundle, writeBundle } from '#engine/models/bundle.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { tempFolder } from '#test/store.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const fileOf = (name: string, text: string, kind: ModelManifest['files'][number]['kind']) => ({
  path: name,
  kind,
  bytes: Buffer.byteLength(text),
  digest: sha(text),
});

function aManifest(changes: Partial<ModelManifest> = {}): ModelManifest {
  return {
    format: 'tallywatch-model',
    formatVersion: 1,
    digest: sha('network'),
    card: yoloxNanoCard,
    files: [
      fileOf('model.onnx', 'network', 'model'),
      fileOf('scripts/train.py', 'print(1)', 'script'),
    ],
    lineage: {
      parent: null,
      variant: null,
      importedBy: 'ann',
      origin: { kind: 'file', where: 'network.onnx' },
      releaseNotes: '',
    },
    tags: ['winter'],
    importedAt: 1_700_000_000_000,
    ...changes,
  };
}

type Entry = readonly [header: Partial<Header> & Pick<Header, 'name'>, text: string];

/** A tar as a stranger might write it. */
async function tar(entries: readonly Entry[]): Promise<string> {
  const file = path.join(tempFolder(), 'strange.twmodel');
  const archive = pack();
  for (const [header, text] of entries) {
    if (header.type !== undefined && header.type !== 'file') archive.entry(header);
    else archive.entry(header, text);
  }
  archive.finalize();
  await pipeline(archive, createWriteStream(file));
  return file;
}

const manifestEntry = (changes: Partial<ModelManifest> = {}): Entry => [
  { name: 'manifest.json' },
  JSON.stringify(aManifest(changes)),
];
const model: Entry = [{ name: 'model.onnx' }, 'network'];
const script: Entry = [{ name: 'scripts/train.py' }, 'print(1)'];
const withFile = (name: string): Partial<ModelManifest> => ({
  files: [fileOf('model.onnx', 'network', 'model'), fileOf(name, 'x', 'other')],
});

describe('a bundle', () => {
  it('comes out as it went in, and says what it is', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'scripts'));
    writeFileSync(path.join(folder, 'model.onnx'), 'network');
    writeFileSync(path.join(folder, 'scripts/train.py'), 'print(1)');
    const target = path.join(folder, 'out.twmodel');
    const bytes = await writeBundle({ manifest: aManifest(), folder }, target);
    expect(bytes).toBe(readFileSync(target).length);
    expect([await isBundle(target), await isBundle(path.join(folder, 'model.onnx'))]).toEqual([
      true,
      false,
    ]);
    const place = path.join(folder, 'in');
    expect(await readBundle(target, place)).toEqual({ manifest: aManifest(), folder: place });
    expect(readFileSync(path.join(place, 'scripts/train.py'), 'utf8')).toBe('print(1)');
  });

  it('is never written over a file, nor with a file that changed', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'scripts'));
    writeFileSync(path.join(folder, 'model.onnx'), 'network');
    writeFileSync(path.join(folder, 'scripts/train.py'), 'print(2)');
    const target = path.join(folder, 'out.twmodel');
    await expect(writeBundle({ manifest: aManifest(), folder }, target)).rejects.toThrow('digest');
    expect(existsSync(target)).toBe(false);
    writeFileSync(target, 'precious');
    await expect(writeBundle({ manifest: aManifest(), folder }, target)).rejects.toMatchObject({
      code: 'REQ_003',
    });
    expect(readFileSync(target, 'utf8')).toBe('precious');
  });

  it.each<[string, readonly Entry[], string]>([
    ['climbs out', [manifestEntry(withFile('../../evil')), model], 'no plain name'],
    ['names a root', [manifestEntry(withFile('/etc/cron.d/evil')), model], 'no plain name'],
    ['names a drive', [manifestEntry(withFile('C:\\evil')), model], 'no plain name'],
    ['names a device', [manifestEntry(withFile('aux.txt')), model], 'no plain name'],
    ['hides a file', [manifestEntry(withFile('.ssh/config')), model], 'no plain name'],
    [
      'names a file twice',
      [manifestEntry({ files: [...aManifest().files, fileOf('scripts/train.py', 'y', 'other')] })],
      'twice',
    ],
    [
      'has a file that it does not name',
      [manifestEntry(), model, [{ name: '../evil' }, 'x']],
      'not in its description',
    ],
    ['has a file twice', [manifestEntry(), model, model, script], 'not in its description'],
    [
      'holds a link',
      [manifestEntry(), [{ name: 'model.onnx', type: 'symlink', linkname: '/etc/passwd' }, '']],
      'no file',
    ],
    ['holds other bytes', [manifestEntry(), [{ name: 'model.onnx' }, 'netw0rk'], script], 'digest'],
    [
      'holds more bytes',
      [manifestEntry(), [{ name: 'model.onnx' }, 'network and more'], script],
      'size',
    ],
    ['lacks a file', [manifestEntry(), model], 'scripts/train.py is missing'],
    ['lacks its description', [model], 'manifest.json is not at its start'],
    ['is empty', [], 'it is empty'],
    ['describes nothing', [[{ name: 'manifest.json' }, '{}']], 'wrong field'],
    ['describes no JSON', [[{ name: 'manifest.json' }, '{']], 'no JSON'],
    [
      'has no model',
      [manifestEntry({ files: [fileOf('a.txt', 'x', 'other')] })],
      'exactly one model',
    ],
    [
      'would unfold to more than 1 GB',
      [manifestEntry({ files: [{ ...aManifest().files[0]!, bytes: 2 ** 31 }] })],
      '1 GB',
    ],
  ])('that %s is refused and leaves nothing', async (_, entries, says) => {
    const file = await tar(entries);
    const folder = path.join(path.dirname(file), 'unpacked');
    const refusal = readBundle(file, folder);
    await expect(refusal).rejects.toThrow(says);
    await expect(refusal).rejects.toMatchObject({ code: 'MODEL_002' });
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(path.join(path.dirname(file), 'evil'))).toBe(false);
  });

  it.each([
    ['cut in the middle', 2000],
    ['cut in its description', 700],
  ])('that is %s is refused', async (_, length) => {
    const file = await tar([manifestEntry(), [{ name: 'model.onnx' }, 'network'], script]);
    truncateSync(file, length);
    const folder = path.join(path.dirname(file), 'unpacked');
    await expect(readBundle(file, folder)).rejects.toMatchObject({ code: 'MODEL_002' });
    expect(existsSync(folder)).toBe(false);
  });
});
