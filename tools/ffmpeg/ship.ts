/**
 * Puts an ffmpeg where the packages take it from, with its licence and where its source is; and says whether what lies there may
 * be shipped.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseVersion } from '#engine/capture/ffmpeg-locate.ts';
import type { FfmpegLicence, KnownBuild } from './known-builds.ts';

/** What lies beside a program that is shipped, as `ffmpeg.json`. */
const Shipped = z.object({
  version: z.string(),
  licence: z.string(),
  sha256: z.string(),
  source: z.string(),
});
export type Shipped = z.infer<typeof Shipped>;

export interface ShipOptions {
  readonly program: string;
  /** Folder of one target, `resources/ffmpeg/linux-x64`; what was there goes */
  readonly folder: string;
  readonly isWindows: boolean;
  readonly build: Omit<KnownBuild, 'target'>;
}

const licences = path.join(import.meta.dirname, 'licences');
const textsOf: Readonly<Record<string, readonly string[]>> = {
  'GPL-2.0-or-later': ['GPL-2.txt'],
  'GPL-3.0-or-later': ['GPL-3.txt'],
  'LGPL-2.1-or-later': ['LGPL-2.1.txt'],
  // The LGPL of 3.0 only adds to the GPL.
  'LGPL-3.0-or-later': ['LGPL-3.txt', 'GPL-3.txt'],
};

/**
 * Reads what `ffmpeg -version` prints. Pure.
 * @throws Error with a sentence when this build is too old, needs libraries of its PC, or may not be passed on
 */
export function readBuild(output: string): Pick<KnownBuild, 'version' | 'licence'> {
  const version = parseVersion(output);
  if (version === null) throw new Error('This is no ffmpeg: it does not say its version.');
  if (!version.isNewEnough) throw new Error(`ffmpeg ${version.text} is too old: 5.0 is needed.`);
  const has = (flag: string): boolean => new RegExp(`--enable-${flag}(\\s|$)`, 'm').test(output);
  if (has('nonfree')) {
    throw new Error('This ffmpeg was built with --enable-nonfree: its licence forbids to ship it.');
  }
  if (has('shared')) {
    throw new Error('This ffmpeg needs libraries of this PC (--enable-shared): take a static one.');
  }
  const family = has('gpl') ? 'GPL' : 'LGPL';
  const third = has('version3');
  const licence = family === 'GPL' ? (third ? '3.0' : '2.0') : third ? '3.0' : '2.1';
  return { version: version.text, licence: `${family}-${licence}-or-later` as FfmpegLicence };
}

/** Copies the program, its licence and its notice. @throws Error when its digest is not the one of the build */
export function shipFfmpeg({ program, folder, isWindows, build }: ShipOptions): void {
  const sha256 = digestOf(program);
  if (sha256 !== build.sha256) {
    throw new Error(`${program} has the SHA-256 ${sha256} and not ${build.sha256}.`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const copy = path.join(folder, programName(isWindows));
  copyFileSync(program, copy);
  chmodSync(copy, 0o755);
  for (const text of textsOf[build.licence] ?? []) {
    copyFileSync(path.join(licences, text), path.join(folder, text));
  }
  const { version, licence, source } = build;
  const shipped: Shipped = { version, licence, sha256, source };
  writeFileSync(path.join(folder, 'ffmpeg.json'), `${JSON.stringify(shipped, null, 2)}\n`);
  writeFileSync(path.join(folder, 'NOTICE.txt'), noticeOf(shipped));
}

/** Why the folder of a target may not be shipped as it is, in a sentence; null when it may. */
export function whyNotShipped(folder: string, isWindows: boolean): string | null {
  const program = path.join(folder, programName(isWindows));
  if (!existsSync(program)) return `There is no ${program}.`;
  const noted = readNote(path.join(folder, 'ffmpeg.json'));
  if (noted === null)
    return `${folder} does not say which ffmpeg it holds and under which licence.`;
  const texts = textsOf[noted.licence] ?? [];
  const missing = [...texts, 'NOTICE.txt'].find((name) => !existsSync(path.join(folder, name)));
  if (texts.length === 0 || missing !== undefined) {
    return `${folder} lacks the licence of its ffmpeg (${missing ?? noted.licence}).`;
  }
  return digestOf(program) === noted.sha256
    ? null
    : `${program} is not the one of which ffmpeg.json speaks: its SHA-256 is another.`;
}

function readNote(file: string): Shipped | null {
  if (!existsSync(file)) return null;
  return Shipped.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
}

export const digestOf = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

const programName = (isWindows: boolean): string => `ffmpeg${isWindows ? '.exe' : ''}`;

function noticeOf({ version, licence, sha256, source }: Shipped): string {
  return (
    `ffmpeg ${version}, licence ${licence}, see the text beside this file.\n\n` +
    'Tallywatch starts it as a program of its own and is not linked with it. You may replace it by another build of ffmpeg 5.0 or\n' +
    'later, here or by the setting ffmpegPath.\n\n' +
    `Source of this build: ${source}\nSource of ffmpeg: https://ffmpeg.org/download.html\nSHA-256: ${sha256}\n`
  );
}
