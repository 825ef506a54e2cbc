/**
 * `npm run dist`: the packages for this system, or for what is named (`-- --linux dir`, `-- --win nsis --x64`), with the
 * licences of what is shipped, and a report of sizes. It runs after the build. `--without-ffmpeg` leaves ffmpeg out on purpose.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { whyNotShipped } from './ffmpeg/ship.ts';
import { gatherNotices, noticesText } from './notices.ts';
import { sizesOf, sizesText } from './package-sizes.ts';
import { targetsOf } from './targets.ts';

const root = path.resolve(import.meta.dirname, '..');
const own = '--without-ffmpeg';
const args = process.argv.slice(2).filter((arg) => arg !== own);
const targets = targetsOf(args, process);
const problems = process.argv.includes(own) ? [] : targets.flatMap(lackingFfmpeg);

if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  console.error(
    'Put one there (npm run ffmpeg -- PROGRAM, docs/install.md says where from), or leave it out with --without-ffmpeg: the station then uses the one on PATH.',
  );
  process.exitCode = 1;
} else {
  pack();
}

function lackingFfmpeg(target: string): string[] {
  const folder = path.join(root, 'resources/ffmpeg', target);
  const problem = whyNotShipped(folder, target.startsWith('win32'));
  return problem === null ? [] : [problem];
}

function pack(): void {
  const notices = path.join(root, 'resources/notices');
  mkdirSync(notices, { recursive: true });
  writeFileSync(path.join(notices, 'third-party.txt'), noticesText(gatherNotices()));
  for (const target of targets) {
    if (existsSync(path.join(root, `node_modules/@img/sharp-${target}`))) continue;
    const [platform = '', arch = ''] = target.split('-');
    console.log(
      `No sharp for ${target}: run "npm install --no-save --os=${platform} --cpu=${arch} sharp" first.`,
    );
  }
  const builder = path.join(root, 'node_modules/electron-builder/cli.js');
  const { status } = spawnSync(process.execPath, [builder, '--publish', 'never', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const dist = path.join(root, 'dist');
  if (status === 0) {
    const text = sizesText(sizesOf(dist));
    writeFileSync(path.join(dist, 'sizes.txt'), text);
    console.log(text);
  }
  process.exitCode = status ?? 1;
}
