/**
 * Pictures of experiments on clips, from the files that were counted: nothing is kept of them, and none are there when a file
 * is gone.
 */
import { stat } from 'node:fs/promises';
import type { ExperimentClip, ExperimentSight } from '#contract/experiment.ts';
import { takeClipStill } from './capture/recording/make-clip.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import { type Picture, type Pictures, pictureStrip } from './recorded-pictures.ts';

export interface ClipPictures {
  /** Pictures just before, at and just after a moment of a clip, ms from its beginning. */
  strip(
    clips: readonly ExperimentClip[],
    place: string,
    at: number,
  ): Promise<{ at: number; jpeg: string }[]>;
  /** The frame on which both differ most, of the first clip that is there and has one. */
  sight(clips: readonly ExperimentClip[]): Promise<ExperimentSight | null>;
}

export interface ClipPicturesDeps {
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  /** Mark of the station's processes, by which orphans are found */
  readonly owner: string;
}

export function createClipPictures({ findFfmpeg, owner }: ClipPicturesDeps): ClipPictures {
  const { signal } = new AbortController();

  async function still({ path }: ExperimentClip, at: number): Promise<Picture | null> {
    const isThere = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isThere || at < 0) return null;
    const jpeg = await takeClipStill(path, at, { tools: await findFfmpeg(), owner, signal });
    return jpeg && { at, jpeg };
  }

  return {
    strip(clips, place, at) {
      const clip = clips.find((each) => each.place === place);
      const pictures: Pick<Pictures, 'at'> = {
        at: (_place, moment) => (clip ? still(clip, moment) : Promise.resolve(null)),
      };
      return pictureStrip(pictures, place, at);
    },
    async sight(clips) {
      for (const clip of clips) {
        const { place, sight } = clip;
        const picture = sight && (await still(clip, sight.at));
        if (picture) return { place, ...sight, jpeg: Buffer.from(picture.jpeg).toString('base64') };
      }
      return null;
    },
  };
}
