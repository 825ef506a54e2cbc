import { existsSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordingSettings, Segment } from '#contract/recording.ts';
import { silentLogger } from '#engine/base/log.ts';
import { segmentFile } from '#engine/capture/recording/segment-name.ts';
import { createRecordingRing, type RecordingRing } from '#engine/recording-ring.ts';
import { joinSpans } from '#engine/recorded-pictures.ts';
import type { Store } from '#engine/store/store.ts';
import { aCamera, aRecord } from '#test/store-records.ts';
import { tempFolder, tempStore, testClock } from '#test/store.ts';
import { hasTmpfs, mountTmpfs, tmpfsMissing } from '#test/tmpfs.ts';

const noon = Date.UTC(2026, 10, 27, 12);
const minuteMs = 60_000;
const fileBytes = 100_000;

/** Files of ten minutes, one behind the other, the last of which ends at noon. */
function lay(folder: string, cameraId: string, count: number): Segment[] {
  return Array.from({ length: count }, (_, index) => {
    const from = noon - (count - index) * 10 * minuteMs;
    const start = { cameraId, from, codec: 'h264', isMasked: false } as const;
    const file = segmentFile(start, from + 10 * minuteMs);
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), new Uint8Array(fileBytes));
    return { ...start, to: from + 10 * minuteMs, bytes: fileBytes, file };
  });
}

async function begin(folder: string) {
  const store = await tempStore();
  const told: unknown[] = [];
  const paused: unknown[] = [];
  const ring = createRecordingRing({
    store,
    folder,
    clock: testClock(noon),
    log: silentLogger,
    record: (cameraId, target) => told.push([cameraId, target?.reserveBytes ?? null]),
    onPaused: (cameraId, { code }) => paused.push([cameraId, code]),
  });
  onTestFinished(() => ring.close());
  return { ring, store, told, paused };
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const kept = async (store: Store) =>
  (await store.segments.list({})).map(({ cameraId, to }) => [cameraId, (noon - to) / minuteMs]);
const set = (ring: RecordingRing, id: string, change: Partial<RecordingSettings>) =>
  ring.set(id, { keepHours: 1000, maxGb: 1000, isOn: true, ...change });

describe('recording ring', () => {
  it('finds the files of an earlier run and forgets those that are gone', async () => {
    const folder = tempFolder();
    const { ring, store } = await begin(folder);
    const segments = lay(folder, 'gate', 3);
    await store.segments.add([{ ...segments[0]!, file: 'gate/2026-11-27/1-2-h264-c.ts' }]);
    await ring.start();
    expect(await store.segments.list({})).toEqual(segments);
    expect(await ring.cameras(['gate'])).toEqual([
      {
        cameraId: 'gate',
        settings: {
          ...{ isOn: false, mode: 'always', preSeconds: 5, postSeconds: 10 },
          ...{ keepHours: 24, keepEventHours: null, maxGb: 20 },
        },
        recording: { state: 'off' },
        usedBytes: 3 * fileBytes,
        from: segments[0]!.from,
        to: noon,
      },
    ]);
  });

  it('removes what is older than is kept, of this camera only', async () => {
    const folder = tempFolder();
    const { ring, store } = await begin(folder);
    lay(folder, 'gate', 6);
    lay(folder, 'door', 3);
    await ring.start();
    await ring.setReserve(0.01);
    await set(ring, 'gate', { keepHours: 0.25 });
    expect(await kept(store)).toEqual([
      ['door', 20],
      ['door', 10],
      ['gate', 10],
      ['door', 0],
      ['gate', 0],
    ]);
    expect(filesOf(folder)).toHaveLength(5);
  });

  it.each<[string, Partial<RecordingSettings>, number[]]>([
    ['all of it', { mode: 'always' }, [60, 50, 40, 30, 20, 10, 0]],
    ['what somebody was counted in', { mode: 'events' }, [50, 20, 0]],
    ['a little more around it', { mode: 'events', postSeconds: 60 }, [50, 40, 20, 10, 0]],
    ['that for longer', { mode: 'always', keepHours: 0.4, keepEventHours: 1 }, [50, 20, 10, 0]],
    [
      'that for less long',
      { mode: 'always', keepHours: 2, keepEventHours: 0.4 },
      [60, 40, 30, 20, 10, 0],
    ],
  ])('keeps %s', async (_, change, expected) => {
    const folder = tempFolder();
    const { ring, store } = await begin(folder);
    const at = (minutes: number) => noon - minutes * minuteMs;
    await store.cameras.add(aCamera({ id: 'gate' }));
    await store.crossings.recordFrame(
      aRecord({ epoch: await store.checkpoints.beginEpoch('gate'), crossings: [{ at: at(50.5) }] }),
    );
    await store.crossings.recordFrame(
      aRecord({ epoch: 1, frameSeq: 2, zoneEvents: [{ at: at(20.5) }] }),
    );
    lay(folder, 'gate', 7);
    await ring.start();
    await ring.setReserve(0.01);
    await set(ring, 'gate', { preSeconds: 5, postSeconds: 10, keepEventHours: null, ...change });
    expect((await kept(store)).map(([, age]) => age)).toEqual(expected);
  });

  it('removes the oldest when the files of a camera are larger than is allowed', async () => {
    const folder = tempFolder();
    const { ring, store } = await begin(folder);
    lay(folder, 'gate', 120);
    await ring.start();
    await ring.setReserve(0.01);
    await set(ring, 'gate', { maxGb: 0.001 });
    expect((await kept(store)).length).toBe(10);
    expect((await kept(store)).at(-1)).toEqual(['gate', 0]);
    expect(filesOf(folder)).toHaveLength(10);
  });

  it('keeps what it was told over a restart, and tells the workers', async () => {
    const folder = tempFolder();
    const { ring, store, told } = await begin(folder);
    await ring.start();
    expect(ring.targetOf('gate')).toBe(null);
    await set(ring, 'gate', { keepHours: 7 });
    await ring.setReserve(0.5);
    await ring.set('gate', { isOn: false });
    expect(told).toEqual([
      ['gate', 5e9],
      ['gate', 5e8],
      ['gate', null],
    ]);
    const other = createRecordingRing({
      store,
      folder,
      clock: testClock(noon),
      log: silentLogger,
      record: () => undefined,
      onPaused: () => undefined,
    });
    await other.start();
    expect((await other.cameras(['gate']))[0]!.settings).toMatchObject({
      isOn: false,
      keepHours: 7,
    });
    expect((await other.disk()).reserveGb).toBe(0.5);
    await other.close();
  });

  it('says once that recording has paused', async () => {
    const { ring, paused } = await begin(tempFolder());
    await ring.start();
    await set(ring, 'gate', {});
    const reason = { code: 'RES_004', message: 'full' } as const;
    for (let time = 0; time < 3; time++) {
      ring.onMessage({
        kind: 'recording',
        cameraId: 'gate',
        generation: 1,
        state: { state: 'paused', reason },
      });
    }
    expect(paused).toEqual([['gate', 'RES_004']]);
    expect((await ring.cameras(['gate']))[0]!.recording).toEqual({ state: 'paused', reason });
  });

  it.skipIf(!hasTmpfs)(
    `gives way to the reserve of the disk, oldest first (${tmpfsMissing})`,
    async () => {
      const { folder } = mountTmpfs(30_000_000);
      const { ring, store } = await begin(folder);
      lay(folder, 'gate', 60);
      lay(folder, 'door', 60);
      await ring.start();
      await set(ring, 'gate', {});
      expect(await kept(store)).toEqual([]);

      lay(folder, 'gate', 60);
      await ring.setReserve(0.022);
      await ring.start();
      const { bavail, bsize } = statfsSync(folder);
      expect(bavail * bsize).toBeGreaterThanOrEqual(22_000_000);
      const left = await kept(store);
      expect(left.length).toBeGreaterThan(50);
      expect(left.length).toBeLessThan(65);
      expect(left.at(-1)).toEqual(['gate', 0]);
      expect(existsSync(path.join(folder, 'gate'))).toBe(true);
    },
  );
});

describe('recorded spans', () => {
  const segment = (cameraId: string, from: number, to: number, isMasked = false): Segment => ({
    cameraId,
    file: `${cameraId}-${from}`,
    from: from * 1000,
    to: to * 1000,
    bytes: 10,
    codec: 'h264',
    isMasked,
  });

  it.each<[string, Segment[], [string, number, number][]]>([
    ['join files that touch', [segment('a', 0, 10), segment('a', 11, 20)], [['a', 0, 20]]],
    [
      'keep a hole',
      [segment('a', 0, 10), segment('a', 12, 20)],
      [
        ['a', 0, 10],
        ['a', 12, 20],
      ],
    ],
    [
      'keep cameras apart',
      [segment('a', 0, 10), segment('b', 1, 11), segment('a', 10, 20)],
      [
        ['a', 0, 20],
        ['b', 1, 11],
      ],
    ],
    [
      'keep masked and clear apart',
      [segment('a', 0, 10), segment('a', 10, 20, true)],
      [
        ['a', 0, 10],
        ['a', 10, 20],
      ],
    ],
  ])('%s', (_, segments, expected) => {
    const spans = joinSpans(segments).map(({ cameraId, from, to }) => [
      cameraId,
      from / 1000,
      to / 1000,
    ]);
    expect(spans).toEqual(expected);
  });
});
