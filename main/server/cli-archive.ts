/**
 * The archive of counts from the command line: what is in it, old rows into it, its files checked, rows brought back.
 */
import type { Command } from 'commander';
import { type ArchiveStatus, type ArchiveWork, leastArchiveDays } from '#contract/archive.ts';
import { StationError } from '#contract/error.ts';
import type { OutputOf } from '#contract/procedures.ts';
import { askRunning } from './ask-running.ts';
import { folderOption, type FolderOption } from './ask-wherever.ts';

/** Adds `archive` to the program; it asks a station that runs. */
export function addArchiveCommand(program: Command): void {
  const archive = program.command('archive').description('Old rows of the counts, in files');
  archive
    .command('list')
    .description('Says what is in the archive and where')
    .option(...folderOption)
    .action(async (options: FolderOption) => {
      const { folder, kinds, held } = (await askRunning(options)(
        'archive.get',
        {},
      )) as ArchiveStatus;
      say(`folder ${folder}`);
      for (const { kind, files, rows, bytes, span } of kinds) {
        const days = span === null ? '' : `  ${dateOf(span.from)} to ${dateOf(span.to - 1)}`;
        say(
          `${kind.padEnd(13)}  ${String(rows)} rows in ${String(files)} files, ${String(bytes)} bytes${days}`,
        );
      }
      if (held !== null) say(held);
    });
  archive
    .command('run')
    .description('Archives the rows of days (UTC) before a date; sums stay')
    .requiredOption('--before <date>', `2026-08-01, at least ${String(leastArchiveDays)} days ago`)
    .option(...folderOption)
    .action(async ({ before, ...options }: FolderOption & { before: string }) => {
      tell(await askRunning(options)('archive.run', { before: timeOf(before, '--before') }));
    });
  archive
    .command('check')
    .description('Reads all files; exit code 1 when one is missing or changed')
    .option(...folderOption)
    .action(async (options: FolderOption) => {
      const { files, faults } = (await askRunning(options)(
        'archive.check',
        {},
      )) as OutputOf<'archive.check'>;
      for (const { reason } of faults) say(reason);
      say(`${String(files - faults.length)} of ${String(files)} files are right.`);
      process.exitCode = faults.length === 0 ? 0 : 1;
    });
  archive
    .command('restore')
    .description('Brings the rows of days (UTC) back into the station')
    .requiredOption('--from <date>', 'first day, 2026-08-01')
    .requiredOption('--to <date>', 'day after the last one')
    .option(...folderOption)
    .action(async ({ from, to, ...options }: FolderOption & { from: string; to: string }) => {
      const span = { from: timeOf(from, '--from'), to: timeOf(to, '--to') };
      tell(await askRunning(options)('archive.restore', span));
    });
}

function tell(output: unknown): void {
  const { files, rows, held } = output as ArchiveWork;
  say(`${String(rows)} rows, ${String(files)} files.`);
  if (held !== null) say(held);
}

function timeOf(text: string, flag: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new StationError('REQ_001', `${flag} is "${text}". Write a date as 2026-08-01.`);
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
