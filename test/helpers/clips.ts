/**
 * Makes small clips with the ffmpeg of this machine, and says where there is none.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** Path of the system's ffmpeg, or null. */
export const ffmpegPath = ((): string | null => {
  const [command, argument] = process.platform === 'win32' ? ['where', ''] : ['which', '-a'];
  try {
    const args = [argument, 'ffmpeg'].filter(Boolean);
    return execFileSync(command, args, { encoding: 'utf8' }).split(/\r?\n/)[0] ?? null;
  } catch {
    return null;
  }
})();

/** The text that a skipped test shows. */
export const ffmpegMissing = 'needs ffmpeg 5.1 or later on PATH (apt install ffmpeg)';

export interface ClipFolder {
  readonly path: string;
  /** Makes a clip of a moving test picture; `args` stand between the picture and the file. */
  make(name: string, clip?: ClipOptions): Promise<string>;
  remove(): Promise<void>;
}

export interface ClipOptions {
  readonly size?: string;
  readonly fps?: number;
  readonly seconds?: number;
  /** Source of the pictures in place of `testsrc2` */
  readonly picture?: string;
  /** Encoder and its options */
  readonly args?: readonly string[];
}

const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '20'];

export async function createClipFolder(): Promise<ClipFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-clips-'));
  return {
    path: folder,
    async make(name, { size = '320x240', fps = 10, seconds = 3, picture, args = h264 } = {}) {
      const file = path.join(folder, name);
      const source = picture ?? `testsrc2=size=${size}:rate=${fps}:duration=${seconds}`;
      await promisify(execFile)(ffmpegPath ?? 'ffmpeg', [
        ...['-v', 'error', '-f', 'lavfi', '-i', source, ...args, '-y', file],
      ]);
      return file;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
