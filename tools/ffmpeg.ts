/**
 * `npm run ffmpeg -- PROGRAM`: puts an ffmpeg into the packages that `npm run dist` makes, with its licence. A build that is known is
 * taken as it is; another one must run on this PC and needs `--sha256` and `--source`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type KnownBuild, knownBuilds } from './ffmpeg/known-builds.ts';
import { digestOf, readBuild, shipFfmpeg } from './ffmpeg/ship.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sha256: { type: 'string' }, source: { type: 'string' } },
});

try {
  const [program] = positionals;
  if (program === undefined) throw new Error('Name the program: npm run ffmpeg -- PROGRAM');
  const build = buildOf(program);
  const folder = path.resolve(import.meta.dirname, '../resources/ffmpeg', build.target);
  shipFfmpeg({ program, folder, isWindows: build.target.startsWith('win32'), build });
  console.log(`ffmpeg ${build.version} (${build.licence}) is in ${folder}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function buildOf(program: string): KnownBuild {
  const known = knownBuilds.find(({ sha256 }) => sha256 === digestOf(program));
  if (known !== undefined) return known;
  const { sha256, source } = values;
  if (sha256 === undefined || source === undefined) {
    throw new Error(
      'This build of ffmpeg is not known. Say by --sha256 which digest its maker publishes, and by --source where its source is.',
    );
  }
  const { stdout } = spawnSync(program, ['-version'], { encoding: 'utf8', timeout: 10_000 });
  const target = `${process.platform}-${process.arch}`;
  return { target, sha256, source, ...readBuild(stdout) };
}
