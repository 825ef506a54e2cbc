/**
 * Builds of ffmpeg that may be shipped without a question: those in the packages imageio-ffmpeg 0.6.0 of PyPI, whose index holds
 * their digests. Version and licence are as the programs say them; each was asked, or its configuration read, on 2026-11-30.
 */

export interface KnownBuild {
  /** As electron-builder names it: `linux-x64`, `win32-x64` … */
  readonly target: string;
  readonly sha256: string;
  readonly version: string;
  readonly licence: FfmpegLicence;
  /** Where who receives a package finds the source of this build */
  readonly source: string;
}

export type FfmpegLicence =
  'GPL-2.0-or-later' | 'GPL-3.0-or-later' | 'LGPL-2.1-or-later' | 'LGPL-3.0-or-later';

export const knownBuilds: readonly KnownBuild[] = [
  {
    target: 'linux-x64',
    sha256: 'e7e7fb30477f717e6f55f9180a70386c62677ef8a4d4d1a5d948f4098aa3eb99',
    version: '7.0.2-static',
    licence: 'GPL-3.0-or-later',
    source: 'https://johnvansickle.com/ffmpeg/',
  },
  {
    target: 'linux-arm64',
    sha256: '6bb182d0d75d23028db82e9e4f723ca69b853d055698486e6984ddb2c06fb8ce',
    version: '7.0.2-static',
    licence: 'GPL-3.0-or-later',
    source: 'https://johnvansickle.com/ffmpeg/',
  },
  {
    target: 'win32-x64',
    sha256: '2ce797a0f88d7f067180338fb227f7b1928ea727bd9a4d7a1d022f7c52af71a3',
    version: '7.1-essentials_build',
    licence: 'GPL-3.0-or-later',
    source: 'https://www.gyan.dev/ffmpeg/builds/',
  },
];
