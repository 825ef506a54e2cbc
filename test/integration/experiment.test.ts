/**
 * An experiment on a clip by the command line: a model against itself is not called different, and the station keeps it.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ExperimentVerdict } from '#contract/experiment-verdict.ts';
import { systemClock } from '#engine/base/clock.ts';
import { silentLogger } from '#engine/base/log.ts';
import { createStore } from '#engine/store/create-store.ts';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { storeEntry } from '#test/store.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe.skipIf(!hasShared || ffmpegPath === null)(
  `tallywatch experiment run (${hasShared ? 'TUD-Stadtmitte' : sharedMissing})`,
  () => {
    it('finds no difference between a model and itself, and keeps what it found', async () => {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-experiment-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const lines = path.join(folder, 'lines.json');
      const line = (id: string, x: number) => ({
        ...{ id, unit: 'px' },
        points: [
          [x, 0],
          [x, 480],
        ],
      });
      await writeFile(lines, JSON.stringify({ lines: [line('a', 320), line('b', 450)] }));
      const model = sharedPath('models/yolox_nano.onnx')!;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          ...['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')],
          ...['experiment', 'run', '--a', model, '--b', model, '--lines', lines, '--json'],
          ...['--clip', sharedPath('videos/mot15_tud-stadtmitte.mp4')!],
          ...['--save', '--data-folder', path.join(folder, 'data'), '--name', 'Itself'],
        ],
        { maxBuffer: 16e6 },
      );
      const result = JSON.parse(stdout) as {
        verdict: unknown;
        digests: { a: string; b: string }[];
        stretches: { frames: unknown; pairs: unknown[] }[];
      };
      const verdict = ExperimentVerdict.parse(result.verdict);
      expect(result.digests[0]?.a).toBe(result.digests[0]?.b);
      expect(result.stretches[0]?.frames).toEqual({ a: 179, b: 179 });
      expect(verdict.counts).toMatchObject({ 'only-a': 0, 'only-b': 0, different: 0 });
      expect(verdict.counts.both).toBeGreaterThan(0);
      expect(['alike', 'not-yet']).toContain(verdict.outcome);

      const store = await createStore({
        ...{ folder: path.join(folder, 'data'), entry: storeEntry },
        ...{ clock: systemClock, log: silentLogger },
      });
      const [kept] = await store.experiments.list();
      expect(kept).toMatchObject({ name: 'Itself', kind: 'offline', state: 'paused' });
      expect(await store.experiments.pairs(kept?.id ?? '')).toHaveLength(verdict.counts.both);
      await store.close();
    }, 300_000);
  },
);
