/**
 * Updates of the stations of a site, from the command line: sign a release, and serve a folder of releases.
 */
import path from 'node:path';
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import { serveUpdates, signUpdates } from './update-server.ts';

/** Adds `update-server` and `update-sign` to the program. */
export function addUpdateCommands(program: Command): void {
  program
    .command('update-server <folder>')
    .description('Serves a folder of releases to the stations of this network until it is stopped')
    .option('--host <address>', 'address to listen on', '0.0.0.0')
    .option('--port <number>', 'port to listen on; 0 takes a free one', '8791')
    .action(async (folder: string, options: { host: string; port: string }) => {
      const server = await serveUpdates({
        folder: path.resolve(folder),
        host: options.host,
        port: numberOf(options.port, { name: '--port', most: 65_535 }),
        onAsked: (line) => process.stdout.write(`${line}\n`),
      });
      process.stdout.write(`Releases of ${folder} are at ${server.url}\n`);
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => void server.close().then(() => process.exit(0)));
      }
    });
  program
    .command('update-sign <folder>')
    .description('Signs the release in a folder, and makes the key where it is missing')
    .requiredOption('--key <file>', 'private key; keep it away from the server of updates')
    .option('--share <percent>', 'offer it to so many of all stations first; 100 means to all')
    .action((folder: string, { key, share }: { key: string; share?: string }) => {
      const { publicKey, lists, isNewKey } = signUpdates(path.resolve(folder), {
        keyFile: path.resolve(key),
        sharePercent: share === undefined ? null : numberOf(share, { name: '--share', most: 100 }),
      });
      const made = isNewKey ? `A new key is in ${key}; keep a copy of it.\n` : '';
      process.stdout.write(`${made}Signed: ${lists.join(', ')}\nupdateKey ${publicKey}\n`);
    });
}

function numberOf(text: string, { name, most }: { name: string; most: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new StationError('REQ_001', `${name} takes a whole number from 0 to ${String(most)}.`, {
    path: name,
  });
}
