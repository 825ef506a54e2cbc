/**
 * Gathers what a rehearsal looks at: golden clips of the site, the last minutes of its cameras where they are recorded, and
 * pictures taken live where they are not.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Camera, CameraId } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import { decodePreview } from '#contract/preview.ts';
import type { Clock } from './base/clock.ts';
import { runToEnd } from './capture/ffmpeg-process.ts';
import type { FfmpegTools } from './capture/ffmpeg-locate.ts';
import { readLinesFile } from './lines-file.ts';
import type { PreviewHub } from './preview-hub.ts';
import type { Pictures } from './recorded-pictures.ts';
import type { RehearsalVideo } from './rehearsal.ts';
import { replayCameraId } from './replay.ts';

export interface RehearsalVideosDeps {
  /** Folder of the golden clips; `NAME.lines.json` beside `NAME.mp4` holds its lines */
  readonly goldenFolder: string;
  /** Folder for pictures taken live, and of the clips cut from recordings */
  readonly downloads: string;
  readonly clipFile: (id: string) => string;
  readonly previews: PreviewHub;
  readonly pictures: Pick<Pictures, 'spans' | 'clip'>;
  readonly linesOf: (cameraId: CameraId) => readonly Line[];
  readonly findFfmpeg: () => Promise<FfmpegTools>;
  readonly owner: string;
  readonly clock: Clock;
}

export interface GatheredVideos {
  readonly videos: readonly RehearsalVideo[];
  remove(): Promise<void>;
}

const videoNames = /\.(?:mp4|mkv|mov|avi|ts|webm)$/i;
/** Cameras whose pictures are tried, and how much of each */
const maxCameras = 4;
const recordedMs = 120_000;
/** The ring closes a file only after some seconds */
const recordedAgeMs = 15_000;
const liveMs = 12_000;
const liveFps = 10;
const widthPx = 1280;
const packLimitMs = 60_000;

/** What is there for these cameras; a camera that gives no picture is left out. */
export async function gatherVideos(
  cameras: readonly Camera[],
  deps: RehearsalVideosDeps,
  signal: AbortSignal,
): Promise<GatheredVideos> {
  const folder = path.join(deps.downloads, `rehearsal-${crypto.randomUUID()}`);
  await mkdir(folder, { recursive: true });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const golden = await goldenClips(deps.goldenFolder);
    const live = cameras.filter(({ capture }) => capture.state === 'live').slice(0, maxCameras);
    const recorded = await Promise.all(live.map((camera) => lastMinutes(camera, deps, signal)));
    const others = live.filter((_, index) => recorded[index] === null);
    const sampled = await sampleLive(others, { ...deps, folder }, signal);
    const known = recorded.filter((video) => video !== null);
    return { videos: [...golden, ...known, ...sampled], remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function goldenClips(folder: string): Promise<RehearsalVideo[]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  return names
    .filter((name) => videoNames.test(name))
    .map((name) => {
      const lines = `${path.parse(name).name}.lines.json`;
      return {
        name,
        source: 'golden',
        video: path.join(folder, name),
        linesFor: names.includes(lines)
          ? readLinesFile(path.join(folder, lines), replayCameraId)
          : () => [],
      };
    });
}

/** The newest span of the ring; null where nothing of the last minutes is recorded. */
async function lastMinutes(
  { id, name }: Camera,
  { pictures, clock, linesOf, clipFile }: RehearsalVideosDeps,
  signal: AbortSignal,
): Promise<RehearsalVideo | null> {
  const to = clock.now() - recordedAgeMs;
  const span = (await pictures.spans({ cameraId: id, from: to - recordedMs, to })).at(-1);
  if (!span || span.to - span.from < liveMs) return null;
  const stretch = { cameraId: id, from: Math.max(span.from, to - recordedMs), to: span.to };
  try {
    const clip = await pictures.clip(stretch, signal);
    return {
      ...{ name, source: 'recording', video: clipFile(clip.id) },
      linesFor: () => asReplay(linesOf(id)),
    };
  } catch (error) {
    // A full disk or a file that is just being removed: then pictures are taken live.
    if (signal.aborted) throw error;
    return null;
  }
}

interface Taken {
  readonly at: number;
  readonly jpeg: Uint8Array;
}

async function sampleLive(
  cameras: readonly Camera[],
  deps: RehearsalVideosDeps & { readonly folder: string },
  signal: AbortSignal,
): Promise<RehearsalVideo[]> {
  if (cameras.length === 0) return [];
  const taken = cameras.map((): Taken[] => []);
  const stream = deps.previews.open(
    {
      tiles: cameras.map(({ id, fps }, tile) => ({
        ...{ tile, cameraId: id, width: widthPx },
        fps: Math.max(1, Math.min(liveFps, Math.round(fps))),
      })),
    },
    (bytes) => {
      const frame = decodePreview(bytes);
      if (frame) taken[frame.tile]?.push({ at: frame.capturedAt, jpeg: frame.jpeg.slice() });
    },
  );
  await new Promise<void>((resolve) => {
    const end = setTimeout(resolve, liveMs);
    signal.addEventListener('abort', () => {
      clearTimeout(end);
      resolve();
    });
  });
  stream.close();
  if (signal.aborted) throw new StationError('REQ_004', 'The rehearsal was cancelled.');
  const videos = await Promise.all(
    cameras.map(async ({ id, name }, index): Promise<RehearsalVideo | null> => {
      const video = await pack(taken[index] ?? [], path.join(deps.folder, id), deps);
      if (video === null) return null;
      return { name, source: 'live', video, linesFor: () => asReplay(deps.linesOf(id)) };
    }),
  );
  return videos.filter((video) => video !== null);
}

/** Pictures as a video at the rate at which they came. */
async function pack(
  taken: readonly Taken[],
  folder: string,
  { findFfmpeg, owner }: RehearsalVideosDeps,
): Promise<string | null> {
  const [first, last] = [taken[0], taken.at(-1)];
  if (!first || !last || last.at <= first.at) return null;
  await mkdir(folder, { recursive: true });
  const fileOf = (index: number) => path.join(folder, `${String(index).padStart(5, '0')}.jpg`);
  await Promise.all(taken.map(({ jpeg }, index) => writeFile(fileOf(index), jpeg)));
  const fps = ((taken.length - 1) * 1000) / (last.at - first.at);
  const video = path.join(folder, 'live.mkv');
  const { path: ffmpeg } = await findFfmpeg();
  const result = await runToEnd(
    {
      path: ffmpeg,
      args: [
        ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+error'],
        ...['-framerate', fps.toFixed(3), '-i', path.join(folder, '%05d.jpg')],
        ...['-c:v', 'copy', '-y', video],
      ],
      owner,
      clean: (text) => text,
    },
    packLimitMs,
  );
  if (result.code === 0) return video;
  throw new StationError(
    'CAM_005',
    `The pictures for the rehearsal could not be packed: ${result.lines.at(-1) ?? 'ffmpeg says nothing'}.`,
  );
}

function asReplay(lines: readonly Line[]): Line[] {
  return lines.map((line) => ({ ...line, cameraId: replayCameraId }));
}
