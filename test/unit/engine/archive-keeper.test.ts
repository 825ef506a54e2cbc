import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ArchivePart } from '#contract/archive.ts';
import type { ArchiveKeeperDeps } from '#engine/archive-keeper.ts';
import { archiveOf, countForDays, reportsOf, rowsOf } from '#test/archived-site.ts';
import { start, tempFolder, tempStore, testClock } from '#test/store.ts';

const dayMs = 86_400_000;
const few = 5;
const before = start + few * dayMs;
/** When everything before that is old enough */
const now = before + 31 * dayMs;

async function site(changes: Partial<ArchiveKeeperDeps> = {}, days = few) {
  const [folder, data] = [tempFolder(), tempFolder()];
  const store = await tempStore({ folder: data, clock: testClock(start) });
  await countForDays(store, days);
  const keeper = await archiveOf(store, folder, () => now + (days - few) * dayMs, changes);
  onTestFinished(() => keeper.close());
  return { store, keeper, folder, data };
}

describe('archive', () => {
  it(
    'leaves every report as it was over the change of the clocks, and brings every row back as it was',
    { timeout: 180_000 },
    async () => {
      const days = 30;
      const end = start + days * dayMs;
      const { store, keeper, folder } = await site({}, days);
      const [reports, rows] = [await reportsOf(store, days), await rowsOf(store)];
      const done = await keeper.run(end);
      const left = (await store.crossings.list({ limit: 10_000 })).length;
      expect(done).toEqual({ files: 3 * days, rows: 3 * (days * 24 - left), held: null });
      expect(left).toBeLessThan(25);
      expect(await reportsOf(store, days)).toEqual(reports);
      await expect(rowsOf(store)).rejects.toMatchObject({ code: 'ARC_002' });
      expect(await keeper.restore({ from: start, to: end })).toEqual(done);
      expect(await rowsOf(store)).toEqual(rows);
      expect(await reportsOf(store, days)).toEqual(reports);
      // And once more: what was brought back has the same files.
      const parts = await keeper.list();
      await keeper.run(end);
      expect(await reportsOf(store, days)).toEqual(reports);
      const digests = (list: readonly ArchivePart[]) => list.map(({ digest }) => digest);
      expect(digests(await keeper.list())).toEqual(digests(parts));
      expect(readdirSync(folder)).toHaveLength(2 * 3 * days);
    },
  );

  it('is files that can be read without the station', async () => {
    const { store, keeper, folder } = await site();
    const oldest = (await store.crossings.list({ limit: 10_000 })).at(-1);
    await keeper.run(start + dayMs);
    const name = readdirSync(folder).find((file) => /^crossings-.*\.gz$/u.test(file))!;
    const lines = gunzipSync(readFileSync(path.join(folder, name)))
      .toString()
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({
        ...{ id: oldest?.id, camera_id: oldest?.cameraId, place_id: oldest?.lineId },
        ...{ at_ms: oldest?.at, score: oldest?.score, direction: oldest?.direction },
      }),
    );
    const manifest = readFileSync(path.join(folder, name.replace('.jsonl.gz', '.json')), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ file: name, rows: lines.length });
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['changed by one byte', flipByte, /^crossings-2026-03-05-\d+\.jsonl\.gz in .* was changed/u],
    ['longer', (file) => appendFileSync(file, 'x'), /^crossings-2026-03-05-.* was changed/u],
    ['missing', (file) => rmSync(file), /^crossings-2026-03-05-\d+\.jsonl\.gz is missing/u],
  ])('a file that is %s is named, and nothing is restored', async (_, spoil, message) => {
    const { store, keeper, folder } = await site();
    await keeper.run(before);
    const rows = await store.amounts({ kind: 'counts' });
    const name = readdirSync(folder).find((file) => /^crossings-2026-03-05.*gz$/u.test(file))!;
    const [file, aside] = [path.join(folder, name), path.join(tempFolder(), name)];
    writeFileSync(aside, readFileSync(file));
    spoil(file);
    const span = { from: start, to: before };
    const refusal = { code: 'ARC_001', message: expect.stringMatching(message) as string };
    await expect(keeper.restore(span)).rejects.toMatchObject(refusal);
    expect(await store.amounts({ kind: 'counts' })).toEqual(rows);
    expect((await keeper.check()).faults).toEqual([{ name, reason: refusal.message }]);
    renameSync(aside, file);
    expect(await keeper.check()).toEqual({ files: 3 * few, faults: [] });
    expect((await keeper.restore(span)).files).toBe(3 * few);
  });

  it('takes a missing file from the remote store, which has each before its rows go', async () => {
    const kept = new Map<string, Buffer>();
    const openRemote: ArchiveKeeperDeps['openRemote'] = () =>
      Promise.resolve({
        keepFile: ({ path: name, digest }, from) => {
          kept.set(digest, readFileSync(path.join(from, name)));
          return Promise.resolve();
        },
        fetchFile: ({ path: name, digest }, to) => {
          writeFileSync(path.join(to, name), kept.get(digest)!);
          return Promise.resolve();
        },
        close: () => undefined,
      });
    const { store, keeper, folder } = await site({ openRemote });
    const rows = await rowsOf(store);
    await keeper.set({ afterDays: null, toRemote: true });
    await keeper.run(before);
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
    await keeper.restore({ from: start, to: before });
    expect(await rowsOf(store)).toEqual(rows);
  });

  it('leaves rows that the central database lacks where they are', async () => {
    const { store, keeper } = await site({
      central: { hasArrived: ({ zoneEvents }) => Promise.resolve(zoneEvents === 0) },
    });
    const events = await store.zones.events({ limit: 10_000 });
    expect((await keeper.run(before)).held).toMatch(/central database/u);
    expect((await keeper.status()).kinds.map(({ files }) => files)).toEqual([few, 0, few]);
    expect(await store.zones.events({ limit: 10_000 })).toEqual(events);
  });

  it('takes no young rows, and no remote store that is not there', async () => {
    const { keeper } = await site();
    await expect(keeper.run(now - 30 * dayMs)).rejects.toMatchObject({ code: 'REQ_001' });
    await expect(keeper.set({ afterDays: null, toRemote: true })).rejects.toMatchObject({
      code: 'REQ_003',
    });
  });

  it('comes by itself, but leaves what somebody has brought back', async () => {
    const due: (() => void)[] = [];
    const { store, keeper } = await site({
      later: (_, act) => {
        due.push(act);
        return () => undefined;
      },
    });
    const rows = await rowsOf(store);
    const tick = async () => {
      due.shift()?.();
      // In turn: it ends after the tick.
      await keeper.check();
    };
    await tick();
    expect(await keeper.list()).toEqual([]);
    await keeper.set({ afterDays: 31, toRemote: false });
    await tick();
    expect(await keeper.list()).toHaveLength(3 * few);
    await keeper.restore({ from: start, to: before });
    await tick();
    expect(await rowsOf(store)).toEqual(rows);
  });
});

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
}
