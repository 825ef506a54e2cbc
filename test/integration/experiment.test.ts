/**
 * An experiment on a clip by the command line: a model against itself is not called different, and the station keeps it.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExperimentStretch } from '#contract/experiment-event.ts';
import { ExperimentVerdict } from '#contract/experiment-verdict.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { storeEntry } from '#test/store.ts';

const root = path.resolve(import.meta.dirname, '../..');

const line = (id: string, x: number) => ({
  ...{ id, unit: 'px' },
  points: [
    [x, 0],
    [x, 480],
  ],
});

interface Result {
  readonly verdict: unknown;
  readonly digests: readonly { readonly a: string; readonly b: string }[];
  readonly stretches: readonly Pick<ExperimentStretch, 'frames' | 'pairs' | 'minutes'>[];
}

/** A folder with the two lines of the clip, removed when the test ends. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-experiment-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lines = { lines: [line('a', 320), line('b', 450)] };
  await writeFile(path.join(folder, 'lines.json'), JSON.stringify(lines));
  return folder;
}

/** `tallywatch experiment run` of a model of the shared material against itself. */
async function runCommand(
  folder: string,
  { model, args = [] }: { readonly model: string; readonly args?: readonly string[] },
): Promise<Result> {
  const file = sharedPath(`models/${model}`)!;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')],
      ...['experiment', 'run', '--a', file, '--b', file, '--json'],
      ...['--lines', path.join(folder, 'lines.json'), ...args],
    ],
    { maxBuffer: 16e6 },
  );
  return JSON.parse(stdout) as Result;
}

const street = () => sharedPath('videos/mot15_tud-stadtmitte.mp4')!;

describe.skipIf(!hasShared || ffmpegPath === null)(
  `tallywatch experiment run (${hasShared ? 'TUD-Stadtmitte' : sharedMissing})`,
  () => {
    it('finds no difference between a model and itself, and keeps what it found', async () => {
      const folder = await makeFolder();
      const data = path.join(folder, 'data');
      const result = await runCommand(folder, {
        model: 'yolox_nano.onnx',
        args: ['--clip', street(), '--save', '--data-folder', data, '--name', 'Itself'],
      });
      const verdict = ExperimentVerdict.parse(result.verdict);
      expect(result.digests[0]?.a).toBe(result.digests[0]?.b);
      expect(result.stretches[0]?.frames).toEqual({ a: 179, b: 179 });
      expect(verdict.counts).toMatchObject({ 'only-a': 0, 'only-b': 0, different: 0 });
      expect(verdict.counts.both).toBeGreaterThan(0);
      expect(['alike', 'not-yet']).toContain(verdict.outcome);

      const store = await createStore({
        ...{ folder: data, entry: storeEntry, clock: systemClock, log: silentLogger },
      });
      const [kept] = await store.experiments.list();
      expect(kept).toMatchObject({ name: 'Itself', kind: 'offline', state: 'paused' });
      expect(kept?.clips).toMatchObject([{ path: street(), sight: expect.anything() as unknown }]);
      expect(await store.experiments.pairs(kept?.id ?? '')).toHaveLength(verdict.counts.both);
      await store.close();
    }, 300_000);

    it('gives both arms the same pictures, of which one of half the frame rate looks at every second', async () => {
      const folder = await makeFolder();
      const { stretches, verdict } = await runCommand(folder, {
        model: 'yolox_nano.onnx',
        args: ['--clip', street(), '--b-nth', '2'],
      });
      expect(ExperimentVerdict.parse(verdict).reason).not.toBe('frames-differ');
      const [stretch] = stretches;
      expect(stretch?.frames).toEqual({ a: 179, b: 179 });
      expect(stretch?.minutes.map(({ arm, frames }) => [arm, frames])).toEqual([
        ['a', 179],
        ['b', 90],
      ]);
      // What it finds on the pictures that it looks at is what the other one finds there.
      const b = stretch?.minutes.find(({ arm }) => arm === 'b');
      expect(b?.expected).toBeGreaterThan(0);
      expect(b?.matched).toBe(b?.expected);
      expect(stretch?.pairs.filter(({ kind }) => kind === 'both').length).toBeGreaterThan(0);
    }, 300_000);

    it('refuses an input that the graph does not take, and runs one that it takes', async () => {
      const folder = await makeFolder();
      const clip = path.join(folder, 'second.mp4');
      await promisify(execFile)(ffmpegPath!, [
        ...['-v', 'error', '-i', street(), '-frames:v', '25', '-c:v', 'copy', clip],
      ]);
      const run = (model: string) =>
        runCommand(folder, { model, args: ['--clip', clip, '--b-input', '320'] });
      await expect(run('yolov8n_int8.onnx')).rejects.toThrow(
        /MODEL_003.*does not take an input of 320 × 320 px.*1, 3, 640, 640/s,
      );
      const { stretches } = await run('yolox_nano.onnx');
      const [stretch] = stretches;
      expect(stretch?.frames).toEqual({ a: 25, b: 25 });
      const found = stretch?.minutes.map(({ detections }) => detections > 0);
      expect(found).toEqual([true, true]);
    }, 300_000);
  },
);
