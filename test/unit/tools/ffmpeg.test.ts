/**
 * Only an ffmpeg that may be passed on goes into the packages, with its licence beside it.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownBuilds } from '../../../tools/ffmpeg/known-builds.ts';
import { digestOf, readBuild, shipFfmpeg, whyNotShipped } from '../../../tools/ffmpeg/ship.ts';

const says = (flags: string, library = '59. 8.100'): string =>
  `ffmpeg version 7.0.2 Copyright\nconfiguration: ${flags}\nlibavutil      ${library} / ${library}\n`;

describe('a build of ffmpeg', () => {
  it.each([
    ['--enable-gpl --enable-version3 --enable-static', 'GPL-3.0-or-later'],
    ['--enable-libx264 --enable-gpl', 'GPL-2.0-or-later'],
    ['--enable-version3', 'LGPL-3.0-or-later'],
    ['--disable-gpl', 'LGPL-2.1-or-later'],
  ])('with %s is under %s', (flags, licence) => {
    expect(readBuild(says(flags))).toEqual({ version: '7.0.2', licence });
  });

  it.each([
    ['may not be passed on', says('--enable-gpl --enable-nonfree'), 'forbids to ship'],
    ['needs libraries of its PC', says('--enable-gpl --enable-shared'), 'a static one'],
    ['is old', says('--enable-gpl', '56. 70.100'), 'too old'],
    ['is none', 'GNU bash, version 5.2', 'no ffmpeg'],
  ])('that %s is refused', (_, output, why) => {
    expect(() => readBuild(output)).toThrow(why);
  });
});

describe('the folder of a target', () => {
  let folder = '';
  let program = '';
  const target = (): string => path.join(folder, 'linux-x64');
  const ship = (sha256 = digestOf(program)): void =>
    shipFfmpeg({
      ...{ program, folder: target(), isWindows: false },
      build: {
        ...{ sha256, version: '7.0.2', licence: 'LGPL-3.0-or-later' },
        source: 'https://example.com/source',
      },
    });

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'ship-'));
    program = path.join(folder, 'some-ffmpeg');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has the program, its licence and where its source is', () => {
    ship();
    expect(readdirSync(target()).sort()).toEqual([
      ...['GPL-3.txt', 'LGPL-3.txt', 'NOTICE.txt', 'ffmpeg', 'ffmpeg.json'],
    ]);
    expect(whyNotShipped(target(), false)).toBeNull();
  });

  it('stays empty when the program is not the one that was published', () => {
    expect(() => ship('0'.repeat(64))).toThrow('has the SHA-256');
    expect(existsSync(target())).toBe(false);
  });

  it.each([
    ['nothing', () => undefined, 'There is no'],
    [
      'a program that somebody put there',
      () => {
        ship();
        rmSync(path.join(target(), 'ffmpeg.json'));
      },
      'does not say which ffmpeg',
    ],
    [
      'no licence',
      () => {
        ship();
        rmSync(path.join(target(), 'GPL-3.txt'));
      },
      'lacks the licence',
    ],
    [
      'another program than it says',
      () => {
        ship();
        writeFileSync(path.join(target(), 'ffmpeg'), 'other');
      },
      'its SHA-256 is another',
    ],
    [
      'the program of another system',
      () => {
        ship();
        rmSync(path.join(target(), 'ffmpeg'));
        writeFileSync(path.join(target(), 'ffmpeg.exe'), '');
      },
      'There is no',
    ],
  ])('with %s is not shipped', (_, spoil, why) => {
    spoil();
    expect(whyNotShipped(target(), false)).toContain(why);
  });
});

it('a build is known once for each target', () => {
  expect(knownBuilds.map(({ target }) => target)).toEqual([
    ...['linux-x64', 'linux-arm64', 'win32-x64'],
  ]);
  expect(new Set(knownBuilds.map(({ sha256 }) => sha256)).size).toBe(knownBuilds.length);
});
