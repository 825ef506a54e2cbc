/**
 * The recording ring when the station falls, and when its disk is full: nothing is lost but the last second, and counting goes on.
 */
import { readdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ffmpegMissing, ffmpegPath } from '#test/clips.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
  until,
} from '#test/station-process.ts';
import { recordOnSmallDisk } from '#test/small-disk-recording.ts';
import { hasTmpfs, mountTmpfs, tmpfsMissing } from '#test/tmpfs.ts';

const limitMs = 300_000;
/** Each step has its own limit; together they may take long on a busy machine. */
const testMs = 1_200_000;
afterAll(cleanUp);

const filesOf = (folder: string) =>
  readdirSync(path.join(folder, 'recordings'), { recursive: true, encoding: 'utf8' });

async function record(station: StationProcess): Promise<void> {
  await station.call('camera.add', {
    id: 'plaza',
    name: 'Plaza',
    source: 'simulated://plaza?seed=3',
  });
  await station.call('recording.set', { cameraId: 'plaza', isOn: true });
}

const recordingOf = async (station: StationProcess) =>
  (await station.call('recording.get', { cameraId: 'plaza' })).cameras[0]!;

describe.skipIf(ffmpegPath === null)(
  `a station that falls while it records (${ffmpegMissing})`,
  { timeout: testMs },
  () => {
    it('finds the file that it was writing, whole, and records on', async () => {
      const dataFolder = scratchFolder();
      const station = await startStation({ dataFolder });
      await record(station);
      await until(
        () => filesOf(dataFolder),
        (files) =>
          files.some((file) => file.endsWith('.ts')) &&
          files.some((file) => file.endsWith('.part')),
        limitMs,
      );
      const parts = filesOf(dataFolder).filter((file) => file.endsWith('.part'));
      const pid = Number(/\.(\d+)\.part$/.exec(parts[0] ?? '')?.[1]);
      process.kill(pid, 'SIGKILL');
      await station.kill();

      const again = await startStation({ dataFolder });
      const files = await until(
        () => filesOf(dataFolder),
        (now) => !now.some((file) => parts.includes(file)),
        limitMs,
      );
      const spans = await again.call('recording.list', { from: 0, to: Date.now() + limitMs });
      const segments = files.filter((file) => file.endsWith('.ts'));
      expect(segments.length).toBeGreaterThanOrEqual(1);
      const bytes = spans.reduce((sum, span) => sum + span.bytes, 0);
      expect((await recordingOf(again)).usedBytes).toBeGreaterThanOrEqual(bytes);
      const before = (await recordingOf(again)).usedBytes;
      await until(
        () => recordingOf(again),
        ({ usedBytes }) => usedBytes > before,
        limitMs,
      );
      expect(await again.stop()).toBe(0);
      // What was being written as it was asked to stop is whole, too.
      expect(filesOf(dataFolder).filter((file) => file.endsWith('.part'))).toEqual([]);
    });
  },
);

describe.skipIf(!hasTmpfs || ffmpegPath === null)(
  `a disk without room (${tmpfsMissing})`,
  { timeout: testMs },
  () => {
    it('is never filled, and no file is lost, while what is old gives way and the station falls', async () => {
      const facts = await recordOnSmallDisk({
        ...{ seconds: 40, leastRemoved: 3, cameras: 2, kills: 1 },
        ...{ diskBytes: 18e6, reserveBytes: 10e6 },
      });
      expect(facts).toMatchObject({ lost: [], withoutFile: [], leftOver: [], kills: 1 });
      expect(facts.leastRoomBytes).toBeGreaterThanOrEqual(0);
      expect(facts.filesRemoved).toBeGreaterThan(0);
      expect(facts.clipSeconds).toBeGreaterThan(0);
    });

    it('pauses recording with RES_004, leaves the reserve, and counts on', async () => {
      const { folder } = mountTmpfs(120_000_000);
      const station = await startStation({ dataFolder: folder });
      // Before the disk goes, whatever came of the test.
      onTestFinished(() => station.kill());
      await station.call('recording.setReserve', { reserveGb: 0.01 });
      const free = () => statfsSync(folder).bavail * statfsSync(folder).bsize;
      await record(station);
      await until(
        () => recordingOf(station),
        ({ recording }) => recording.state === 'recording',
        limitMs,
      );
      // Below the reserve from now on: the ring gives way and then pauses.
      await station.call('recording.setReserve', { reserveGb: (free() + 5e6) / 1e9 });
      const paused = await until(
        () => recordingOf(station),
        ({ recording }) => recording.state === 'paused',
        limitMs,
      );
      expect(paused.recording).toMatchObject({ reason: { code: 'RES_004' } });
      expect((await recordingOf(station)).usedBytes).toBe(0);
      const counted = async () =>
        (await station.call('camera.get', { id: 'plaza' })).figures.inferredFps;
      await until(counted, (fps) => fps > 0, limitMs);
      await station.call('recording.setReserve', { reserveGb: 0.01 });
      await until(
        () => recordingOf(station),
        ({ recording }) => recording.state === 'recording',
        limitMs,
      );
      await station.stop();
    });
  },
);
