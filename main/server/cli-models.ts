/**
 * `tallywatch models …`: what can be measured and made of a model file without a station.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { evaluateModel } from '#engine/evaluate-model.ts';
import type { Host } from '#engine/host.ts';
import { makeVariant } from '#engine/make-variant.ts';
import type { Evaluation } from '#engine/models/evaluate.ts';
import { addTuneCommand } from './cli-tune.ts';

const pictureNames = /\.(?:jpe?g|png|webp)$/i;

interface CocoOptions {
  readonly coco: string;
  readonly images?: string;
  readonly json?: boolean;
}

export interface ModelsCommandDeps {
  /** Finds out what a file is. */
  readonly inspect: (file: string) => Promise<{ readonly card: ModelCard }>;
  readonly createHost: (dataFolder: string) => Host;
}

/** Adds the commands. */
export function addModelsCommand(
  program: Command,
  { inspect, createHost }: ModelsCommandDeps,
): void {
  const models = program.command('models').description('Measures models and makes smaller ones');
  addTuneCommand(models, createHost);
  models
    .command('evaluate <file>')
    .description('Average precision of a model on a data set in the COCO format')
    .requiredOption('--coco <file>', 'JSON file with the true boxes, or a folder with one')
    .option('--images <folder>', 'folder of the pictures; left out, the one named as the JSON file')
    .option('--json', 'print one JSON object on stdout')
    .action(async (file: string, options: CocoOptions) => {
      const { card } = await inspect(path.resolve(file));
      const found = await evaluateOn({ file: path.resolve(file), card }, options);
      if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
      else process.stdout.write(lineOf(path.basename(file), found));
    });
  models
    .command('int8 <file>')
    .description('Makes the int8 version of a model from pictures, and measures both')
    .requiredOption('--pictures <folder>', 'pictures of the site’s own cameras')
    .requiredOption('--out <file>', 'ONNX file to write')
    .option('--coco <file>', 'JSON file with true boxes, to print the average precision of both')
    .option('--images <folder>', 'folder of its pictures')
    .action(
      async (
        file: string,
        options: Partial<CocoOptions> & { readonly pictures: string; readonly out: string },
      ) => {
        const source = path.resolve(file);
        const target = path.resolve(options.out);
        const { card } = await inspect(source);
        const pictures = await picturesOf(options.pictures);
        const report = await makeVariant({ file: source, card, pictures, target }, (share) =>
          process.stderr.write(`\r${String(Math.round(share * 100))} %`),
        );
        process.stderr.write('\r');
        process.stdout.write(`${JSON.stringify(report)}\n`);
        if (options.coco === undefined) return;
        const coco = { ...options, coco: options.coco };
        for (const each of [source, target]) {
          process.stdout.write(
            lineOf(path.basename(each), await evaluateOn({ file: each, card }, coco)),
          );
        }
      },
    );
}

async function evaluateOn(
  { file, card }: { readonly file: string; readonly card: ModelCard },
  { coco, images }: CocoOptions,
): Promise<Evaluation> {
  const annotationsFile = await annotationsIn(path.resolve(coco));
  const { dir, name } = path.parse(annotationsFile);
  const result = await evaluateModel({
    ...{ file, card, annotationsFile, provider: 'cpu', intraOpThreads: 1 },
    imagesFolder: path.resolve(images ?? path.join(dir, name)),
    onProgress: (done, total) => process.stderr.write(`\r${String(done)} of ${String(total)}`),
  });
  process.stderr.write('\r');
  return result;
}

function lineOf(name: string, { pictures, mean, labels }: Evaluation): string {
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

async function picturesOf(folder: string): Promise<string[]> {
  const names = await readdir(path.resolve(folder)).catch((cause: unknown) => {
    throw new StationError('REQ_001', `The folder ${folder} cannot be read.`, { cause });
  });
  return names
    .filter((name) => pictureNames.test(name))
    .sort()
    .map((name) => path.resolve(folder, name));
}
