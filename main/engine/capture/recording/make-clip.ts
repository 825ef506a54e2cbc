/**
 * Cuts clips and stills from the files of the recording ring, with ffmpeg.
 *
 *   files ──concat, each at its own time──▶ even frames, holes show the last picture ──cut──▶ MP4 that browsers play
 */
import { rm, stat, writeFile } from 'node:fs/promises';
import { StationError } from '#contract/error.ts';
import { streamEncoderArgs, type StreamEncoder } from '#engine/capture/ffmpeg-args.ts';
import type { FfmpegTools } from '#engine/capture/ffmpeg-locate.ts';
import { runToEnd } from '#engine/capture/ffmpeg-process.ts';

/** A file and its time, Unix ms. */
export interface RecordedFile {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

export interface ClipJob {
  /** In the order of time */
  readonly files: readonly RecordedFile[];
  /** Unix times in ms, within the files */
  readonly from: number;
  readonly to: number;
  /** Subtitle script (ASS) that is drawn into the pictures; null for none */
  readonly overlay: string | null;
  /** Path of the MP4 */
  readonly target: string;
}

export interface CutOptions {
  readonly tools: FfmpegTools;
  readonly owner: string;
  readonly signal: AbortSignal;
}

const clipFps = 15;
const clipWidth = 1280;
/** Encoding is about real time on a slow machine; a clip is ten minutes at most. */
const clipLimitMs = 15 * 60_000;
const stillLimitMs = 30_000;
const quietly = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+error'];

/** Returns the size of the clip in bytes. @throws StationError CAM_003 when nothing could be decoded, REQ_004 when cancelled */
export async function makeClip(job: ClipJob, options: CutOptions): Promise<number> {
  const { tools, owner, signal } = options;
  const list = `${job.target}.txt`;
  const script = `${job.target}.ass`;
  await writeFile(list, concatList(job.files));
  if (job.overlay !== null) await writeFile(script, job.overlay);
  try {
    const result = await runToEnd(
      {
        path: tools.path,
        args: clipArgs(job, { list, script }, await tools.encoder()),
        owner,
        clean: (text) => text,
      },
      clipLimitMs,
      signal,
    );
    if (signal.aborted) throw new StationError('REQ_004', 'Cutting the clip was cancelled.');
    const size = await stat(job.target).then(
      (entry) => entry.size,
      () => 0,
    );
    if (result.code === 0 && size > 0) return size;
    if (result.lines.some((line) => line.includes("No such filter: 'ass'"))) {
      throw new StationError(
        'CAM_005',
        'This ffmpeg cannot draw time and boxes (it was built without libass): export without them, or install a full build.',
      );
    }
    throw new StationError(
      'CAM_003',
      `No clip could be cut from this recording: ${result.lines.at(-1) ?? 'ffmpeg says nothing'}.`,
    );
  } catch (error) {
    await rm(job.target, { force: true });
    throw error;
  } finally {
    await Promise.all([list, script].map((file) => rm(file, { force: true })));
  }
}

/** The picture at a time, or the next one after it, as JPEG; null when the file has none there. */
export async function takeStill(
  file: RecordedFile,
  at: number,
  { tools, owner, signal }: CutOptions,
): Promise<Buffer | null> {
  const wanted = Math.max(0, (at - file.from) / 1000);
  // The last picture of a file begins before its end.
  for (const seconds of [...new Set([wanted, Math.max(0, wanted - 1), 0])]) {
    const result = await runToEnd(
      { path: tools.path, args: stillOfFileArgs(file.path, seconds), owner, clean: (text) => text },
      stillLimitMs,
      signal,
    );
    if (result.output.length > 0) return result.output;
  }
  return null;
}

/** The picture of a video at so many ms from its beginning, of any length, as JPEG; null when it has none there. */
export async function takeClipStill(
  file: string,
  at: number,
  { tools, owner, signal }: CutOptions,
): Promise<Buffer | null> {
  // Times are rounded to ms, and what begins just before is not what is meant.
  const seconds = Math.max(0, (at - 1) / 1000);
  const args = [
    ...quietly,
    // Before the input: it is sought in the file, not decoded up to there.
    ...['-protocol_whitelist', 'file', '-ss', seconds.toFixed(3), '-i', `file:${file}`],
    ...oneJpeg(`scale=w='min(${String(clipWidth)},iw)':h=-2:out_range=full,format=yuvj420p`),
  ];
  const job = { path: tools.path, args, owner, clean: (text: string) => text };
  const { output } = await runToEnd(job, stillLimitMs, signal);
  return output.length > 0 ? output : null;
}

/** Each file lasts until the next begins, so that the clip's time is that of the clock on the wall. */
export function concatList(files: readonly RecordedFile[]): string {
  const entries = files.flatMap(({ path, from, to }, index) => {
    const end = files[index + 1]?.from ?? to;
    const seconds = Math.max(0.001, (end - from) / 1000).toFixed(3);
    return [`file '${path.replaceAll("'", String.raw`'\''`)}'`, `duration ${seconds}`];
  });
  return ['ffconcat version 1.0', ...entries, ''].join('\n');
}

function clipArgs(
  { files, from, to, overlay, target }: ClipJob,
  { list, script }: { readonly list: string; readonly script: string },
  encoder: StreamEncoder,
): string[] {
  const skip = ((from - (files[0]?.from ?? from)) / 1000).toFixed(3);
  const seconds = ((to - from) / 1000).toFixed(3);
  const filters = [
    `fps=${String(clipFps)}:start_time=0`,
    'tpad=stop_mode=clone:stop_duration=3600',
    `trim=start=${skip}:duration=${seconds}`,
    'setpts=PTS-STARTPTS',
    `scale=w='min(${String(clipWidth)},trunc(iw/2)*2)':h=-2`,
    ...(overlay === null ? [] : [`ass=filename=${escapeFilterValue(script)}`]),
    'format=yuv420p',
  ];
  return [
    ...quietly,
    ...['-protocol_whitelist', 'file', '-f', 'concat', '-safe', '0', '-i', list],
    ...['-map', '0:v:0', '-filter_threads', '1', '-vf', filters.join(',')],
    ...streamEncoderArgs(encoder, clipFps),
    ...['-movflags', '+faststart', '-f', 'mp4', '-y', target],
  ];
}

/** Twice: as the value of an option, and as a part of the chain of filters. Windows takes `/` too. Pure. */
export function escapeFilterValue(file: string): string {
  const value = file.replaceAll('\\', '/').replaceAll(/[':]/g, String.raw`\$&`);
  return value.replaceAll(/[\\'[\],;]/g, String.raw`\$&`);
}

function stillOfFileArgs(file: string, seconds: number): string[] {
  return [
    ...quietly,
    ...['-i', `file:${file}`, '-ss', seconds.toFixed(3)],
    ...oneJpeg('scale=out_range=full,format=yuvj420p'),
  ];
}

/** Arguments that write the first picture to stdout. */
function oneJpeg(filters: string): string[] {
  return [
    ...['-map', '0:v:0', '-frames:v', '1', '-vf', filters],
    ...['-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2pipe', 'pipe:1'],
  ];
}
