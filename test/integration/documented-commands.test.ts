/**
 * The commands of the documents that can run quickly, run on a station as they are written.
 */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf, tallywatchArguments } from '#test/documented-commands.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Those that end by themselves within seconds, and ask nobody. */
const quick = [
  'audit',
  'backup',
  'call',
  'procedures',
  'report',
  'restore',
  'secrets',
  'support-bundle',
  'update-sign',
];
const scratch = scratchFolder();
const release =
  "version: 1.0.0\nfiles:\n  - url: a.AppImage\n    sha512: '00'\npath: a.AppImage\nsha512: '00'\n";
let station: StationProcess;

const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root }).sort()];
const rows = documents
  .flatMap((file) => commandsOf(file, readFileSync(path.join(root, file), 'utf8')))
  .flatMap((command) => {
    const args = tallywatchArguments(command);
    const isRun = args !== null && quick.includes(args[0] ?? '') && args.length > 1;
    return isRun && !args.some((arg) => arg.includes('…') || arg.startsWith('@'))
      ? [{ text: args.join(' '), args }]
      : [];
  });
const commands = [...new Map(rows.map((row) => [row.text, row.args])).entries()];

/** Runs `tallywatch` in a folder; its exit code, and what it printed. */
function run(args: readonly string[], cwd: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(
    process.execPath,
    ['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts'), ...args],
    { cwd, env: { ...process.env, TALLYWATCH_DATA_FOLDER: station.dataFolder } },
  );
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, said })));
}

/** A folder with what the commands of the documents take for granted. */
function placeFor(args: readonly string[]): { cwd: string; args: string[] } {
  const cwd = mkdtempSync(path.join(scratch, 'place-'));
  copyFileSync(path.join(scratch, 'words.txt'), path.join(cwd, 'words.txt'));
  if (args[0] === 'restore') {
    copyFileSync(path.join(scratch, 'station.twbackup'), path.join(cwd, args[1] ?? ''));
  }
  mkdirSync(path.join(cwd, 'RELEASES'));
  writeFileSync(path.join(cwd, 'RELEASES/latest-linux.yml'), release);
  const isFolder = (index: number): boolean => args[index - 1] === '--data-folder';
  return { cwd, args: args.map((arg, index) => (isFolder(index) ? path.join(cwd, 'data') : arg)) };
}

beforeAll(async () => {
  station = await startStation();
  await station.call('camera.add', { id: 'gate', name: 'Gate', source: 'simulated://plaza' });
  writeFileSync(path.join(scratch, 'words.txt'), 'four words do well\n');
  await run(['backup', 'station.twbackup', '--passphrase-file', 'words.txt'], scratch);
});
afterAll(async () => {
  await station.stop();
  cleanUp();
});

describe('commands of the documents', () => {
  it('are found', () => {
    expect(new Set(commands.map(([, args]) => args[0])).size).toBeGreaterThan(6);
  });

  it.each(commands)('tallywatch %s', async (_, documented) => {
    const { cwd, args } = placeFor(documented);
    expect(await run(args, cwd)).toMatchObject({ code: 0 });
  });
});
