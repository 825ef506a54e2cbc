/**
 * Commands of the documents, run on a station as they are written: of each that ends by itself the one with the most words.
 */
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createProgram } from '#server/cli-program.ts';
import { commandsOf, tallywatchArguments } from '#test/documented-commands.ts';
import {
  cleanUp,
  scratchFolder,
  startStation,
  type StationProcess,
} from '#test/station-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const workersFolder = path.join(root, 'main/workers');
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
/** Words that stand for something, with what is put there. */
const meant: Readonly<Record<string, string>> = { DAY: '2026-11-01' };
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
/** Of `user add` and `user list` each its own, of the inputs of `call` one. */
const kindOf = ({ args: [name = '', second = ''] }: (typeof rows)[number]): string =>
  /^[a-z]+$/.test(second) ? `${name} ${second}` : name;
const commands = [...Map.groupBy(rows, kindOf).values()].map((alike) => {
  const [longest] = alike.toSorted((a, b) => b.args.length - a.args.length);
  return [longest?.text ?? '', longest?.args ?? []] as const;
});

/** Runs `tallywatch` in a folder, within this process: its exit code. Rejects as the command does. */
async function run(args: readonly string[], cwd: string): Promise<number> {
  process.chdir(cwd);
  try {
    await createProgram(workersFolder).parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } finally {
    process.exitCode = undefined;
    process.chdir(root);
  }
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
  const given = (arg: string, index: number): string =>
    isFolder(index) ? path.join(cwd, 'data') : (meant[arg] ?? arg);
  return { cwd, args: args.map(given) };
}

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  station = await startStation();
  vi.stubEnv('TALLYWATCH_DATA_FOLDER', station.dataFolder);
  await station.call('camera.add', { id: 'gate', name: 'Gate', source: 'simulated://plaza' });
  writeFileSync(path.join(scratch, 'words.txt'), 'four words do well\n');
  await run(['backup', 'station.twbackup', '--passphrase-file', 'words.txt'], scratch);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await station.stop();
  cleanUp();
});

describe('commands of the documents', () => {
  it('are found', () => {
    expect(new Set(commands.map(([, args]) => args[0])).size).toBeGreaterThan(6);
  });

  it.each(commands)('tallywatch %s', async (_, documented) => {
    const { cwd, args } = placeFor(documented);
    expect(await run(args, cwd)).toBe(0);
  });
});
