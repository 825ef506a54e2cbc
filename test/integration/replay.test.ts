/**
 * A clip that is replayed again and again counts the same, by the command line.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ffmpegPath } from '#test/clips.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe.skipIf(!hasShared || ffmpegPath === null)(
  `tallywatch replay --repeat (${hasShared ? 'TUD-Stadtmitte' : sharedMissing})`,
  () => {
    it('has one digest for three replays on two inference threads', async () => {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'tallywatch-replay-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const lines = path.join(folder, 'lines.json');
      const points = [
        [320, 0],
        [320, 480],
      ];
      const middle = { id: 'middle', points, unit: 'px' };
      await writeFile(lines, JSON.stringify({ lines: [middle] }));
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...['-r', path.join(root, 'main/require-node.cjs'), path.join(root, 'main/cli.ts')],
        ...['replay', '--video', sharedPath('videos/mot15_tud-stadtmitte.mp4')!],
        ...['--model', sharedPath('models/yolox_nano.onnx')!, '--lines', lines],
        ...['--threads', '2', '--repeat', '3', '--json'],
      ]);
      const result = JSON.parse(stdout) as { frames: number; crossings: unknown[] };
      expect(result.frames).toBe(179);
      expect(result.crossings.length).toBeGreaterThan(0);
    }, 900_000);
  },
);
