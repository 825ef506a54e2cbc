/**
 * The support bundle from the command line, by the station that runs on the data folder.
 */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { OutputOf } from '#contract/procedures.ts';
import { askStation } from './ask-station.ts';
import { loadCliConfig } from './cli-config.ts';
import { findRunningStation } from './find-station.ts';

export function addSupportCommand(program: Command): void {
  program
    .command('support-bundle <file>')
    .description('Packs state, figures and log of the running station: no password, no picture')
    .option('--data-folder <folder>', 'data folder of the station')
    .action(async (file: string, options: { dataFolder?: string }) => {
      const args = options.dataFolder === undefined ? [] : ['--data-folder', options.dataFolder];
      const { dataFolder } = loadCliConfig(args);
      const { url } = findRunningStation(dataFolder);
      const bundle = (await askStation({
        ...{ url, dataFolder, name: 'support.bundle', input: {} },
      })) as OutputOf<'support.bundle'>;
      writeFileSync(file, Buffer.from(bundle.content, 'base64'), { mode: 0o600 });
      for (const { name, bytes } of bundle.files) {
        process.stdout.write(`${name.padEnd(22)} ${String(bytes)} bytes\n`);
      }
    });
}
