/**
 * How long the steps of a frame's way take: percentiles over the newest frames.
 */
import type { StepTimings } from '#contract/health.ts';
import { createReservoir } from './base/rates.ts';

/** Frames the percentiles are taken over. */
const keptFrames = 512;

export interface FrameSteps {
  readonly queueMs: number;
  readonly preprocessMs: number;
  readonly inferMs: number;
  readonly postprocessMs: number;
  readonly totalMs: number;
}

export interface Timings {
  add(steps: FrameSteps): void;
  figures(): StepTimings;
}

export function createTimings(): Timings {
  const kept = {
    queue: createReservoir(keptFrames),
    preprocess: createReservoir(keptFrames),
    infer: createReservoir(keptFrames),
    postprocess: createReservoir(keptFrames),
    total: createReservoir(keptFrames),
  };

  function figuresOf(step: keyof typeof kept) {
    const [p50Ms = 0, p95Ms = 0] = kept[step].quantiles([0.5, 0.95]);
    return { p50Ms, p95Ms };
  }

  return {
    add(steps) {
      kept.queue.add(steps.queueMs);
      kept.preprocess.add(steps.preprocessMs);
      kept.infer.add(steps.inferMs);
      kept.postprocess.add(steps.postprocessMs);
      kept.total.add(steps.totalMs);
    },
    figures: () => ({
      queue: figuresOf('queue'),
      preprocess: figuresOf('preprocess'),
      infer: figuresOf('infer'),
      postprocess: figuresOf('postprocess'),
      total: figuresOf('total'),
    }),
  };
}
