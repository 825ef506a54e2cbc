/**
 * Scenes made of true boxes: with told identities for the rule alone, and through the tracker for the whole product.
 */
import type { Line } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import { createByteTracker } from '#engine/tracking/byte-tracker.ts';
import { filterIdentities, keyOf, type TrackFrame } from './identity-filter.ts';
import {
  atRate,
  isTaken,
  outAndBack,
  spoil,
  stopOnLine,
  type NoiseLayer,
  type NoisyStep,
} from './noise.ts';
import { randomOf } from '#test/random.ts';
import type { PublicSequence } from './sequences.ts';
import type { Scene } from './sweep.ts';
import { toWalks, type Walk } from './walks.ts';

export interface TruthRun {
  readonly sequence: PublicSequence;
  readonly layer: NoiseLayer;
  /** Frames per second that are looked at */
  readonly fps: number;
  readonly seed: number;
}

/** Who tells which box belongs to whom: the truth, or the tracker. */
export type Teller = 'truth' | 'tracker';

const trueScore = 0.9;
/** An empty picture at the end, so that what is pending is decided. */
const tailSeconds = 3;

/** The scene of a run; only the stop on the line depends on the line. */
export function truthScene(run: TruthRun, line: Line, teller: Teller): Scene {
  const { sequence } = run;
  const walks = walksOf(run, line);
  const people = spoilAll(run, walks);
  const times = timesOf(run, walks);
  const frames =
    teller === 'truth'
      ? filterIdentities(people, sequence.size, times)
      : trackPeople(people, times, run);
  return { size: sequence.size, walks, frames };
}

function walksOf(run: TruthRun, line: Line): Walk[] {
  const { size, fps, truth } = run.sequence;
  const walks = toWalks(truth.people, fps);
  switch (run.layer.scene) {
    case 'as it was':
      return walks;
    case 'out and back':
      return walks.map(outAndBack);
    case '5 s stop on the line':
      return walks.map((walk) => stopOnLine(walk, { line, size, fps }));
  }
}

function spoilAll(run: TruthRun, walks: readonly Walk[]): NoisyStep[][] {
  const { sequence, layer, seed, fps } = run;
  const random = randomOf(`${sequence.name} ${layer.name} ${seed}`);
  const identities = { next: 0 };
  const rates = { from: sequence.fps, to: fps };
  return walks.map((walk) => spoil(atRate(walk, rates), layer, { random, identities }));
}

/** Times of all frames that are looked at. */
function timesOf(run: TruthRun, walks: readonly Walk[]): number[] {
  const { fps, truth } = run.sequence;
  const ends = walks.map((walk) => Math.round((walk.steps.at(-1)?.seconds ?? 0) * fps));
  const count = Math.max(truth.people.length, ...ends.map((end) => end + 1)) + tailSeconds * fps;
  const rates = { from: fps, to: run.fps };
  return Array.from({ length: count }, (_, frame) => frame)
    .filter((frame) => isTaken(frame, rates))
    .map((frame) => frame / fps);
}

function trackPeople(
  people: readonly (readonly NoisyStep[])[],
  times: readonly number[],
  run: TruthRun,
): TrackFrame[] {
  const { size } = run.sequence;
  const seen = new Map<number, Detection[]>();
  for (const step of people.flat()) {
    const list = seen.get(keyOf(step.seconds)) ?? [];
    seen.set(keyOf(step.seconds), list);
    list.push(toDetection(step, size));
  }
  const tracker = createByteTracker({ picture: size, fps: run.fps });
  return times.map((seconds) => ({
    seconds,
    tracks: tracker.update(seen.get(keyOf(seconds)) ?? [], seconds),
  }));
}

function toDetection({ box }: NoisyStep, size: Size): Detection {
  return {
    box: {
      x: box.x / size.width,
      y: box.y / size.height,
      width: box.width / size.width,
      height: box.height / size.height,
    },
    score: trueScore,
    label: 'person',
  };
}
