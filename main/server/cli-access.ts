/**
 * Users and audit log from the command line: through the station that runs on the data folder, or on its database when
 * none does. This is the way back when the last admin's password is lost; it leaves a row in the audit log like any other.
 */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { AuditRow, AuditVerdict } from '#contract/audit.ts';
import { StationError } from '#contract/error.ts';
import { askWherever, folderOption, type FolderOption, type WithAsk } from './ask-wherever.ts';

const pageOfRows = 1000;

/** Adds `user` and `audit` to the program. */
export function addAccessCommands(program: Command, workersFolder: string): void {
  const withAsk = askWherever(workersFolder);
  addUserCommands(program.command('user').description('Users of this station'), withAsk);
  addAuditCommands(program.command('audit').description('Who did what on this station'), withAsk);
}

function addUserCommands(user: Command, withAsk: WithAsk): void {
  user
    .command('list')
    .description('Lists the users')
    .option(...folderOption)
    .action((options: FolderOption) =>
      withAsk(options, async (ask) => {
        const users = (await ask('user.list', {})) as Record<string, unknown>[];
        for (const { id, role, name, isEnabled } of users) {
          say(
            `${String(id).padEnd(20)} ${String(role).padEnd(12)} ${String(name)}${isEnabled === true ? '' : ' (off)'}`,
          );
        }
      }),
    );
  user
    .command('add <id>')
    .description('Adds a user; the password is asked for, or read from the first line of stdin')
    .option('--role <role>', 'viewer, operator, ml-engineer or admin', 'viewer')
    .option('--name <name>', 'as shown to people')
    .option(...folderOption)
    .action((id: string, options: FolderOption & { role: string; name?: string }) =>
      withAsk(options, async (ask) => {
        const { role, name } = options;
        await ask('user.add', {
          ...{ id, role, password: await readPassword() },
          ...(name === undefined ? {} : { name }),
        });
        say(`${id} is ${role} now.`);
      }),
    );
  user
    .command('password <id>')
    .description('Gives a user a new password, also when the last admin has lost it')
    .option(...folderOption)
    .action((id: string, options: FolderOption) =>
      withAsk(options, async (ask) => {
        await ask('user.setPassword', { id, password: await readPassword() });
        say(`${id} has a new password; all sessions of ${id} have ended.`);
      }),
    );
  user
    .command('remove <id>')
    .description('Removes a user')
    .option(...folderOption)
    .action((id: string, options: FolderOption) =>
      withAsk(options, async (ask) => {
        await ask('user.remove', { id });
        say(`${id} is removed.`);
      }),
    );
}

function addAuditCommands(audit: Command, withAsk: WithAsk): void {
  audit
    .command('verify')
    .description('Checks the chain of the audit log; exit code 1 when a row was changed or removed')
    .option('--json', 'print one JSON object on stdout')
    .option(...folderOption)
    .action((options: FolderOption & { json?: boolean }) =>
      withAsk(options, async (ask) => {
        const verdict = (await ask('audit.verify', {})) as AuditVerdict;
        if (options.json) say(JSON.stringify(verdict));
        else say(sentenceOf(verdict));
        process.exitCode = verdict.isIntact ? 0 : 1;
      }),
    );
  audit
    .command('export')
    .description('Prints the audit log as JSON lines, newest first')
    .option(...folderOption)
    .action((options: FolderOption) =>
      withAsk(options, async (ask) => {
        let before: number | undefined;
        for (;;) {
          const page = before === undefined ? {} : { before };
          const rows = (await ask('audit.list', { limit: pageOfRows, ...page })) as AuditRow[];
          for (const row of rows) say(JSON.stringify(row));
          before = rows.at(-1)?.number;
          if (rows.length < pageOfRows) return;
        }
      }),
    );
}

function sentenceOf(verdict: AuditVerdict): string {
  if (!verdict.isIntact)
    return `BROKEN at row ${String(verdict.brokenAt)}: ${String(verdict.reason)}`;
  return verdict.head === null
    ? 'The audit log is empty.'
    : `The audit log is whole: ${String(verdict.rows)} rows, head ${verdict.head}`;
}

/** Typed twice on a terminal without being shown; else the first line of stdin. */
async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const lines = createInterface({ input: process.stdin });
    for await (const line of lines) {
      lines.close();
      return line;
    }
    throw new StationError('REQ_001', 'Write the new password to stdin.', { path: 'password' });
  }
  const first = await typeHidden('New password: ');
  if (first !== (await typeHidden('Again: '))) {
    throw new StationError('REQ_001', 'The two passwords differ; nothing was changed.');
  }
  return first;
}

function typeHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.off('data', onKeys);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const onKeys = (keys: string): void => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') {
          end();
          resolve(typed);
          return;
        }
        if (key === '\u0003') {
          end();
          reject(new StationError('REQ_004', 'Nothing was changed.'));
          return;
        }
        typed = key === '\u007f' ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on('data', onKeys);
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
