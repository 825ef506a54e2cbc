/**
 * Recording from ffmpeg to files, and back to clips and stills.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PrivacyMask } from '#contract/mask.ts';
import { systemClock } from '#engine/base/clock.ts';
import { findRecordings } from '#engine/capture/recording/repair.ts';
import { overlayScript } from '#engine/capture/recording/overlay-script.ts';
import { createPictures } from '#engine/recorded-pictures.ts';
import { findFfmpeg, openRig, type RigOptions } from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';
import { tempStore } from '#test/store.ts';

const mask: PrivacyMask = {
  id: 'left',
  cameraId: 'rig',
  name: 'Left',
  points: [
    { x: 0.1, y: 0.2 },
    { x: 0.5, y: 0.2 },
    { x: 0.5, y: 0.8 },
    { x: 0.1, y: 0.8 },
  ],
};
/** Its ring lies in the square of luma() in the middle. */
const box = { x: 41, y: 25, width: 14, height: 14 };
let clips: ClipFolder;
/** A film lasts as long as it lasts, and a busy machine takes its time on top. */
const limitMs = 300_000;

beforeAll(async () => {
  if (ffmpegPath !== null) clips = await createClipFolder();
});
afterAll(async () => {
  if (ffmpegPath !== null) await clips.remove();
});

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-rec-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function open(source: string, options: RigOptions) {
  const rig = openRig(source, options);
  onTestFinished(() => rig.close());
  return rig;
}

/** Luma of a square in every picture of a file: [least, most] over all, and the mean of each. */
function luma(file: string, crop: string): { least: number; most: number; means: number[] } {
  const side = 16;
  const raw = execFileSync(
    ffmpegPath ?? '',
    [
      ...['-v', 'error', '-i', file, '-vf', `crop=${side}:${side}:${crop}`],
      ...['-fps_mode', 'passthrough', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'],
    ],
    { maxBuffer: 1e9 },
  );
  const pixels = side * side;
  const means = Array.from({ length: raw.length / pixels }, (_, at) => {
    const one = raw.subarray(at * pixels, (at + 1) * pixels);
    return one.reduce((sum, value) => sum + value, 0) / pixels;
  });
  return { least: Math.min(...raw), most: Math.max(...raw), means };
}

function durationOf(file: string): number {
  const args = ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file];
  return Number(execFileSync('ffprobe', args, { encoding: 'utf8' }));
}

describe.skipIf(ffmpegPath === null)(`recording (${ffmpegMissing})`, { timeout: limitMs }, () => {
  it('copies the stream into files, from which a clip over several of them has the right time', async () => {
    // Ten steps of grey a second say what time a picture is of.
    const picture =
      "color=gray:size=96x64:rate=10:duration=40,geq=lum='mod(T*4,220)+16':cb=128:cr=128";
    const source = await clips.make('clock.mp4', { picture });
    const folder = await tempFolder();
    const keeping = { masks: [], recording: { folder, reserveBytes: 0 } };
    const rig = open(source, { keeping });
    await rig.until('two files', () => rig.segments.length >= 2);
    await rig.close();
    const [first, second] = rig.segments;
    expect(second!.from - first!.to).toBe(0);
    expect(rig.segments.map(({ codec, isMasked }) => [codec, isMasked])).toContainEqual([
      'h264',
      false,
    ]);

    const store = await tempStore();
    await store.segments.add(rig.segments);
    const pictures = createPictures({
      store,
      folder,
      clipFolder: path.join(folder, 'clips'),
      reserveBytes: () => Promise.resolve(0),
      findFfmpeg,
      overlay: ({ from, to }, burnIn) =>
        Promise.resolve(
          overlayScript({
            ...{ from, to, picture: { width: 96, height: 64 } },
            timeZone: burnIn.includes('time') ? 'UTC' : null,
            frames: burnIn.includes('boxes') ? [{ at: from, boxes: [box] }] : [],
          }),
        ),
      owner: 'test',
      clock: systemClock,
    });
    const stretch = { cameraId: 'rig', from: first!.from + 4000, to: first!.from + 16_000 };
    const clip = await pictures.clip(stretch);
    expect(clip).toMatchObject(stretch);
    const file = path.join(folder, 'clip.mp4');
    writeFileSync(file, (await pictures.readClip(clip.id, 0)).part);
    expect(statSync(file).size).toBe(clip.bytes);
    expect(durationOf(file)).toBeCloseTo(12, 1);
    const { means } = luma(file, '40:24');
    expect(means).toHaveLength(180);
    const start = luma(path.join(folder, first!.file), '40:24').means[0]!;
    // Grey is stored between 16 and 235 and read between 0 and 255. A picture is at most 0.1 s old, half a step of grey.
    const perSecond = (4 * 255) / 219;
    const errors = means.map((mean, at) => mean - (start + perSecond * (4 + at / 15)));
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(3);

    const still = await pictures.at('rig', first!.from + 6000);
    const { data } = await sharp(still!.jpeg)
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const video = luma(path.join(folder, first!.file), '40:24').means;
    expect(Math.abs(data[32 * 96 + 48]! - (video[60] ?? 0))).toBeLessThan(4);
    expect(await pictures.at('rig', first!.from - 60_000)).toBe(null);
    await expect(pictures.clip({ ...stretch, from: 0, to: 1000 })).rejects.toMatchObject({
      code: 'REQ_002',
    });
    expect((await pictures.spans({})).length).toBe(1);

    // With time and a box drawn into it: the box is bright for a second, the time is there in every picture.
    const drawn = await pictures.clip({ ...stretch, burnIn: ['time', 'boxes'] });
    expect(drawn.id).not.toBe(clip.id);
    writeFileSync(file, (await pictures.readClip(drawn.id, 0)).part);
    expect(durationOf(file)).toBeCloseTo(12, 1);
    const before = means;
    const change = (crop: string, at: number) =>
      Math.abs(luma(file, crop).means[at]! - (before[at] ?? 0));
    expect(luma(file, '40:24').means).toHaveLength(180);
    expect(change('40:24', 3)).toBeGreaterThan(15);
    expect(change('40:24', 60)).toBeLessThan(3);
    expect(change('8:0', 3)).toBeGreaterThan(5);
    expect(change('8:0', 170)).toBeGreaterThan(5);
  });

  it('burns masks into frames, previews and everything that is stored', async () => {
    const source = await clips.make('white.mp4', {
      picture: 'color=white:size=640x360:rate=10:duration=30',
    });
    const folder = await tempFolder();
    const rig = open(source, {
      keeping: { masks: [mask], recording: { folder, reserveBytes: 0 } },
    });
    rig.capture.watch({ width: 640, fps: 5 });
    await rig.until(
      'a file and a preview',
      () => rig.segments.length > 0 && rig.previews.length > 0,
    );
    await rig.close();

    const frame = rig.lastPixels();
    const at = (x: number, y: number) => frame[Math.round(y * 180) * 320 + Math.round(x * 320)];
    expect([at(0.11, 0.21), at(0.3, 0.5), at(0.49, 0.79)]).toEqual([0, 0, 0]);
    expect(at(0.7, 0.5)).toBeGreaterThan(250);

    for (const { jpeg } of rig.previews) {
      const { data, info } = await sharp(jpeg)
        .greyscale()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const grey = (x: number, y: number) =>
        data[Math.round(y * info.height) * info.width + Math.round(x * info.width)]!;
      expect(Math.max(grey(0.12, 0.22), grey(0.3, 0.5), grey(0.48, 0.78))).toBeLessThan(20);
      expect(grey(0.7, 0.5)).toBeGreaterThan(200);
    }

    for (const segment of rig.segments) {
      expect(segment).toMatchObject({ isMasked: true, codec: 'h264' });
      const stored = path.join(folder, segment.file);
      // Corners and middle of the mask: 64…320 × 72…288
      for (const crop of ['66:74', '302:74', '66:270', '302:270', '180:170']) {
        expect(luma(stored, crop).most).toBeLessThan(20);
      }
      expect(luma(stored, '500:170').least).toBeGreaterThan(220);
    }
  });

  it('connects again with an encoder when JPEGs are to be recorded', async () => {
    const source = await clips.make('jpegs.avi', {
      seconds: 30,
      args: ['-c:v', 'mjpeg', '-q:v', '5'],
    });
    const folder = await tempFolder();
    const rig = open(source, {});
    await rig.state('live');
    rig.capture.record({ folder, reserveBytes: 0 });
    await rig.until('a file', () => rig.segments.length > 0);
    rig.capture.record(null);
    await rig.until('the end of recording', () => rig.recordings.at(-1)?.state === 'off');
    await rig.close();
    expect(rig.segments[0]).toMatchObject({ codec: 'h264', isMasked: false });
    expect(luma(path.join(folder, rig.segments[0]!.file), '100:100').means.length).toBeGreaterThan(
      50,
    );
  });

  it('makes what a dead process has left whole, and drops what holds no picture', async () => {
    const stream = await clips.make('stream.ts', { seconds: 12 });
    const folder = await tempFolder();
    const day = path.join(folder, 'gate/2026-11-27');
    mkdirSync(day, { recursive: true });
    const bytes = readFileSync(stream);
    const from = Date.UTC(2026, 10, 27);
    const gone = 4_194_304;
    // Cut in the middle of a packet, as a power cut does it.
    writeFileSync(
      path.join(day, `${from}-h264-m.${gone}.part`),
      bytes.subarray(0, Math.floor(bytes.length * 0.7) + 99),
    );
    writeFileSync(path.join(day, `${from + 1}-h264-c.${gone}.part`), bytes.subarray(0, 300));
    const mine = path.join(day, `${from + 2}-h264-c.${process.pid}.part`);
    copyFileSync(stream, mine);

    const found = await findRecordings(folder, Date.now());
    expect(found.dropped).toHaveLength(1);
    expect(found.segments).toHaveLength(1);
    const [segment] = found.segments;
    expect(segment).toMatchObject({ cameraId: 'gate', from, codec: 'h264', isMasked: true });
    expect(segment!.bytes % 188).toBe(0);
    const seconds = (segment!.to - from) / 1000;
    expect(Math.abs(seconds - durationOf(path.join(folder, segment!.file)))).toBeLessThan(0.3);
    expect(statSync(mine).size).toBe(bytes.length);
  });
});
