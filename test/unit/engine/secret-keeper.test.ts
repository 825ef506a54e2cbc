import type { Database } from 'better-sqlite3';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ChannelDefinition } from '#contract/notification.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createSecretKeeper, type SecretKeeper } from '#engine/secret-keeper.ts';
import { openSecretPart, type SecretPart } from '#engine/secret-part.ts';
import { type KeyRing, openKeyRing } from '#engine/secrets/key-ring.ts';
import { addCamera } from '#engine/store/cameras.ts';
import { createStore } from '#engine/store/create-store.ts';
import { saveChannel } from '#engine/store/notifications.ts';
import { listSecrets, modelStoreKey, replaceSecrets, scrub } from '#engine/store/secrets.ts';
import { getSetting, removeSetting, setSetting } from '#engine/store/settings.ts';
import type { Store } from '#engine/store/store.ts';
import {
  aCamera,
  memoryDatabase,
  start,
  storeEntry,
  tempFolder,
  tempStore,
  testClock,
} from '#test/store.ts';

const source = 'rtsp://mai:Geheim%20123@10.0.0.5/stream?token=Marke77';
const shown = 'rtsp://mai:***@10.0.0.5/stream?token=***';
const words = ['Geheim%20123', 'Marke77', 'Hook-Secret-9', 'S3-Secret-9'];
const hook: ChannelDefinition = {
  ...{ id: 'hook', name: 'Hook', isEnabled: true, language: 'en', minSeverity: 'info' },
  settings: { kind: 'webhook', url: 'https://example.org/x' },
};
const ModelStore = z.object({ secretAccessKey: z.string(), bucket: z.string() });

/** A database as a program without sealing left it. */
async function plainStore(folder: string): Promise<void> {
  const store = await bareStore(folder);
  await store.cameras.add(aCamera({ source }));
  await store.cameras.add(aCamera({ id: 'lobby', source: 'simulated://plaza' }));
  await store.channels.save({
    definition: hook,
    secret: 'Hook-Secret-9',
  });
  await store.settings.set(modelStoreKey, { bucket: 'models', secretAccessKey: 'S3-Secret-9' });
  await store.close();
}

/** As `plainStore`, in memory and without the camera that has no password. */
function plainDatabase(): Database {
  const database = memoryDatabase();
  addCamera(database, aCamera({ source }), start);
  const channel = { definition: hook, secret: 'Hook-Secret-9' };
  saveChannel(database, channel, start);
  setSetting(database, {
    key: modelStoreKey,
    value: { secretAccessKey: 'S3-Secret-9' },
    now: start,
  });
  return database;
}

/** A keeper right on a database. `killAt` may end it at a step. */
function keeperOf(
  database: Database,
  ring: KeyRing,
  killAt: (step: string) => void = () => undefined,
): SecretKeeper {
  const soon = <T>(work: () => T): Promise<T> => Promise.resolve().then(work);
  return createSecretKeeper({
    ...{ ring, log: silentLogger },
    store: {
      secrets: {
        list: () => soon(() => listSecrets(database)),
        replace: (changes) =>
          soon(() => {
            killAt('replace');
            const replaced = database.transaction(() => replaceSecrets(database, changes))();
            killAt('after replace');
            return replaced;
          }),
        scrub: (isWhole) =>
          soon(() => {
            killAt('scrub');
            return scrub(database, { isWhole });
          }),
      },
      settings: {
        get: (key, schema) =>
          soon(() => {
            const text = getSetting(database, key);
            return text === null ? null : schema.parse(JSON.parse(text));
          }),
        set: (key, value) => soon(() => setSetting(database, { key, value, now: start })),
        remove: (key) => soon(() => removeSetting(database, key)),
      },
    },
  });
}

function bareStore(folder: string): Promise<Store> {
  return createStore({ folder, entry: storeEntry, clock: testClock(), log: silentLogger });
}

async function openPart(folder: string): Promise<SecretPart> {
  const store = await bareStore(folder);
  return openSecretPart(store, { folder, guard: null, log: silentLogger });
}

/** Every secret as the station gets it. */
async function openedSecrets({ store, box }: SecretPart): Promise<unknown[]> {
  const channel = (await store.channels.list())[0]?.secret ?? '';
  const models = await store.settings.get(modelStoreKey, ModelStore);
  return [
    (await store.cameras.get('gate'))?.source,
    (await store.cameras.get('lobby'))?.source,
    box.open(channel),
    box.open(models?.secretAccessKey ?? ''),
  ];
}
const whole = [source, 'simulated://plaza', 'Hook-Secret-9', 'S3-Secret-9'];

function bytesOf(folder: string): string {
  return ['station.db', 'station.db-wal']
    .map((name) => path.join(folder, name))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'latin1'))
    .join('');
}

describe('secrets of an earlier program', () => {
  it('are sealed at the first start and leave nothing in the file', async () => {
    const folder = tempFolder();
    await plainStore(folder);
    expect(words.filter((word) => bytesOf(folder).includes(word))).toEqual(words);
    const part = await openPart(folder);
    expect(await openedSecrets(part)).toEqual(whole);
    const report = await part.secretHandlers['secrets.check']({}, {} as never);
    expect(report.secrets.map(({ place, id, state }) => [place, id, state])).toEqual([
      ['camera', 'gate', 'sealed'],
      ['channel', 'hook', 'sealed'],
      ['model-store', modelStoreKey, 'sealed'],
    ]);
    await part.store.close();
    expect(words.filter((word) => bytesOf(folder).includes(word))).toEqual([]);
  });

  it.each(['replace', 'after replace', 'scrub'])(
    'stay readable when the first start is killed at "%s", and the next one finishes',
    async (step) => {
      const [folder, database] = [tempFolder(), plainDatabase()];
      const killAt = (at: string): void => {
        if (at === step) throw new Error('killed');
      };
      const ring = await openKeyRing({ folder, guard: null });
      await expect(keeperOf(database, ring, killAt).start()).rejects.toThrow('killed');
      const next = await openKeyRing({ folder, guard: null });
      let scrubs = 0;
      await keeperOf(database, next, (at) => (scrubs += at === 'scrub' ? 1 : 0)).start();
      expect(scrubs).toBe(1);
      expect(listSecrets(database).map(({ text }) => next.open(text))).toEqual([
        ...[source, 'Hook-Secret-9', 'S3-Secret-9'],
      ]);
    },
  );
});

describe('a new key', () => {
  it('seals everything, and the old one is gone', async () => {
    const folder = tempFolder();
    await plainStore(folder);
    const part = await openPart(folder);
    const old = readFileSync(path.join(folder, 'secret.key'), 'utf8');
    const report = await part.secretHandlers['secrets.rotate']({}, {} as never);
    expect(report.keys).toHaveLength(1);
    expect(report.keys[0]).toMatchObject({ isPresent: true, isUsable: true, secrets: 3 });
    expect(await openedSecrets(part)).toEqual(whole);
    await part.store.close();
    writeFileSync(path.join(folder, 'secret.key'), old);
    const before = await openPart(folder);
    expect((await before.store.cameras.get('gate'))?.source).toBe(shown);
    await before.store.close();
  });

  const steps = ['first write', 'after the first write', 'replace', 'after replace'] as const;
  const later = ['second write', 'after the second write', 'scrub'] as const;
  it.each([...steps, ...later])('that is killed at "%s" leaves all readable', async (step) => {
    const [folder, database] = [tempFolder(), plainDatabase()];
    await keeperOf(database, await openKeyRing({ folder, guard: null })).start();
    let writes = 0;
    const killAt = (at: string): void => {
      if (at === step) throw new Error('killed');
    };
    const ring = await openKeyRing({
      ...{ folder, guard: null },
      write(file, text) {
        const name = ['first', 'second'][writes] ?? 'third';
        writes += 1;
        killAt(`${name} write`);
        writeFileSync(file, text, { mode: 0o600 });
        killAt(`after the ${name} write`);
      },
    });
    await expect(keeperOf(database, ring, killAt).rotate()).rejects.toThrow('killed');

    const next = await openKeyRing({ folder, guard: null });
    const isReadable = () => listSecrets(database).map(({ text }) => next.open(text));
    expect(isReadable()).toEqual([source, 'Hook-Secret-9', 'S3-Secret-9']);
    await keeperOf(database, next).start();
    expect(isReadable()).toEqual([source, 'Hook-Secret-9', 'S3-Secret-9']);
    expect(next.keys()).toHaveLength(1);
  });

  it('does not lose a password that is changed meanwhile', async () => {
    const folder = tempFolder();
    const part = await openPart(folder);
    await part.store.cameras.add(aCamera({ source }));
    const next = source.replace('Geheim', 'Neu');
    await Promise.all([
      part.secretHandlers['secrets.rotate']({}, {} as never),
      part.store.cameras.update(aCamera({ source: next })),
      part.secretHandlers['secrets.rotate']({}, {} as never),
    ]);
    expect((await part.store.cameras.get('gate'))?.source).toBe(next);
    await part.store.close();
  });
});

describe('a station whose key file is lost', () => {
  it('keeps everything else, and the sealed password until another is entered', async () => {
    const folder = tempFolder();
    const part = await openPart(folder);
    await part.store.cameras.add(aCamera({ source }));
    await part.store.close();
    const kept = readFileSync(path.join(folder, 'secret.key'), 'utf8');
    rmSync(path.join(folder, 'secret.key'));

    const lost = await openPart(folder);
    expect(await lost.store.cameras.get('gate')).toEqual(aCamera({ source: shown }));
    const report = await lost.secretHandlers['secrets.check']({}, {} as never);
    expect(report.secrets[0]).toMatchObject({ state: 'unreadable' });
    await lost.store.cameras.update(aCamera({ source: shown, name: 'Gate 2' }));
    await lost.store.close();

    // The file is found again: its line beside the newer one.
    const file = path.join(folder, 'secret.key');
    writeFileSync(file, readFileSync(file, 'utf8') + kept);
    const found = await openPart(folder);
    expect(await found.store.cameras.get('gate')).toEqual(aCamera({ source, name: 'Gate 2' }));
    await found.store.close();
  });

  it('takes the password anew', async () => {
    const store = await tempStore();
    const part = await openSecretPart(store, {
      ...{ folder: tempFolder(), guard: null, log: silentLogger },
    });
    await store.cameras.add({ ...aCamera({ source: shown }), sealedSource: 'tw1:00000000:AAAA' });
    await part.store.cameras.update(aCamera({ source }));
    expect((await part.store.cameras.get('gate'))?.source).toBe(source);
    await part.store.cameras.update(aCamera({ source: 'simulated://plaza' }));
    expect(await store.cameras.get('gate')).toEqual(aCamera({ source: 'simulated://plaza' }));
  });
});
