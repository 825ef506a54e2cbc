/**
 * `tallywatch replay`: counts a clip through the live path as fast as it goes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '#engine/base/clock.ts';
import type { Host } from '#engine/host.ts';
import { createModelInspector } from '#engine/inspect-model.ts';
import { readLinesFile } from '#engine/lines-file.ts';
import {
  replay,
  replayAlike,
  replayCameraId,
  replaySwapping,
  secondImport,
} from '#engine/replay.ts';
import { endProgress, showProgress } from './cli-progress.ts';

/** Adds `replay` to the program. `createHost` makes a host on a scratch folder. */
export function addReplayCommand(program: Command, createHost: (folder: string) => Host): void {
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
          const host = createHost(folder);
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
                onProgress: (frames) => showProgress(`${String(frames)} frames`),
              },
              { host, clock: systemClock },
            );
          const swaps = Number(options.swaps);
          const result =
            swaps > 0
              ? await replaySwapping(once, swaps)
              : await replayAlike(() => once(), Number(options.repeat));
          endProgress();
          if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
          else printReplay(result);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    );
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
