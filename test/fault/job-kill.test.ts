/**
 * A batch job whose station and worker are killed while it counts ends with what one that was never killed has.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ffmpegPath } from '#test/clips.ts';
import { type JobSpec, killsOf, runJob, runKilledJob } from '#test/killed-job.ts';
import { randomOf } from '#test/random.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';
import { cleanUp, scratchFolder } from '#test/station-process.ts';

afterAll(cleanUp);

describe.skipIf(!hasShared || ffmpegPath === null)(
  `a job that is killed (${hasShared ? 'TUD-Stadtmitte' : sharedMissing})`,
  () => {
    it('goes on at the same frame and has the same digest, whatever is in one run of the network', async () => {
      const folder = scratchFolder();
      const model = sharedPath('models/yolox_nano.onnx')!;
      // Two pieces, so that a kill may also come between two items.
      const pieces = ['first', 'second'].map((name) => path.join(folder, `${name}.mp4`));
      for (const [index, piece] of pieces.entries()) {
        const from = ['-ss', String(4 + index * 1.5), '-t', '1.5'];
        const clip = sharedPath('videos/mot15_tud-stadtmitte.mp4')!;
        execFileSync(ffmpegPath!, ['-v', 'error', ...from, '-i', clip, '-an', piece]);
      }
      const spec: JobSpec = { clips: pieces, model, batch: 32 };
      const whole = await runJob(spec, scratchFolder());
      expect(whole).toMatchObject({ items: [{ state: 'done' }, { state: 'done' }] });
      expect(whole.crossings).toBeGreaterThan(0);
      expect(await runJob({ ...spec, batch: 1 }, scratchFolder())).toEqual(whole);

      const plan = {
        random: randomOf('job kills').even,
        kills: 2,
        done: { station: 0, worker: 0 },
      };
      expect(await runKilledJob(spec, scratchFolder(), plan)).toEqual(whole);
      expect(killsOf(plan.done)).toBeGreaterThan(0);
    });
  },
);
