import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordingState, Segment } from '#contract/recording.ts';
import type { RecordingTarget } from '#engine/capture/recording/segment-disk.ts';
import { createSegmentWriter } from '#engine/capture/recording/segment-writer.ts';
import { hasTmpfs, mountTmpfs, tmpfsMissing } from '#test/tmpfs.ts';

const start = Date.UTC(2026, 10, 27);
const packetBytes = 188;
const table = new Uint8Array(packetBytes).fill(1);

function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tallywatch-ring-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A writer whose clock is that of the pictures that are pushed. */
function begin(target: RecordingTarget) {
  let ms = 0;
  let correction = 0;
  const segments: Segment[] = [];
  const states: RecordingState[] = [];
  const writer = createSegmentWriter({
    cameraId: 'gate',
    clock: { now: () => start + ms, monotonicMs: () => ms },
    onSegment: (segment) => segments.push(segment),
    onState: (state) => states.push(state),
  });
  writer.use(target);
  writer.begin({ codec: 'h264', isMasked: false });
  return {
    writer,
    segments,
    states,
    /** From now on it is known that pictures were taken so many ms later than it seemed; earlier when below 0. */
    correct: (by: number): void => {
      correction = by;
    },
    /** One picture of so many packets at a time in seconds. */
    picture: (seconds: number, isKey: boolean, packets = 1): void => {
      ms = seconds * 1000;
      const at = start + ms;
      writer.push({
        packets: new Uint8Array(packets * packetBytes).fill(isKey ? 2 : 3),
        keyAt: isKey ? () => at + correction : null,
        newestAt: at,
        tables: [table],
      });
    },
  };
}

/** Pictures at 5 per second with a key frame every two seconds. */
function film(
  { picture }: ReturnType<typeof begin>,
  [from, to]: [number, number],
  packets?: number,
): void {
  for (let at = from * 5; at < to * 5; at++) picture(at / 5, at % 10 === 0, packets);
}

const spans = (segments: readonly Segment[]) =>
  segments.map(({ from, to }) => [(from - start) / 1000, (to - start) / 1000]);

describe('segment writer', () => {
  it('cuts at the first key frame after ten seconds, without a hole', async () => {
    const folder = tempFolder();
    const rig = begin({ folder, reserveBytes: 0 });
    film(rig, [1, 25]);
    await rig.writer.close();
    expect(spans(rig.segments)).toEqual([
      [2, 12],
      [12, 22],
      [22, 24.8],
    ]);
    expect(rig.states.map(({ state }) => state)).toEqual(['waiting', 'recording']);
    const content = readFileSync(path.join(folder, rig.segments[0]!.file));
    expect(content.length).toBe(51 * packetBytes);
    expect([content[0], content[packetBytes], content[2 * packetBytes]]).toEqual([1, 2, 3]);
  });

  it('ends a file with its connection and awaits a key frame', async () => {
    const rig = begin({ folder: tempFolder(), reserveBytes: 0 });
    film(rig, [0, 3]);
    rig.writer.end();
    rig.writer.begin({ codec: 'hevc', isMasked: true });
    film(rig, [5, 9]);
    await rig.writer.close();
    expect(spans(rig.segments)).toEqual([
      [0, 2.8],
      [6, 8.8],
    ]);
    expect(rig.segments.map(({ codec, isMasked }) => [codec, isMasked])).toEqual([
      ['h264', false],
      ['hevc', true],
    ]);
  });

  it.each([
    ['is put right by what is known at its end', -400, 1.6],
    ['is left where a camera has set its clock', 3_600_000, 2],
  ])('the start of the first file of a connection %s', async (_, by, from) => {
    const rig = begin({ folder: tempFolder(), reserveBytes: 0 });
    film(rig, [2, 4]);
    rig.correct(by);
    await rig.writer.close();
    expect(spans(rig.segments)).toEqual([[from, 3.8]]);
    expect(rig.segments[0]?.file).toContain(`/${String(start + from * 1000)}-`);
  });

  it('writes nothing while it is off, nor of a stream that must not be stored', async () => {
    const folder = tempFolder();
    const rig = begin({ folder, reserveBytes: 0 });
    rig.writer.use(null);
    film(rig, [0, 3]);
    rig.writer.use({ folder, reserveBytes: 0 });
    rig.writer.begin(null);
    film(rig, [4, 8]);
    await rig.writer.close();
    expect(rig.segments).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!hasTmpfs)(
    `never writes into the reserve, and goes on when there is room (${tmpfsMissing})`,
    async () => {
      const { folder } = mountTmpfs(24_000_000);
      const reserveBytes = 12_000_000;
      const filler = path.join(folder, 'filler');
      writeFileSync(filler, new Uint8Array(4_000_000));
      const rig = begin({ folder, reserveBytes });
      const free = () => statfsSync(folder).bavail * statfsSync(folder).bsize;
      // 10 s of 50 pictures make 4.7 MB; the disk has room for 8 MB above the reserve.
      film(rig, [0, 30], 500);
      await rig.writer.settled();
      expect(free()).toBeGreaterThanOrEqual(reserveBytes);
      expect(rig.states.at(-1)).toMatchObject({ state: 'paused', reason: { code: 'RES_004' } });
      const before = rig.segments.length;
      expect(before).toBe(2);

      rmSync(filler);
      for (const segment of rig.segments) rmSync(path.join(folder, segment.file));
      for (let seconds = 40; seconds < 60 && rig.segments.length === before; seconds += 2) {
        film(rig, [seconds, seconds + 2], 50);
        await rig.writer.settled();
      }
      await rig.writer.close();
      expect(rig.segments.length).toBeGreaterThan(before);
      expect(rig.states.at(-1)).toEqual({ state: 'recording' });
    },
  );
});
