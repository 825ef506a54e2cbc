import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFfmpegFinder, parseVersion } from '#engine/capture/ffmpeg-locate.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const libraries = (version: string): string => `libavutil      ${version} / ${version}\n`;

describe('parseVersion', () => {
  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright', '57. 28.100', '5.1.9-0+deb12u1 new'],
    ['ffmpeg version 5.0.1 Copyright', '57. 17.100', '5.0.1 usable'],
    ['ffmpeg version 4.4.2 Copyright', '56. 70.100', '4.4.2 old'],
    ['ffmpeg version N-47683-g0e8eb07980 Copyright', '56. 24.101', 'N-47683-g0e8eb07980 old'],
    ['ffmpeg version n7.1-13-g1 Copyright', '59. 39.100', 'n7.1-13-g1 new'],
  ])('reads %s', (first, library, expected) => {
    const version = parseVersion(`${first}\n${libraries(library)}`);
    const age = version?.isNewEnough ? (version.hasFpsMode ? 'new' : 'usable') : 'old';
    expect(`${version?.text ?? ''} ${age}`).toBe(expected);
  });

  it('reads nothing else as ffmpeg', () => {
    expect(parseVersion('GNU bash, version 5.2')).toBeNull();
  });
});

/** A program that answers like an ffmpeg of this version and can do nothing. */
async function program(name: string, version: string, library: string): Promise<string> {
  const file = path.join(folder, name, 'ffmpeg');
  await mkdir(path.dirname(file), { recursive: true });
  const answer = `ffmpeg version ${version} Copyright\n${libraries(library)}`;
  await writeFile(
    file,
    `#!/bin/sh\ncase "$*" in *-version*) printf '${answer.replaceAll('\n', '\\n')}';; *) echo '[fatal] Unrecognized option' >&2; exit 1;; esac\n`,
  );
  await chmod(file, 0o755);
  return file;
}

describe.skipIf(process.platform === 'win32')('createFfmpegFinder', () => {
  const nowhere = { configured: '', resourcesFolder: '/nowhere', searchPath: '/nowhere' };

  it('says how to get one where there is none', async () => {
    await expect(createFfmpegFinder(nowhere)()).rejects.toMatchObject({
      code: 'CAM_005',
      message: expect.stringMatching(
        /not found.*apt install ffmpeg.*winget.*ffmpegPath/s,
      ) as unknown,
    });
  });

  it('does not go past a setting that is wrong', async () => {
    const configured = path.join(folder, 'none');
    await expect(createFfmpegFinder({ ...nowhere, configured })()).rejects.toMatchObject({
      code: 'CAM_005',
      message: expect.stringContaining(`ffmpegPath names "${configured}"`) as unknown,
    });
  });

  it.each([
    ['an old one', ['old', '4.4.2', '56. 70.100'], /is ffmpeg 4\.4\.2, which is too old/],
    [
      'one that cannot do it',
      ['lame', '5.1', '57. 28.100'],
      /lacks something.*Unrecognized option/s,
    ],
  ] as const)('refuses %s', async (_, [name, version, library], message) => {
    const configured = await program(name, version, library);
    await expect(createFfmpegFinder({ ...nowhere, configured })()).rejects.toMatchObject({
      code: 'CAM_005',
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('refuses what is no ffmpeg', async () => {
    const finder = createFfmpegFinder({ ...nowhere, configured: '/bin/true' });
    await expect(finder()).rejects.toMatchObject({ code: 'CAM_005' });
  });
});

const system = ((): string | null => {
  try {
    return execFileSync('sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
})();

describe.skipIf(system === null)('createFfmpegFinder with the ffmpeg of this machine', () => {
  const real = system ?? '';

  it('takes the bundled one before the one on PATH, and goes on where it does not run', async () => {
    const resourcesFolder = path.join(folder, 'resources');
    const bundled = path.join(resourcesFolder, 'ffmpeg', process.platform, 'ffmpeg');
    await mkdir(path.dirname(bundled), { recursive: true });
    await symlink(real, bundled);
    const options = { configured: '', resourcesFolder, searchPath: path.dirname(real) };
    expect((await createFfmpegFinder(options)()).path).toBe(bundled);

    await rm(bundled);
    await writeFile(bundled, '#!/bin/sh\nexit 1\n');
    await chmod(bundled, 0o755);
    const tools = await createFfmpegFinder(options)();
    expect(tools).toMatchObject({ path: real, hasFpsMode: true });
    expect(tools.version).toMatch(/^\S+$/);
  });

  it('takes the folder of a configured one, and notices when it comes', async () => {
    const configured = path.join(folder, 'later');
    const find = createFfmpegFinder({ configured, resourcesFolder: '/nowhere', searchPath: '' });
    await expect(find()).rejects.toMatchObject({ code: 'CAM_005' });
    await mkdir(configured);
    await symlink(real, path.join(configured, 'ffmpeg'));
    const tools = await find();
    expect(tools.ffprobePath).toBeNull();
    expect(await find()).toBe(tools);
  });

  it('does not try the graphics chip when told so', async () => {
    const tools = await createFfmpegFinder({
      configured: real,
      resourcesFolder: '/nowhere',
      hardwareDecoding: 'off',
    })();
    expect(await tools.hwaccel.methodFor('h264')).toBeNull();
  });
});
