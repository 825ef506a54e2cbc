/**
 * The passwords that a station keeps, from the command line: what is sealed with which key, and a new key for all.
 */
import type { Command } from 'commander';
import type { SecretsReport } from '#contract/secrets.ts';
import { askWherever, folderOption, type FolderOption } from './ask-wherever.ts';

/** Adds `secrets` to the program. */
export function addSecretsCommand(program: Command, workersFolder: string): void {
  const withAsk = askWherever(workersFolder);
  const secrets = program.command('secrets').description('Passwords that this station keeps');
  secrets
    .command('check')
    .description('Says which passwords are sealed with which key; exit code 1 when one is not')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action((options: FolderOption & { json?: boolean }) =>
      withAsk(options, async (ask) => {
        const report = (await ask('secrets.check', {})) as SecretsReport;
        say(options.json ? JSON.stringify(report) : sentencesOf(report));
        process.exitCode = report.secrets.every(({ state }) => state === 'sealed') ? 0 : 1;
      }),
    );
  secrets
    .command('rotate')
    .description(
      'Makes a new key and seals all passwords with it; may be repeated when it was cut off',
    )
    .option(...folderOption)
    .action((options: FolderOption) =>
      withAsk(options, async (ask) => {
        say(sentencesOf((await ask('secrets.rotate', {})) as SecretsReport));
      }),
    );
}

function sentencesOf({ keys, secrets }: SecretsReport): string {
  const ofKeys = keys.map(
    ({ id, keptBy, isPresent, isUsable, secrets: count }) =>
      `key ${id}  in the ${keptBy}${isPresent ? ', present' : ''}${isUsable ? '' : ', cannot be used here'}: ${String(count)} sealed`,
  );
  const ofSecrets = secrets.map(
    ({ place, id, keyId, state }) =>
      `${state.toUpperCase().padEnd(10)}  ${place} ${id}${keyId === null ? '' : `  key ${keyId}`}`,
  );
  return [...ofKeys, ...ofSecrets].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
