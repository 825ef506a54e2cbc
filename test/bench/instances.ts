/**
 * What batching and a second instance of a served model bring: pictures per second for each number of instances, at one
 * picture a run and at as many as fit. Figures of a shared machine are printed with its load.
 */
import os from 'node:os';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ServedFile } from '#engine/inference/serving/instance.ts';
import { embeddedFile, greyJpeg, servingRig } from '#test/serving.ts';
import { sharedPath } from '#test/shared.ts';
import { yoloxNanoCard } from '#test/cards.ts';

const askedAtOnce = 64;

export interface InstancesBench {
  readonly measureMs: number;
  readonly isJson: boolean;
}

export async function measureInstances({ measureMs, isJson }: InstancesBench): Promise<void> {
  const nano = sharedPath('models/yolox_nano.onnx');
  const file: ServedFile =
    nano === null
      ? await embeddedFile()
      : { path: nano, digest: 'nano', bytes: 4_000_000, card: yoloxNanoCard };
  const pictures = await somePictures();
  const cores = os.availableParallelism();
  const rows = [];
  for (const instances of [1, 2, ...(cores > 2 ? [cores] : [])]) {
    for (const maxBatchSize of [1, 64]) {
      const { serving } = await servingRig({
        instancesOf: () => ({ min: instances, max: instances, policy: 'least-connections' }),
        cores,
      });
      await serving.load(file);
      while (
        serving.status(file).instances.filter(({ state }) => state === 'ready').length < instances
      ) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const endMs = performance.now() + measureMs;
      let answered = 0;
      const worker = async (sender: number): Promise<void> => {
        while (performance.now() < endMs) {
          const bytes = pictures[(sender + answered) % pictures.length]!;
          await serving.ask(file, {
            work: 'batch',
            sender: String(sender),
            picture: { bytes },
            maxBatchSize,
          });
          if (performance.now() < endMs) answered++;
        }
      };
      await Promise.all(Array.from({ length: askedAtOnce }, (_, sender) => worker(sender)));
      const { latency } = serving.status(file).performance;
      await serving.close();
      const row = {
        instances,
        maxBatchSize,
        perSecond: (answered * 1000) / measureMs,
        p95Ms: latency.p95Ms,
        load: os.loadavg()[0] ?? 0,
      };
      rows.push(row);
      process.stderr.write(
        `${String(instances)} instances, runs of ${String(maxBatchSize)} at most: ${row.perSecond.toFixed(1)} pictures/s, p95 ${row.p95Ms.toFixed(0)} ms, load ${row.load.toFixed(1)}\n`,
      );
    }
  }
  if (isJson)
    process.stdout.write(`${JSON.stringify({ model: path.basename(file.path), cores, rows })}\n`);
}

async function somePictures(): Promise<Buffer[]> {
  const folder = sharedPath('images/coco_val2017_128');
  if (folder === null) return [await greyJpeg(640, 480)];
  const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
  return names.slice(0, 16).map((name) => readFileSync(path.join(folder, name)));
}
