/**
 * The motion gate on real footage: half of the looks are saved where people come one by one, and no count changes.
 */
import { describe, expect, it } from 'vitest';
import { analysisSize } from '#engine/inference/fit.ts';
import { cardOf, detectClip } from '#test/clip-detections.ts';
import { forEachFrame } from '#test/clip-frames.ts';
import { ffmpegPath } from '#test/clips.ts';
import { createGatedRun } from '#test/gated-run.ts';
import { hasShared, sharedMissing, sharedPath } from '#test/shared.ts';

describe.skipIf(!hasShared || ffmpegPath === null)(
  `motion gating (${hasShared ? 'real clips' : sharedMissing})`,
  () => {
    it.each([
      ['people come one by one and stand', 'videos/intel_one-by-one-person.mp4', 0.5],
      ['a street is never empty', 'videos/mot15_tud-stadtmitte.mp4', 0],
    ])(
      'changes no crossing and no stay where %s',
      async (_, file, leastSaved) => {
        const clip = sharedPath(file)!;
        const model = sharedPath('models/yolox_nano.onnx')!;
        const card = await cardOf(model);
        const { picture, frames } = await detectClip({ clip, model, card });
        const analysis = analysisSize(picture, card);
        const run = createGatedRun({ picture, analysis, fps: 10 });
        await forEachFrame({ clip, analysisFor: () => analysis }, ({ seq, pixels }) => {
          run.see({ ...frames[seq]!, pixels });
        });
        const result = run.result();
        expect(result.differences).toEqual([]);
        expect(result.crossings).toBeGreaterThan(20);
        expect(result.gatedShare).toBeGreaterThanOrEqual(leastSaved);
      },
      600_000,
    );
  },
);
