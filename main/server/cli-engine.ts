/**
 * `tallywatch engine test FILE`: tries an engine of one's own against the protocol before it is imported.
 */
import path from 'node:path';
import type { Command } from 'commander';
import { checkConformance } from '#engine/inference/engines/conformance.ts';
import { readEngineFile } from '#engine/inference/engines/model-files.ts';

/** Adds the command; its exit code is 1 when a check fails. */
export function addEngineCommand(program: Command, resourcesFolder: string): void {
  program
    .command('engine')
    .description('Engines: programs that run models which ONNX Runtime does not (docs/engines.md)')
    .command('test <file>')
    .description('Tries an engine check by check; exit code 1 when one fails')
    .option('--json', 'print one JSON object on stdout')
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const engine = await readEngineFile(path.resolve(file));
      const enginesFolder = path.join(resourcesFolder, 'engines');
      const checks = await checkConformance({ engine, enginesFolder });
      const isFine = checks.every(({ isPassed }) => isPassed);
      if (json) process.stdout.write(`${JSON.stringify({ ok: isFine, checks })}\n`);
      else {
        for (const { name, isPassed, detail } of checks) {
          process.stdout.write(`${isPassed ? 'ok  ' : 'FAIL'}  ${name.padEnd(26)} ${detail}\n`);
        }
      }
      process.exitCode = isFine ? 0 : 1;
    });
}
