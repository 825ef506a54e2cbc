/**
 * `npm run dist`: the packages for this system, or for what is named (`-- --linux dir`, `-- --win nsis --x64`), with the
 * licences of what is shipped, and a report of sizes. It runs after the build.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gatherNotices, noticesText } from './notices.ts';

const root = path.resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);

const notices = path.join(root, 'resources/notices');
mkdirSync(notices, { recursive: true });
writeFileSync(path.join(notices, 'third-party.txt'), noticesText(gatherNotices()));
warnOfMissing();
const builder = path.join(root, 'node_modules/electron-builder/cli.js');
const { status } = spawnSync(process.execPath, [builder, '--publish', 'never', ...args], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) reportSizes(path.join(root, 'dist'));
process.exitCode = status ?? 1;

/** What a package would lack, said before it is built. */
function warnOfMissing(): void {
  const platform = args.includes('--win') ? 'win32' : args.includes('--mac') ? 'darwin' : 'linux';
  const arch = args.includes('--arm64') ? 'arm64' : 'x64';
  const ffmpeg = `resources/ffmpeg/${platform}-${arch}`;
  if (!existsSync(path.join(root, ffmpeg))) {
    console.log(`No ${ffmpeg}: the package has no ffmpeg, and the station uses the one on PATH.`);
  }
  if (!existsSync(path.join(root, `node_modules/@img/sharp-${platform}-${arch}`))) {
    console.log(
      `No sharp for ${platform}-${arch}: run "npm install --no-save --os=${platform} --cpu=${arch} sharp" first.`,
    );
  }
}

function reportSizes(folder: string): void {
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    const bytes = statSync(file).isFile() ? statSync(file).size : sizeOf(file);
    if (bytes > 1e6) console.log(`${(bytes / 1e6).toFixed(1).padStart(8)} MB  dist/${name}`);
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(path.join(folder, name)))
    .filter((found) => found.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
