/**
 * Everything that `tallywatch` understands, in one program: each command talks to a station that runs, or starts its own.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import type { Host } from '#engine/host.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import { askStation } from './ask-station.ts';
import { addAccessCommands } from './cli-access.ts';
import { addArchiveCommand } from './cli-archive.ts';
import { addBackupCommands } from './cli-backup.ts';
import { configFlags, loadCliConfig } from './cli-config.ts';
import { runCliDoctor } from './cli-doctor.ts';
import { addDrillCommand } from './cli-drill.ts';
import { addEngineCommand } from './cli-engine.ts';
import { addExperimentCommand } from './cli-experiment.ts';
import { addJobCommand } from './cli-job.ts';
import { addModelsCommand } from './cli-models.ts';
import { addReplayCommand } from './cli-replay.ts';
import { addReportCommand } from './cli-report.ts';
import { addSecretsCommand } from './cli-secrets.ts';
import { addSupportCommand } from './cli-support.ts';
import { addUpdateCommands } from './cli-update.ts';
import { findRunningStation } from './find-station.ts';
import { createNodeHost } from './node-host.ts';
import { type ProductFolders, productFolders, productVersion } from './product.ts';
import { runHeadless } from './run-headless.ts';

interface Product {
  readonly workersFolder: string;
  readonly folders: ProductFolders;
  readonly version: string;
}

/** The program with all its commands; nothing runs before it is given arguments. */
export function createProgram(workersFolder: string): Command {
  const folders = productFolders(workersFolder);
  const version = productVersion(folders.root);
  const product: Product = { workersFolder, folders, version };
  const createHost = (dataFolder: string): Host =>
    createNodeHost({
      ...{ kind: 'cli', version, dataFolder, workersFolder },
      ...{ resourcesFolder: folders.resources, logLevel: 'warn', terminalLevel: 'warn' },
    });
  const program = new Command('tallywatch')
    .description('Counts people and vehicles on the cameras of one site')
    .version(version)
    .showHelpAfterError();
  addServeCommand(program, workersFolder);
  addReplayCommand(program, createHost);
  addDoctorCommand(program, product);
  addCallCommands(program);
  addAccessCommands(program, workersFolder);
  addSecretsCommand(program, workersFolder);
  addUpdateCommands(program);
  addBackupCommands(program, { workersFolder, version });
  addArchiveCommand(program);
  addReportCommand(program);
  addExperimentCommand(program, { workersFolder, createHost });
  addJobCommand(program);
  addSupportCommand(program);
  addDrillCommand(program, product);
  addEngineCommand(program, folders.resources);
  addModelsCommand(program, {
    createHost,
    async inspect(file) {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-'));
      try {
        return await createModelInspector(createHost(folder))(file);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  });
  return program;
}

function addServeCommand(program: Command, workersFolder: string): void {
  const serveCommand = program
    .command('serve')
    .description('Runs a station with its page until it is stopped')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_options, command: Command) => {
      if (command.args.includes('--help')) serveCommand.outputHelp();
      else await runHeadless(loadCliConfig(command.args), { workersFolder });
    });
  serveCommand.addHelpText(
    'after',
    `\nSettings:\n${configFlags.map(({ flag, description }) => `  ${flag.padEnd(22)} ${description}`).join('\n')}\n`,
  );
}

function addDoctorCommand(program: Command, product: Product): void {
  program
    .command('doctor')
    .description('Tests this installation; exit code 1 when a check fails')
    .option('--data-folder <folder>', 'data folder of the station')
    .option('--ffmpeg-path <path>', 'ffmpeg to use instead of the one on PATH')
    .option('--json', 'print one JSON object on stdout')
    .action(async (options: { dataFolder?: string; ffmpegPath?: string; json?: boolean }) => {
      const flags = Object.entries({
        '--data-folder': options.dataFolder,
        '--ffmpeg-path': options.ffmpegPath,
      }).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
      const config = loadCliConfig(flags);
      const checks = await runCliDoctor(config, product, (check) => {
        if (!options.json) {
          const mark = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }[check.state];
          const code = check.code === null ? '' : `${check.code} `;
          process.stdout.write(`${mark}  ${check.name.padEnd(10)} ${code}${check.detail}\n`);
        }
      });
      const isFine = checks.every((check) => check.state !== 'failed');
      if (options.json) print({ ok: isFine, checks });
      process.exitCode = isFine ? 0 : 1;
    });
}

function addCallCommands(program: Command): void {
  program
    .command('call <procedure> [input]')
    .description('Asks the running station for one procedure; input is JSON, or @FILE')
    .option('--data-folder <folder>', 'data folder of the station')
    .action(async (name: string, input: string | undefined, options: { dataFolder?: string }) => {
      const args = options.dataFolder === undefined ? [] : ['--data-folder', options.dataFolder];
      const { dataFolder } = loadCliConfig(args);
      const { url } = findRunningStation(dataFolder);
      print(await askStation({ url, dataFolder, name, input: readInput(input) }));
    });
  program
    .command('procedures')
    .description('Lists everything that can be asked of a station')
    .action(() => {
      for (const [name, { role, summary }] of Object.entries(procedures)) {
        process.stdout.write(`${name.padEnd(18)} ${role.padEnd(12)} ${summary}\n`);
      }
    });
}

function readInput(input: string | undefined): unknown {
  if (input === undefined) return {};
  const text = input.startsWith('@') ? readFileSync(input.slice(1), 'utf8') : input;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new StationError('REQ_001', 'The input is not JSON.', { cause });
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
