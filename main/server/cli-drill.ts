/**
 * The recovery drill from the command line: by the station that runs on the data folder, which keeps the report, or on its own when
 * none does.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { type DrillReport, ExerciseName } from '#contract/drill.ts';
import { StationError } from '#contract/error.ts';
import { systemClock } from '#engine/base/clock.ts';
import { runDrill } from '#engine/drill.ts';
import { startDrilled } from '#engine/station.ts';
import { askStation } from './ask-station.ts';
import { loadCliConfig } from './cli-config.ts';
import { runningUrl } from './find-station.ts';
import { createNodeHost } from './node-host.ts';
import type { ProductFolders } from './product.ts';

export interface CliDrillOptions {
  readonly workersFolder: string;
  readonly folders: ProductFolders;
  readonly version: string;
}

interface Flags {
  readonly dataFolder?: string;
  readonly only?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function addDrillCommand(program: Command, options: CliDrillOptions): void {
  program
    .command('drill')
    .description('Lets everything fail on a simulated camera; exit code 1 when a recovery fails')
    .option('--data-folder <folder>', 'data folder of the station')
    .option('--only <names>', `of ${ExerciseName.options.join(', ')}; commas between`)
    .option('--out <file>', 'writes the report as JSON, too')
    .option('--json', 'print one JSON object on stdout')
    .action(async (flags: Flags) => {
      const report = await drill(flags, options);
      const text = JSON.stringify(report, null, 2);
      if (flags.out !== undefined) writeFileSync(flags.out, `${text}\n`);
      process.stdout.write(flags.json ? `${text}\n` : toText(report));
      process.exitCode = report.isPassed ? 0 : 1;
    });
}

async function drill(flags: Flags, options: CliDrillOptions): Promise<DrillReport> {
  const only = flags.only === undefined ? undefined : namesOf(flags.only);
  const args = flags.dataFolder === undefined ? [] : ['--data-folder', flags.dataFolder];
  const { dataFolder } = loadCliConfig(args);
  const url = runningUrl(dataFolder);
  if (url !== null) {
    const input = only === undefined ? {} : { only };
    return (await askStation({ url, dataFolder, name: 'drill.run', input })) as DrillReport;
  }
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'tallywatch-drill-'));
  try {
    const host = createNodeHost({
      ...{ kind: 'cli', version: options.version, dataFolder: scratch },
      ...{ resourcesFolder: options.folders.resources, workersFolder: options.workersFolder },
      ...{ logLevel: 'info', terminalLevel: 'silent' },
    });
    return await runDrill(
      { host, clock: systemClock, start: startDrilled, switchedOff: [] },
      {
        only,
        signal: new AbortController().signal,
        onProgress: (_share, name) => process.stderr.write(`${name}\n`),
      },
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function namesOf(text: string): ExerciseName[] {
  return text.split(',').map((name) => {
    const parsed = ExerciseName.safeParse(name.trim());
    if (parsed.success) return parsed.data;
    throw new StationError(
      'REQ_001',
      `"${name}" is no exercise; choose of ${ExerciseName.options.join(', ')}.`,
    );
  });
}

/** One line for each exercise: mark, name, times, what was seen. */
function toText({ exercises, machine, switchedOff, isPassed }: DrillReport): string {
  const ms = (value: number | null): string =>
    value === null ? 'never' : `${(value / 1000).toFixed(1)} s`;
  const lines = exercises.map(
    ({ name, state, detectMs, recoverMs, notObservedSeconds, expectedLost, detail }) =>
      `${state === 'passed' ? 'ok  ' : 'FAIL'}  ${name.padEnd(15)} known ${ms(detectMs).padStart(7)}  well again ${ms(recoverMs).padStart(7)}  not observed ${notObservedSeconds.toFixed(1)} s (about ${String(expectedLost)} crossings)  ${detail}`,
  );
  const off = switchedOff.length === 0 ? '' : `Switched off: ${switchedOff.join(', ')}.\n`;
  return `${lines.join('\n')}\n${off}${machine}\n${isPassed ? 'All of it recovered.' : 'Not all of it recovered.'}\n`;
}
