/**
 * Finds an ffmpeg that can do the work: the configured one, the bundled one, else the one on PATH.
 */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { ffmpegFds, selfTestArgs, type StreamEncoder } from './ffmpeg-args.ts';
import { createEncoderProbe } from './ffmpeg-capabilities.ts';
import { type FfmpegResult, runToEnd } from './ffmpeg-process.ts';
import { createHwaccelProbe, type HwaccelProbe } from './hwaccel-probe.ts';

/** An ffmpeg that was found and has proven that it can do what a capture needs. */
export interface FfmpegTools {
  readonly path: string;
  /** null where only ffmpeg is installed; sources are then probed with ffmpeg itself */
  readonly ffprobePath: string | null;
  /** As the binary says, for example `5.1.9-0+deb12u1` */
  readonly version: string;
  /** Whether it knows `-fps_mode` (5.1 and later) or only `-vsync` */
  readonly hasFpsMode: boolean;
  readonly hwaccel: HwaccelProbe;
  /** The encoder for streams that cannot be copied */
  readonly encoder: () => Promise<StreamEncoder>;
}

export interface FfmpegFinderOptions {
  /** Path from the settings, of the program or its folder; empty means the usual places */
  readonly configured: string;
  /** Folder of the files that come with the product */
  readonly resourcesFolder: string;
  /** Whether decoding on the graphics chip is tried */
  readonly hardwareDecoding?: 'auto' | 'off';
  readonly platform?: NodeJS.Platform;
  /** PATH of this machine */
  readonly searchPath?: string;
}

const advice =
  'Install ffmpeg 5.1 or later (Debian and Ubuntu: apt install ffmpeg; Windows: winget install ffmpeg; ' +
  'macOS: brew install ffmpeg) or set ffmpegPath to where it is.';

/**
 * Makes the function that finds ffmpeg. What was found is kept; a failure is not, so that an installation is noticed.
 * The function rejects with StationError CAM_005.
 */
export function createFfmpegFinder(options: FfmpegFinderOptions): () => Promise<FfmpegTools> {
  let found: Promise<FfmpegTools> | null = null;
  return () => {
    found ??= locate(options).catch((error: unknown) => {
      found = null;
      throw error;
    });
    return found;
  };
}

async function locate(options: FfmpegFinderOptions): Promise<FfmpegTools> {
  const platform = options.platform ?? process.platform;
  if (options.configured !== '') {
    const file = await programIn(options.configured, platform);
    if (file === null) {
      throw new StationError(
        'CAM_005',
        `The setting ffmpegPath names "${options.configured}", but no program is there. ${advice}`,
      );
    }
    return check(file, options);
  }
  const problems: string[] = [];
  for (const file of await candidates(options, platform)) {
    try {
      return await check(file, options);
    } catch (error) {
      problems.push(StationError.from(error, 'CAM_005').message);
    }
  }
  throw new StationError('CAM_005', problems[0] ?? `ffmpeg was not found. ${advice}`);
}

/** Existing programs, in the order in which they are tried. */
async function candidates(
  { resourcesFolder, searchPath }: FfmpegFinderOptions,
  platform: NodeJS.Platform,
): Promise<string[]> {
  const bundled = path.join(resourcesFolder, 'ffmpeg');
  const folders = [
    path.join(bundled, platform),
    bundled,
    ...(searchPath ?? process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean),
  ];
  const files = await Promise.all(folders.map((folder) => programIn(folder, platform)));
  return [...new Set(files.filter((file) => file !== null))];
}

/** The path itself when it is a program, else ffmpeg in this folder; null when neither is there. */
async function programIn(place: string, platform: NodeJS.Platform): Promise<string | null> {
  const file = path.join(place, `ffmpeg${suffix(platform)}`);
  if (await isProgram(place)) return place;
  return (await isProgram(file)) ? file : null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Asks a program for its version and lets it do once what a capture does. */
async function check(file: string, options: FfmpegFinderOptions): Promise<FfmpegTools> {
  const platform = options.platform ?? process.platform;
  const { lines, output } = await ask(file, ['-version']);
  const version = parseVersion(output.toString('latin1'));
  if (version === null) {
    const why = lines.at(-1) ?? 'it does not say its version';
    throw new StationError('CAM_005', `"${file}" is no ffmpeg that runs (${why}). ${advice}`);
  }
  if (!version.isNewEnough) {
    throw new StationError(
      'CAM_005',
      `"${file}" is ffmpeg ${version.text}, which is too old. ${advice}`,
    );
  }
  const proof = await ask(file, selfTestArgs(version.hasFpsMode));
  // A build without test pictures cannot prove anything, which says nothing against it.
  const isUntestable = proof.lines.some((line) => /Unknown input format: '?lavfi/.test(line));
  if (proof.code !== 0 && !isUntestable) {
    const why = proof.lines.findLast((line) => /error|fatal/.test(line)) ?? 'it failed';
    throw new StationError(
      'CAM_005',
      `"${file}" (${version.text}) lacks something that is needed: ${why}. ${advice}`,
    );
  }
  const ffprobe = path.join(path.dirname(file), `ffprobe${suffix(platform)}`);
  return {
    path: file,
    ffprobePath: (await isProgram(ffprobe)) ? ffprobe : null,
    version: version.text,
    hasFpsMode: version.hasFpsMode,
    hwaccel: createHwaccelProbe({
      ffmpegPath: file,
      mode: options.hardwareDecoding ?? 'auto',
      platform,
    }),
    encoder: createEncoderProbe(file),
  };
}

const askMs = 10_000;

async function ask(file: string, args: readonly string[]): Promise<FfmpegResult> {
  const extraPipes = ffmpegFds.stamps - 2;
  return runToEnd({ path: file, args, owner: 'locate', clean: (text) => text, extraPipes }, askMs);
}

export interface FfmpegVersion {
  readonly text: string;
  readonly isNewEnough: boolean;
  readonly hasFpsMode: boolean;
}

/** libavutil of ffmpeg 5.0 and of 5.1: builds from Git have no number, their libraries do. */
const firstUsable = { major: 57, minor: 17 };
const firstWithFpsMode = { major: 57, minor: 28 };

/** Reads what `ffmpeg -version` prints; null when it is something else. Pure. */
export function parseVersion(output: string): FfmpegVersion | null {
  const text = /^ffmpeg version (\S+)/m.exec(output)?.[1];
  const library = /^libavutil\s+(\d+)\.\s*(\d+)/m.exec(output);
  if (text === undefined || !library) return null;
  const major = Number(library[1]);
  const minor = Number(library[2]);
  const isFrom = (first: { major: number; minor: number }): boolean =>
    major > first.major || (major === first.major && minor >= first.minor);
  return { text, isNewEnough: isFrom(firstUsable), hasFpsMode: isFrom(firstWithFpsMode) };
}

function suffix(platform: NodeJS.Platform): string {
  return platform === 'win32' ? '.exe' : '';
}
