/**
 * Pictures of an experiment on a clip: those of the very frames that were counted, and none when the clip is gone.
 */
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClipPictures } from '#engine/clip-pictures.ts';
import { findFfmpeg } from '#test/capture-rig.ts';
import { type ClipFolder, createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';

/** Frame n is of the grey 40 + 4 n, at ten frames a second. */
const greys = "nullsrc=size=64x48:rate=10:duration=5,geq=lum='40+4*N':cb=128:cr=128";
const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.3 };
const person = { box, score: 0.9, label: 'person' as const };

async function frameOf(jpeg: string): Promise<number> {
  const { channels } = await sharp(Buffer.from(jpeg, 'base64')).stats();
  // ffmpeg's grey of 16…235 is 0…255 in the picture.
  const grey = 16 + ((channels[0]?.mean ?? 0) * 219) / 255;
  return Math.round((grey - 40) / 4);
}

describe.skipIf(ffmpegPath === null)(
  ffmpegPath === null ? ffmpegMissing : 'the pictures of a clip',
  () => {
    let clips: ClipFolder;
    let file: string;
    const pictures = createClipPictures({ findFfmpeg, owner: `clips-${String(process.pid)}` });
    const clip = (changes: object = {}) => ({
      place: 'greys.mp4',
      path: file,
      sight: null,
      ...changes,
    });

    beforeAll(async () => {
      clips = await createClipFolder();
      file = await clips.make('greys.mp4', { picture: greys });
    });
    afterAll(() => clips.remove());

    it.each([
      ['in the middle', 2_100, [16, 21, 26]],
      ['between two frames, whose next one it is', 1_234, [8, 13, 18]],
      ['at the very beginning', 0, [0, 5]],
      ['near the end', 4_800, [43, 48]],
    ])('are of the moment before, at, and after: %s', async (_, at, expected) => {
      const strip = await pictures.strip([clip()], 'greys.mp4', at);
      expect(await Promise.all(strip.map(({ jpeg }) => frameOf(jpeg)))).toEqual(expected);
    });

    it('show the frame on which both differ most, with their boxes', async () => {
      const sight = { at: 3_300, a: [person], b: [] };
      const shown = await pictures.sight([clip(), clip({ sight })]);
      expect(shown).toMatchObject({ place: 'greys.mp4', ...sight });
      expect(await frameOf(shown?.jpeg ?? '')).toBe(33);
    });

    it('are none when the clip is not there any more, or another one is meant', async () => {
      const gone = clip({ path: path.join(clips.path, 'gone.mp4') });
      expect(await pictures.strip([gone], 'greys.mp4', 1_000)).toEqual([]);
      expect(await pictures.strip([clip()], 'other.mp4', 1_000)).toEqual([]);
      expect(await pictures.sight([{ ...gone, sight: { at: 1_000, a: [], b: [] } }])).toBeNull();
    });
  },
);
