/**
 * `tallywatch models int8` and `fp16`: makes a smaller version of a model file, and measures both.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { StationError } from '#contract/error.ts';
import type { ModelCard } from '#contract/model.ts';
import { Variant } from '#contract/variant.ts';
import { halveModel } from '#engine/halve-model.ts';
import { makeVariant } from '#engine/make-variant.ts';
import { judgeVariant } from '#engine/models/judge-variant.ts';
import { evaluateOn, evaluationLine, type CocoOptions, type Inspect } from './cli-evaluate.ts';
import { endProgress, showProgress } from './cli-progress.ts';

const pictureNames = /\.(?:jpe?g|png|webp)$/i;

const descriptions: Readonly<Record<Variant, string>> = {
  int8: 'Makes the int8 version of a model from pictures, and measures both',
  fp16: 'Makes the fp16 version of a model, and measures both on pictures',
};

const roomOnly =
  'A processor computes it with 32 bits, so it gains room only there: it is made for graphics cards.';

interface VariantOptions extends Partial<CocoOptions> {
  readonly pictures: string;
  readonly out: string;
}

/** Adds a command for each kind of version. */
export function addVariantCommands(models: Command, inspect: Inspect): void {
  for (const variant of Variant.options) {
    models
      .command(`${variant} <file>`)
      .description(descriptions[variant])
      .requiredOption('--pictures <folder>', 'pictures of the site’s own cameras')
      .requiredOption('--out <file>', 'ONNX file to write')
      .option('--coco <file>', 'JSON file with true boxes, to print the average precision of both')
      .option('--images <folder>', 'folder of its pictures')
      .action(async (file: string, options: VariantOptions) => {
        const source = path.resolve(file);
        const target = path.resolve(options.out);
        const { card } = await inspect(source);
        const pictures = await picturesOf(options.pictures);
        const job = { variant, file: source, card, pictures, target };
        const report = await makeVariant(job, (share) =>
          showProgress(`${String(Math.round(share * 100))} %`),
        );
        endProgress();
        process.stdout.write(`${JSON.stringify(report)}\n`);
        if (variant === 'fp16') process.stderr.write(`${roomOnly}\n`);
        const refusal = judgeVariant(report);
        if (refusal !== null) process.stderr.write(`A station would refuse it. ${refusal}\n`);
        if (options.coco === undefined) return;
        const coco = { ...options, coco: options.coco };
        for (const each of [source, target]) {
          process.stdout.write(
            evaluationLine(path.basename(each), await evaluateOn({ file: each, card }, coco)),
          );
        }
        if (variant === 'fp16') await evaluateRounded({ file: source, card }, coco);
      });
  }
}

/** Prints what a graphics card finds, which rounds every tensor where the processor goes on with 32 bits. */
async function evaluateRounded(
  { file, card }: { readonly file: string; readonly card: ModelCard },
  coco: CocoOptions,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tallywatch-fp16-'));
  try {
    const rounded = path.join(folder, 'rounded.onnx');
    await writeFile(rounded, (await halveModel(file)).rounded);
    const found = await evaluateOn({ file: rounded, card }, coco);
    process.stdout.write(evaluationLine('with the roundings of a graphics card', found));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
