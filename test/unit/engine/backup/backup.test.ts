/**
 * A station as one file and back: the same counts, models, settings and passwords in another folder; whatever is cut,
 * changed or foreign is refused and leaves the folder as it was.
 */
import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { BackupManifest } from '#contract/backup.ts';
import { StationError } from '#contract/error.ts';
import { writeArchive } from '#engine/backup/archive.ts';
import { sealManifest } from '#engine/backup/manifest.ts';
import { openText, sealText } from '#engine/backup/seal-text.ts';
import { canonicalJson } from '#engine/base/hash-chain.ts';
import { silentLogger } from '#engine/base/log.ts';
import { makeBackup } from '#engine/make-backup.ts';
import { digestFile } from '#engine/models/digest.ts';
import { restoreBackup } from '#engine/restore-backup.ts';
import { openSecretPart, type SecretPart } from '#engine/secret-part.ts';
import { copyDatabase } from '#engine/store/copy-database.ts';
import { createStore } from '#engine/store/create-store.ts';
import { newestForm } from '#engine/store/migrations/all.ts';
import { yoloxNanoCard } from '#test/cards.ts';
import { aCamera, aLine, aRecord, start, storeEntry, tempFolder, testClock } from '#test/store.ts';
import { scratchFolder, cleanUp } from '#test/station-process.ts';

const clock = testClock();
const passphrase = 'bốn từ cho bản sao';
const weights = Buffer.from('weights '.repeat(5_000));
const digest = createHash('sha256').update(weights).digest('hex');
const folder = scratchFolder();
const bare = path.join(folder, 'bare.twbackup');
const sealed = path.join(folder, 'sealed.twbackup');
let facts: unknown;
let manifest: BackupManifest;

const open = async (dataFolder: string): Promise<SecretPart> =>
  openSecretPart(
    await createStore({ folder: dataFolder, entry: storeEntry, clock, log: silentLogger }),
    { folder: dataFolder, guard: null, log: silentLogger },
  );

/** What makes a station: its counts, models and settings, each as a digest. */
async function factsOf({ store }: SecretPart, dataFolder: string): Promise<unknown> {
  const models = await store.models.list();
  const of = (value: unknown): string =>
    createHash('sha256').update(canonicalJson(value)).digest('hex');
  return {
    crossings: of(await store.crossings.list({ limit: 100 })),
    lines: of(await store.lines.list()),
    settings: of(await store.settings.get('retention', z.unknown())),
    models: of(models.map((model) => ({ ...model, path: path.relative(dataFolder, model.path) }))),
    files: await Promise.all(models.map((model) => digestFile(model.path))),
  };
}

beforeAll(async () => {
  const station = await open(folder);
  const { store } = station;
  await store.cameras.add(aCamera());
  await store.lines.save(aLine());
  const epoch = await store.checkpoints.beginEpoch('gate');
  await store.crossings.recordBatch(
    Array.from({ length: 20 }, (_, index) => {
      const at = start + index * 100;
      return aRecord({ epoch, frameSeq: index + 1, at, crossings: [{ at, trackId: index }] });
    }),
  );
  expect(await store.crossings.list({ limit: 100 })).toHaveLength(20);
  await store.settings.set('retention', { paths: 3 });
  mkdirSync(path.join(folder, 'models', digest), { recursive: true });
  writeFileSync(path.join(folder, 'models', digest, 'model.onnx'), weights);
  await store.models.add({
    ...{ digest, card: yoloxNanoCard, bytes: weights.length, isEmbedded: false, importedAt: start },
    path: path.join(folder, 'models', digest, 'model.onnx'),
  });
  writeFileSync(
    path.join(folder, 'config.json'),
    '{ "port": 9000, "redisUrl": "redis://me:Geheim-1@x:6379" }',
  );
  facts = await factsOf(station, folder);
  const deps = {
    ...{ dataFolder: folder, version: '1.0.0', guard: null, clock },
    copyDatabase: (target: string) => copyDatabase(path.join(folder, 'station.db'), target),
  };
  // Beside the station, which goes on.
  manifest = await makeBackup(deps, { target: bare, passphrase: null });
  await makeBackup(deps, { target: sealed, passphrase });
  await store.close();
}, 60_000);
afterAll(cleanUp);

const restore = (dataFolder: string, change: object = {}) =>
  restoreBackup({ file: bare, dataFolder, passphrase: null, mayReplace: false, ...change }, clock);

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof StationError ? error.code : String(error)),
  );

/** Names of all files, but the lock, which stays. */
const filesIn = (dataFolder: string): string[] =>
  readdirSync(dataFolder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('station.lock'))
    .sort();

describe('a backup', () => {
  it('is the same station in another folder, with passwords by its passphrase', async () => {
    const other = tempFolder();
    const restored = await restore(other, { file: sealed, passphrase });
    expect(restored).toMatchObject({ aside: null, hasKeys: true });
    const station = await open(other);
    expect(await factsOf(station, other)).toEqual(facts);
    expect((await station.store.cameras.get('gate'))?.source).toContain('user:secret@');
    await station.store.close();
    expect(JSON.parse(readFileSync(path.join(other, 'config.json'), 'utf8'))).toEqual({
      port: 9000,
    });
  });

  it.each([
    ['made without one', () => bare],
    ['whose passphrase nobody gives', () => sealed],
  ])('keeps passwords sealed when it is %s', async (_, file) => {
    const other = tempFolder();
    expect((await restore(other, { file: file() })).hasKeys).toBe(false);
    const station = await open(other);
    expect(await factsOf(station, other)).toEqual(facts);
    expect((await station.store.cameras.get('gate'))?.source).not.toContain('secret');
    const text = gunzipSync(readFileSync(file())).toString('latin1');
    expect(['user:secret@', 'Geheim-1'].filter((word) => text.includes(word))).toEqual([]);
    const key = readFileSync(path.join(folder, 'secret.key'), 'utf8').split(' ').at(-1)!.trim();
    expect(text).not.toContain(key);
    await station.store.close();
  });

  it('says what is in it', () => {
    expect(manifest).toMatchObject({ version: '1.0.0', databaseForm: newestForm, hasKeys: false });
    expect(manifest.files.map((file) => file.path)).toEqual([
      ...['station.db', 'config.json', `models/${digest}/model.onnx`],
    ]);
  });

  it('puts a station aside only when it is told to', async () => {
    const other = tempFolder();
    await restore(other);
    const database = new Database(path.join(other, 'station.db'));
    database.exec('DELETE FROM settings');
    database.close();
    const before = filesIn(other);
    expect(await codeOf(restore(other))).toBe('BAK_002');
    expect(filesIn(other)).toEqual(before);
    const { aside } = await restore(other, { mayReplace: true });
    const old = new Database(path.join(aside!, 'station.db'), { readonly: true });
    expect(old.prepare('SELECT count(*) FROM settings').pluck().get()).toBe(0);
    old.close();
    const station = await open(other);
    expect(await factsOf(station, other)).toEqual(facts);
    await station.store.close();
  });

  it('is not restored below a station that runs', async () => {
    const other = tempFolder();
    const station = await open(other);
    expect(await codeOf(restore(other, { mayReplace: true }))).toBe('SYS_004');
    await station.store.close();
  });

  it('is not written over another file', async () => {
    const deps = {
      ...{ dataFolder: folder, version: '1.0.0', guard: null, clock },
      copyDatabase: (target: string) => copyDatabase(path.join(folder, 'station.db'), target),
    };
    expect(await codeOf(makeBackup(deps, { target: bare, passphrase: null }))).toBe('REQ_003');
  });
});

/** A backup of our own making, whose description holds. */
async function forge(files: Record<string, string>, change: object = {}): Promise<string> {
  const work = tempFolder();
  const packed = Object.entries(files).map(([name, text], index) => {
    const from = path.join(work, String(index));
    writeFileSync(from, text);
    const sum = createHash('sha256').update(text).digest('hex');
    return { path: name, from, bytes: text.length, digest: sum };
  });
  const { digest: _digest, files: _files, ...rest } = manifest;
  const forged = sealManifest({
    ...rest,
    files: packed.map(({ from: _from, ...file }) => file),
    ...change,
  });
  const target = path.join(work, 'forged.twbackup');
  await writeArchive(target, { manifest: forged, files: packed });
  return target;
}

async function changed(work: (tar: Buffer) => Buffer): Promise<string> {
  const file = path.join(tempFolder(), 'changed.twbackup');
  writeFileSync(file, gzipSync(work(gunzipSync(await readFile(bare))), { level: 1 }));
  return file;
}

const tarEnd = Buffer.alloc(1024);

/** The last file of the tar, with its header, and what is before it. */
function partsOf(tar: Buffer): { readonly rest: Buffer; readonly last: Buffer } {
  const at = tar.lastIndexOf(`models/${digest}`);
  return { rest: tar.subarray(0, at), last: tar.subarray(at, -1024) };
}

function flip(tar: Buffer, word: string): Buffer {
  const at = tar.lastIndexOf(word);
  tar[at] = tar[at]! ^ 1;
  return tar;
}

const cut = (share: number) => async (): Promise<string> => {
  const file = path.join(tempFolder(), 'cut.twbackup');
  const bytes = await readFile(bare);
  writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)));
  return file;
};

describe('a file is refused, and the folder is as it was, when', () => {
  it.each<[string, () => Promise<string>]>([
    ['it is cut in its middle', cut(0.5)],
    ['its last bytes are missing', cut(0.999)],
    ['nothing of it is left', cut(0)],
    ['one bit of a model is another', () => changed((tar) => flip(tar, 'weights'))],
    [
      'one bit of the database is another',
      () => changed((tar) => flip(tar, 'CREATE TABLE crossings')),
    ],
    ['its description was changed', () => changed((tar) => flip(tar, '"version"'))],
    ['a file was left out', () => changed((tar) => Buffer.concat([partsOf(tar).rest, tarEnd]))],
    [
      'a file is there that its description does not name',
      () => changed((tar) => Buffer.concat([tar.subarray(0, -1024), partsOf(tar).last, tarEnd])),
    ],
    ['it has no database', () => forge({ 'config.json': '{}' })],
    ['its database is none', () => forge({ 'station.db': 'noise '.repeat(999) })],
    ['it names a file outside of the folder', () => forge({ 'models/../../escape': 'x' })],
    [
      'it names a file that is no part of a station',
      () => forge({ 'station.db': 'x', 'run.sh': 'x' }),
    ],
    ['it is of another form', () => forge({ 'station.db': 'x' }, { form: 2 })],
  ])('%s', async (_, make) => {
    const other = tempFolder();
    await restore(other);
    const before = filesIn(other);
    const sum = await digestFile(path.join(other, 'station.db'));
    const code = await codeOf(restore(other, { file: await make(), mayReplace: true }));
    expect(['BAK_001', 'SYS_002']).toContain(code);
    expect(filesIn(other)).toEqual(before);
    expect(await digestFile(path.join(other, 'station.db'))).toBe(sum);
  });

  it('the passphrase is another one', async () => {
    const other = tempFolder();
    const wish = { file: sealed, passphrase: 'another passphrase' };
    expect(await codeOf(restore(other, wish))).toBe('BAK_002');
    expect(filesIn(other)).toEqual([]);
  });

  it('there is none', async () => {
    const other = tempFolder();
    rmSync(path.join(other, 'none'), { force: true });
    expect(await codeOf(restore(other, { file: path.join(other, 'none') }))).toBe('REQ_002');
  });
});

describe('a text sealed with a passphrase', () => {
  it('opens with it alone, however it was typed', () => {
    const one = sealText('key', passphrase.normalize('NFD'));
    expect(openText(one, passphrase)).toBe('key');
    expect(() => openText(one, `${passphrase} `)).toThrow('passphrase');
  });
});
