/**
 * What an ffmpeg was built with, by fluent-ffmpeg (2.1.3), which knows how to read its lists.
 *
 * It is used for this only: it keeps one path and one answer per process, gives no extra pipes, and cannot end an
 * ffprobe that waits for a silent camera, so everything that touches a source is started by `ffmpeg-process.ts`.
 */
import fluent from 'fluent-ffmpeg';
import type { StreamEncoder } from './ffmpeg-args.ts';

/** Names of the encoders; empty when the list cannot be read. */
export async function listEncoders(ffmpegPath: string): Promise<ReadonlySet<string>> {
  return new Promise((resolve) => {
    fluent()
      .setFfmpegPath(ffmpegPath)
      // An error comes instead of the list, whatever the types say.
      .getAvailableEncoders((error: Error | null, encoders: Partial<fluent.Encoders>) => {
        resolve(new Set(error ? [] : Object.keys(encoders)));
      });
  });
}

/** Finds the best encoder for streams once. Every ffmpeg has the one that is taken where the list cannot be read. */
export function createEncoderProbe(ffmpegPath: string): () => Promise<StreamEncoder> {
  let found: Promise<StreamEncoder> | null = null;
  return () => {
    found ??= listEncoders(ffmpegPath).then((names) =>
      names.has('libx264') ? 'libx264' : 'mpeg4',
    );
    return found;
  };
}
