/**
 * Backups from the command line: `backup` works beside a station that runs, `restore` wants its folder to itself.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import { systemClock } from '#engine/base/clock.ts';
import { copyElsewhere } from '#engine/copy-thread.ts';
import { entryFile } from '#engine/host.ts';
import { makeBackup } from '#engine/make-backup.ts';
import { restoreBackup } from '#engine/restore-backup.ts';
import { folderOption, type FolderOption } from './ask-wherever.ts';
import { loadCliConfig } from './cli-config.ts';

interface Options extends FolderOption {
  readonly passphraseFile?: string;
}

const passphraseOption = '--passphrase-file <file>';
const leastPassphrase = 12;

/** Adds `backup` and `restore` to the program. */
export function addBackupCommands(
  program: Command,
  { workersFolder, version }: { readonly workersFolder: string; readonly version: string },
): void {
  program
    .command('backup <file>')
    .description('Writes database, models and settings of a station as one file; counting goes on')
    .option(...folderOption)
    .option(passphraseOption, 'seal the keys of passwords with its first line and take them along')
    .action(async (file: string, options: Options) => {
      const dataFolder = folderOf(options);
      const manifest = await makeBackup(
        {
          ...{ dataFolder, version, guard: null, clock: systemClock },
          copyDatabase: (target) =>
            copyElsewhere(entryFile(workersFolder, 'copy'), {
              file: path.join(dataFolder, 'station.db'),
              target,
            }),
        },
        { target: path.resolve(file), passphrase: readPassphrase(options) },
      );
      const keys = manifest.hasKeys ? 'with' : 'without';
      say(`${String(manifest.files.length)} files are in ${file}, ${keys} the keys of passwords.`);
      say(`digest ${manifest.digest}`);
    });
  program
    .command('restore <file>')
    .description('Restores a backup into a data folder on which no station runs')
    .option(...folderOption)
    .option(passphraseOption, 'file whose first line opens the keys of passwords')
    .option('--replace', 'put a station that is in the folder aside')
    .action(async (file: string, options: Options & { replace?: boolean }) => {
      const dataFolder = folderOf(options);
      const { manifest, aside, hasKeys } = await restoreBackup(
        {
          ...{ file: path.resolve(file), dataFolder, passphrase: readPassphrase(options) },
          mayReplace: options.replace === true,
        },
        systemClock,
      );
      say(`The station of ${new Date(manifest.madeAt).toISOString()} is in ${dataFolder}.`);
      say(`digest ${manifest.digest}`);
      if (aside !== null) say(`What was there is in ${aside}.`);
      if (!hasKeys)
        say('Passwords of cameras must be entered again, unless you put secret.key there.');
    });
}

function folderOf({ dataFolder }: FolderOption): string {
  const flags = dataFolder === undefined ? [] : ['--data-folder', dataFolder];
  return path.resolve(loadCliConfig(flags).dataFolder);
}

/** The first line of the file; null when none was named. Not a flag, because flags are in the list of processes. */
function readPassphrase({ passphraseFile }: Options): string | null {
  if (passphraseFile === undefined) return null;
  const [line = ''] = readFileSync(passphraseFile, 'utf8').split(/\r?\n/);
  if (line.length >= leastPassphrase) return line;
  throw new StationError(
    'REQ_001',
    `The first line of ${passphraseFile} must have at least ${String(leastPassphrase)} characters.`,
    { path: '--passphrase-file' },
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
