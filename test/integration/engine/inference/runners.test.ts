/**
 * The runners that come with the station, each with a real model on a clip: PyTorch with the embedded detector as TorchScript,
 * TensorFlow with a SavedModel that is made here. docs/engines.md says how to get what they need.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Line } from '#contract/counting.ts';
import type { ModelCard } from '#contract/model.ts';
import { systemClock } from '#engine/base/clock.ts';
import { embeddedModel } from '#engine/embedded-model.ts';
import { checkConformance } from '#engine/inference/engines/conformance.ts';
import { readEngineFile } from '#engine/inference/engines/model-files.ts';
import { replay, replayCameraId } from '#engine/replay.ts';
import { createNodeHost } from '#server/node-host.ts';
import { createClipFolder, ffmpegMissing, ffmpegPath } from '#test/clips.ts';
import { findPython } from '#test/python.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const resources = path.join(root, 'resources');
const enginesFolder = path.join(resources, 'engines');
const folder = mkdtempSync(path.join(os.tmpdir(), 'runners-'));
const limitMs = 600_000;
const run = promisify(execFile);
const torch = findPython('TALLYWATCH_TORCH_PYTHON', {
  torch: 'torch',
  onnx: 'onnx',
  numpy: 'numpy',
});
const tensorflow = findPython('TALLYWATCH_TENSORFLOW_PYTHON', { tensorflow: 'tensorflow-cpu' });
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Writes the file that stands for a model which a runner computes; `card` lies beside it. */
function engineFile(name: string, command: readonly string[], card: ModelCard): string {
  writeFileSync(path.join(folder, `${name}.card.json`), JSON.stringify(card));
  const file = path.join(folder, `${name}.json`);
  const whole = [...command, '--card', `{here}/${name}.card.json`];
  const files = [`${name}.card.json`].map((inner) => ({
    path: inner,
    digest: createHash('sha256')
      .update(readFileSync(path.join(folder, inner)))
      .digest('hex'),
  }));
  writeFileSync(file, JSON.stringify({ kind: 'engine', command: whole, files, startSeconds: 300 }));
  return file;
}

const lines: readonly Line[] = (
  [
    ['middle', { x: 0.5, y: 0 }, { x: 0.5, y: 1 }],
    ['across', { x: 0, y: 0.6 }, { x: 1, y: 0.6 }],
  ] as const
).map(([id, ...points]) => ({
  ...{ id, cameraId: replayCameraId, name: id, points, anchor: 'bottom', labels: [], revision: 1 },
}));

/** What crossed which line, as the live path counts it. */
async function count(source: string, file: string, card: ModelCard) {
  const host = createNodeHost({
    ...{ kind: 'cli', version: '0', dataFolder: folder, resourcesFolder: resources },
    workersFolder: path.join(root, 'main/workers'),
    ...{ logLevel: 'warn', terminalLevel: 'silent' },
  });
  const { crossings } = await replay(
    {
      ...{ source, linesFor: () => lines, ffmpegPath: ffmpegPath ?? '', threads: 1 },
      model: { path: file, digest: path.basename(file), card },
    },
    { host, clock: systemClock },
  );
  return crossings.map(({ frame, line, direction, label, trackId }) => ({
    ...{ frame, line, direction, label, trackId },
  }));
}

describe.skipIf(torch.program === null)(`the runner for PyTorch (${torch.why})`, () => {
  it(
    'counts with the embedded detector as TorchScript what ONNX Runtime counts with it',
    async () => {
      const embedded = await embeddedModel(resources);
      if (embedded === null) throw new Error('resources/models/embedded is missing');
      const script = path.join(resources, 'models/embedded/train/export_torchscript.py');
      await run(torch.program!, [script, embedded.path, path.join(folder, 'detector.pt')]);
      const command = [
        torch.program!,
        '{engines}/torch_engine.py',
        '--model',
        '{here}/detector.pt',
      ];
      const file = engineFile('torch', command, embedded.card);
      const clip = 'simulated://plaza?people=20&seed=7&fps=10&seconds=9';
      const expected = await count(clip, embedded.path, embedded.card);
      expect(expected.length).toBeGreaterThan(9);
      expect(await count(clip, file, embedded.card)).toEqual(expected);
    },
    limitMs,
  );
});

const savedModel = `
import sys, tensorflow as tf
class Bright(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([1, 48, 64, 3], tf.uint8)])
    def find(self, picture):
        places = tf.cast(tf.where(picture[0, :, :, 0] > 200), tf.float32)
        there = tf.shape(places)[0] > 0
        low = tf.reduce_min(tf.concat([places, [[48.0, 64.0]]], 0), 0)
        high = tf.reduce_max(tf.concat([places, [[0.0, 0.0]]], 0), 0) + 1.0
        row = [low[1], low[0], high[1], high[0], tf.where(there, 0.9, 0.0), 0.0]
        return {"rows": tf.reshape(tf.stack(row), [1, 1, 6])}
bright = Bright()
tf.saved_model.save(bright, sys.argv[1], signatures={"serving_default": bright.find})
`;

const brightCard: ModelCard = {
  name: 'bright',
  version: '1.0.0',
  head: 'yolov10',
  input: { width: 64, height: 48 },
  preprocess: {
    ...{ resize: 'stretch', pad: 0, colour: 'rgb', layout: 'nhwc', dtype: 'uint8' },
    ...{ scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
  },
  classes: ['person'],
  labels: { person: 'person' },
  scoreFloor: 0.3,
  nmsIou: 0.5,
  licence: 'Apache-2.0',
  notes: 'Finds one bright thing.',
};

describe.skipIf(tensorflow.program === null || ffmpegPath === null)(
  `the runner for TensorFlow (${ffmpegPath === null ? ffmpegMissing : tensorflow.why})`,
  () => {
    it(
      'keeps to the protocol and counts a bright thing that crosses a line',
      async () => {
        await run(tensorflow.program!, ['-c', savedModel, path.join(folder, 'bright')]);
        const command = [
          ...[tensorflow.program!, '{engines}/tensorflow_engine.py'],
          ...['--model', '{here}/bright'],
        ];
        const file = engineFile('tensorflow', command, brightCard);
        const engine = await readEngineFile(file);
        const checks = await checkConformance({ engine, enginesFolder });
        expect(checks.filter(({ isPassed }) => !isPassed)).toEqual([]);

        const clips = await createClipFolder();
        const picture =
          'color=black:s=640x480:r=10:d=6[dark];color=white:s=60x120:r=10:d=6[thing];[dark][thing]overlay=x=100*t:y=100';
        const clip = await clips.make('bright.mp4', { picture });
        const found = await count(clip, file, brightCard);
        await clips.remove();
        expect(found).toEqual([
          expect.objectContaining({ line: 'middle', direction: 'in', label: 'person' }),
        ]);
      },
      limitMs,
    );
  },
);
