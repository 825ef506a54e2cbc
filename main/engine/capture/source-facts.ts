/**
 * Reads what a source is from what ffprobe (JSON) or ffmpeg (text) says about it. Pure.
 */
import { z } from 'zod';
import type { Size } from '#contract/geometry.ts';

export interface SourceFacts {
  /** Size of the pictures as they are shown: turned where the stream says so */
  readonly picture: Size;
  /** Frames per second as the source states them; 0 when it does not */
  readonly fps: number;
  readonly codec: string;
  /** Name of ffmpeg's reader, for example `rtsp`, `mpjpeg`, `mov,mp4,m4a,3gp,3g2,mj2` */
  readonly format: string;
  /** Whether it has an end, as a recording has */
  readonly isFinite: boolean;
  /** Length of a recording, ms; null when it is not stated */
  readonly lengthMs: number | null;
  /** The picture lies on its side in the stream, so that a copy of the stream would, too */
  readonly isTurned: boolean;
}

const ProbeOutput = z.object({
  streams: z
    .array(
      z.object({
        codec_name: z.string().default('unknown'),
        width: z.number().int().positive(),
        height: z.number().int().positive(),
        avg_frame_rate: z.string().default('0/0'),
        r_frame_rate: z.string().default('0/0'),
        side_data_list: z.array(z.looseObject({ rotation: z.number().optional() })).default([]),
      }),
    )
    .min(1),
  format: z.object({ format_name: z.string().default(''), duration: z.string().optional() }),
});

/** Facts from `ffprobe -of json -show_streams -show_format`; null when there is no video in it. */
export function factsFromProbe(json: string): SourceFacts | null {
  const parsed = ProbeOutput.safeParse(parseJson(json));
  if (!parsed.success) return null;
  const { streams, format } = parsed.data;
  const [stream] = streams;
  if (!stream) return null;
  const rotation = stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const size = { width: stream.width, height: stream.height };
  const duration = Number(format.duration);
  return facts({
    size,
    isTurned: rotation % 180 !== 0,
    fps: plausibleRate(rate(stream.avg_frame_rate)) || plausibleRate(rate(stream.r_frame_rate)),
    codec: stream.codec_name,
    format: format.format_name,
    lengthMs: duration > 0 ? duration * 1000 : null,
  });
}

/** Facts from the description of the input that ffmpeg writes; null while it is not complete. */
export function factsFromLines(lines: readonly string[]): SourceFacts | null {
  const format = find(lines, /Input #0, (.+), from /)?.[1] ?? '';
  const video = find(lines, /Stream #0:\d+.*?: Video: (\w+)(.*)/);
  const size = video && /, (\d{2,5})x(\d{2,5})[ ,[]/.exec(`${video[2] ?? ''},`);
  if (!video || !size) return null;
  const rotation = Number(find(lines, /rotation of (-?[\d.]+) degrees/)?.[1] ?? 0);
  const fps = Number(/, ([\d.]+) fps/.exec(video[2] ?? '')?.[1] ?? 0);
  return facts({
    size: { width: Number(size[1]), height: Number(size[2]) },
    isTurned: rotation % 180 !== 0,
    fps: plausibleRate(fps),
    codec: video[1] ?? 'unknown',
    format,
    lengthMs: lengthOf(find(lines, /Duration: (\d+):(\d\d):([\d.]+)/)),
  });
}

function facts(raw: {
  size: Size;
  isTurned: boolean;
  fps: number;
  codec: string;
  format: string;
  lengthMs: number | null;
}): SourceFacts {
  const { size, ...rest } = raw;
  const picture = raw.isTurned ? { width: size.height, height: size.width } : size;
  // ffmpeg invents 25 frames per second for a stream of single pictures.
  const fps = raw.format.includes('mpjpeg') ? 0 : raw.fps;
  return { ...rest, fps, picture, isFinite: raw.lengthMs !== null };
}

/** A network stream in one of these formats has no time stamps but invented ones. */
export function isTimedByArrival({ format }: SourceFacts): boolean {
  return /\b(?:mpjpeg|mjpeg|h264|hevc)\b|_pipe\b/.test(format);
}

/** Some cameras state the ticks of their clock as their rate. */
function plausibleRate(fps: number): number {
  return Number.isFinite(fps) && fps > 0 && fps <= 240 ? fps : 0;
}

/** Hours, minutes and seconds */
function lengthOf(match: RegExpExecArray | null): number | null {
  const [hours, minutes, seconds] = match?.slice(1).map(Number) ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined) return null;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000);
}

function rate(fraction: string): number {
  const [over = 0, under = 0] = fraction.split('/').map(Number);
  return under === 0 ? 0 : over / under;
}

function find(lines: readonly string[], pattern: RegExp): RegExpExecArray | null {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
