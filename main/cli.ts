/**
 * Command line over the same door: serve, replay, models, call. It talks to a station that runs, or starts its own.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import { procedures } from '#contract/procedures.ts';
import { systemClock } from '#engine/base/clock.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import { readLinesFile } from '#engine/lines-file.ts';
import {
  replay,
  replayAlike,
  replayCameraId,
  replaySwapping,
  secondImport,
} from '#engine/replay.ts';
import { askStation } from '#server/ask-station.ts';
import { addSecretsCommand } from '#server/cli-secrets.ts';
import { addAccessCommands } from '#server/cli-access.ts';
import { configFlags, loadCliConfig } from '#server/cli-config.ts';
import { findRunningStation } from '#server/find-station.ts';
import { createNodeHost } from '#server/node-host.ts';
import { productFolders, productVersion } from '#server/product.ts';
import { reportAndExit } from '#server/report-error.ts';
import { runCliDoctor } from '#server/cli-doctor.ts';
import { addReportCommand } from '#server/cli-report.ts';
import { addDrillCommand } from '#server/cli-drill.ts';
import { addModelsCommand } from '#server/cli-models.ts';
import { addBackupCommands } from '#server/cli-backup.ts';
import { addUpdateCommands } from '#server/cli-update.ts';
import { addExperimentCommand } from '#server/cli-experiment.ts';
import { addEngineCommand } from '#server/cli-engine.ts';
import { addSupportCommand } from '#server/cli-support.ts';
import { runHeadless } from '#server/run-headless.ts';

const workersFolder = path.join(import.meta.dirname, 'workers');
const folders = productFolders(workersFolder);
const version = productVersion(folders.root);
const program = new Command('tallywatch')
  .description('Counts people and vehicles on the cameras of one site')
  .version(version)
  .showHelpAfterError();

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

program
  .command('replay')
  .description('Runs a clip through the live path as fast as it goes and prints what was counted')
  .requiredOption('--video <file>', 'clip to count')
  .requiredOption('--model <file>', 'ONNX model to count with')
  .requiredOption('--lines <file>', 'JSON file with the lines')
  .option('--threads <number>', 'inference threads; 0 means one per core', '0')
  .option('--repeat <number>', 'replay so many times and fail unless all count the same', '1')
  .option(
    '--swaps <number>',
    'replay again with so many changes between two imports of the model, and fail unless it counts the same',
    '0',
  )
  .option('--json', 'print one JSON object on stdout')
  .action(
    async (options: {
      swaps: string;
      video: string;
      model: string;
      lines: string;
      threads: string;
      repeat: string;
      json?: boolean;
    }) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-'));
      try {
        const host = createCliHost(folder);
        const { card, digest } = await createModelInspector(host)(path.resolve(options.model));
        const model = { path: path.resolve(options.model), digest, card };
        const once = (swaps = 0) =>
          replay(
            {
              ...(swaps > 0 && { swaps: { other: secondImport(model), count: swaps } }),
              source: options.video.includes('://') ? options.video : path.resolve(options.video),
              model,
              linesFor: readLinesFile(options.lines, replayCameraId),
              ffmpegPath: '',
              threads: Number(options.threads),
              onProgress: (frames) => process.stderr.write(`\r${String(frames)} frames`),
            },
            { host, clock: systemClock },
          );
        const swaps = Number(options.swaps);
        const result =
          swaps > 0
            ? await replaySwapping(once, swaps)
            : await replayAlike(() => once(), Number(options.repeat));
        process.stderr.write('\r');
        if (options.json) print(result);
        else printReplay(result);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

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
    const checks = await runCliDoctor(config, { workersFolder, folders, version }, (check) => {
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

addAccessCommands(program, workersFolder);
addSecretsCommand(program, workersFolder);
addUpdateCommands(program);
addBackupCommands(program, { workersFolder, version });

program
  .command('procedures')
  .description('Lists everything that can be asked of a station')
  .action(() => {
    for (const [name, { role, summary }] of Object.entries(procedures)) {
      process.stdout.write(`${name.padEnd(18)} ${role.padEnd(12)} ${summary}\n`);
    }
  });

addReportCommand(program);
addExperimentCommand(program, { workersFolder, createHost: createCliHost });
addSupportCommand(program);
addDrillCommand(program, { workersFolder, folders, version });
addEngineCommand(program, folders.resources);
addModelsCommand(program, {
  createHost: createCliHost,
  async inspect(file) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-'));
    try {
      return await createModelInspector(createCliHost(folder))(file);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

function createCliHost(dataFolder: string) {
  return createNodeHost({
    kind: 'cli',
    version,
    dataFolder,
    resourcesFolder: folders.resources,
    workersFolder,
    logLevel: 'warn',
    terminalLevel: 'warn',
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

function printReplay(result: Awaited<ReturnType<typeof replay>>): void {
  for (const { atMs, frame, line, direction, label } of result.crossings) {
    process.stdout.write(
      `${(atMs / 1000).toFixed(2).padStart(9)} s  frame ${String(frame).padStart(6)}  ${line}  ${direction.padEnd(3)}  ${label}\n`,
    );
  }
  for (const [line, sums] of Object.entries(result.tallies)) {
    process.stdout.write(`${line}: in ${String(sums.in)}, out ${String(sums.out)}\n`);
  }
  process.stdout.write(
    `${result.swaps > 0 ? `${String(result.swaps)} changes of the model, ` : ''}${String(result.frames)} frames in ${String(result.seconds)} s (${String(result.fps)} per second), events ${result.eventDigest}\n`,
  );
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', () => process.exit(0));

try {
  await program.parseAsync();
} catch (error) {
  reportAndExit(error);
}
