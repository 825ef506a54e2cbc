/**
 * Frames, previews and recording of one camera say the same time of the same picture.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#engine/base/clock.ts';
import { createPictures } from '#engine/recorded-pictures.ts';
import { findFfmpeg, openRig } from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';
import { tempStore } from '#test/store.ts';

/** Eight stripes say the number of a picture in black and white, the first of them its lowest bit. */
const picture = { width: 128, height: 64 };
const stripes = 8;
const striped =
  `color=gray:size=${picture.width}x${picture.height}:rate=7:duration=36,` +
  "geq=lum='if(mod(floor(N/pow(2,floor(X/16))),2),235,16)':cb=128:cr=128";
const clipFps = 15;
const limitMs = 300_000;
let clips: ClipFolder;

beforeAll(async () => {
  if (ffmpegPath !== null) clips = await createClipFolder();
});
afterAll(async () => {
  if (ffmpegPath !== null) await clips.remove();
});

/** The number that a grey picture of this width shows; its pixels may begin with those of a colour plane. */
function numberIn(grey: Uint8Array, { width, height }: typeof picture): number {
  const row = (height >> 1) * width;
  const stripe = width / stripes;
  return Array.from({ length: stripes }, (_, at) =>
    (grey[row + Math.floor((at + 0.5) * stripe)] ?? 0) > 127 ? 2 ** at : 0,
  ).reduce((sum, bit) => sum + bit, 0);
}

function numbersIn(file: string): number[] {
  const args = ['-v', 'error', '-i', file, '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  const raw = execFileSync(ffmpegPath ?? '', args, { maxBuffer: 1e9 });
  const pixels = picture.width * picture.height;
  return Array.from({ length: raw.length / pixels }, (_, at) =>
    numberIn(raw.subarray(at * pixels), picture),
  );
}

/** Least and most, in ms. */
const spread = (values: readonly number[]) => ({
  least: Math.round(Math.min(...values)),
  most: Math.round(Math.max(...values)),
});

describe.skipIf(ffmpegPath === null)(`times of one picture (${ffmpegMissing})`, () => {
  it.each([
    ['with pictures that are sent before those they follow', ['-bf', '3']],
    ['with pictures in their order', ['-bf', '0']],
  ])(
    'agree for a stream %s',
    async (_, order) => {
      const encoder = ['-c:v', 'libx264', '-preset', 'fast', '-pix_fmt', 'yuv420p', '-g', '14'];
      const name = `stripes${order.join('')}.mp4`;
      const source = await clips.make(name, { picture: striped, args: [...encoder, ...order] });
      const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-times-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const half = { width: picture.width / 2, height: picture.height / 2 };
      const capturedAt = new Map<number, number>();
      const rig = openRig(source, {
        fps: 30,
        keeping: { masks: [], recording: { folder, reserveBytes: 0 } },
        onFrame: (frame) => {
          capturedAt.set(numberIn(rig.lastPixels(), half), frame.capturedAt);
          return undefined;
        },
      });
      onTestFinished(() => rig.close());
      rig.capture.watch({ width: picture.width, fps: 30 });
      await rig.until('a finished file', () => rig.segments.length > 0);
      const enough = rig.frames.length + 28;
      await rig.until('four seconds of the next file', () => rig.frames.length > enough);
      await rig.close();

      const store = await tempStore();
      await store.segments.add(rig.segments);
      const pictures = createPictures({
        store,
        folder,
        clipFolder: path.join(folder, 'clips'),
        reserveBytes: () => Promise.resolve(0),
        findFfmpeg,
        overlay: () => Promise.resolve(''),
        owner: 'test',
        clock: systemClock,
      });
      const stretch = { from: rig.segments[0]!.from + 1_000, to: rig.segments[1]!.to - 1_000 };
      const clip = await pictures.clip({ cameraId: 'rig', ...stretch });
      const shown = numbersIn(pictures.fileOf(clip.id));
      const late = (number: number, at: number) => at - (capturedAt.get(number) ?? NaN);
      // A picture is shown from its time on: the first time that it is seen in the clip, but for the one it begins with.
      const recorded = shown.flatMap((number, at) =>
        at === 0 || number === shown[at - 1]
          ? []
          : [late(number, clip.from + (at * 1000) / clipFps)],
      );
      const previewed = await Promise.all(
        rig.previews.map(async ({ jpeg, capturedAt: at }) =>
          late(numberIn(await sharp(jpeg).greyscale().raw().toBuffer(), picture), at),
        ),
      );
      const known = previewed.filter((value) => !Number.isNaN(value));
      process.stdout.write(
        `${name}: recorded ${recorded.length} ${JSON.stringify(spread(recorded))} ms, previews ${known.length} ${JSON.stringify(spread(known))} ms\n`,
      );
      expect(recorded.length).toBeGreaterThan(40);
      expect(known.length).toBeGreaterThan(20);
      for (const values of [recorded, known]) {
        expect(Math.max(...values.map(Math.abs))).toBeLessThan(200);
      }
    },
    limitMs,
  );
});
