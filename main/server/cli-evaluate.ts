/**
 * `tallywatch models evaluate`: the average precision of a model file on a data set in the COCO format.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { evaluateModel } from '#engine/evaluate-model.ts';
import type { Evaluation } from '#engine/models/evaluate.ts';
import { endProgress, showProgress } from './cli-progress.ts';

/** Finds out what a file is. */
export type Inspect = (file: string) => Promise<{ readonly card: ModelCard }>;

export interface CocoOptions {
  readonly coco: string;
  readonly images?: string;
}

export function addEvaluateCommand(models: Command, inspect: Inspect): void {
  models
    .command('evaluate <file>')
    .description('Average precision of a model on a data set in the COCO format')
    .requiredOption('--coco <file>', 'JSON file with the true boxes, or a folder with one')
    .option('--images <folder>', 'folder of the pictures; left out, the one named as the JSON file')
    .option('--json', 'print one JSON object on stdout')
    .action(async (file: string, options: CocoOptions & { readonly json?: boolean }) => {
      const { card } = await inspect(path.resolve(file));
      const found = await evaluateOn({ file: path.resolve(file), card }, options);
      if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
      else process.stdout.write(evaluationLine(path.basename(file), found));
    });
}

/** Says on stderr how far it is. */
export async function evaluateOn(
  { file, card }: { readonly file: string; readonly card: ModelCard },
  { coco, images }: CocoOptions,
): Promise<Evaluation> {
  const annotationsFile = await annotationsIn(path.resolve(coco));
  const { dir, name } = path.parse(annotationsFile);
  const result = await evaluateModel({
    ...{ file, card, annotationsFile, provider: 'cpu', intraOpThreads: 1 },
    imagesFolder: path.resolve(images ?? path.join(dir, name)),
    onProgress: (done, total) => showProgress(`${String(done)} of ${String(total)}`),
  });
  endProgress();
  return result;
}

export function evaluationLine(name: string, { pictures, mean, labels }: Evaluation): string {
  const percent = (value: number): string => (value * 100).toFixed(1);
  const each = Object.entries(labels).map(
    ([label, { ap50, ap }]) => `${label} AP50 ${percent(ap50)}, AP ${percent(ap)}`,
  );
  const all = `all classes AP50 ${percent(mean.ap50)}, AP ${percent(mean.ap)}`;
  return `${name}: ${[...each, all].join('; ')} (${String(pictures)} pictures)\n`;
}

/** The JSON file itself, or the only one in a folder. @throws StationError REQ_001 */
async function annotationsIn(place: string): Promise<string> {
  if (!(await stat(place).catch(() => null))?.isDirectory()) return place;
  const [file, ...others] = (await readdir(place)).filter((name) => name.endsWith('.json'));
  if (file !== undefined && others.length === 0) return path.join(place, file);
  throw new StationError(
    'REQ_001',
    `The folder ${place} has ${file === undefined ? 'no' : 'more than one'} JSON file: name the one with the true boxes.`,
  );
}
