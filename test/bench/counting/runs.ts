/**
 * All runs of the public test: which scenes are made, and what is measured on each.
 */
import type { Line } from '#contract/counting.ts';
import { followDetections, toBoxes, type Follower } from './detection-runs.ts';
import { measureHota } from './hota.ts';
import { keyOf } from './identity-filter.ts';
import { sweepLines } from './lines.ts';
import type { Frames, IdBox } from './mot.ts';
import { countMissed } from './missed.ts';
import { noiseLayers } from './noise.ts';
import type { Result, Source } from './rows.ts';
import { ruleNames, type RuleName } from './rules.ts';
import type { DetectionSet, PublicSequence } from './sequences.ts';
import { sweep, type LineScore, type Scene } from './sweep.ts';
import { measureClear, withoutDistractors } from './tracking-metrics.ts';
import { truthScene, type Teller, type TruthRun } from './truth-runs.ts';
import { toWalks } from './walks.ts';

/** Frame rates of the test, besides the one of the sequence. */
const rates = [25, 10, 5];
/** The whole product on true boxes is looked at with fewer seeds: it is no part of what the rule is held to. */
const trackedSeeds = 3;
/** An empty picture at the end, so that what is pending is decided. */
const tailSeconds = 3;

/** True boxes, spoiled by every layer, at every rate; identities told by the truth, then by the tracker. */
export function* runTruth(sequence: PublicSequence, seeds: number): Generator<Result> {
  const fpsList = [...new Set([sequence.fps, ...rates])].filter((fps) => fps <= sequence.fps);
  for (const layer of noiseLayers) {
    for (const fps of fpsList) {
      for (let seed = 1; seed <= seeds; seed += 1) {
        yield runTruthOnce({ sequence, layer, fps, seed }, 'truth');
        if (seed <= trackedSeeds) yield runTruthOnce({ sequence, layer, fps, seed }, 'tracker');
      }
    }
  }
}

function runTruthOnce(run: TruthRun, teller: Teller): Result {
  const { sequence, layer, fps, seed } = run;
  const lines = sweepLines(sequence.size, sequence.lineStepPx);
  const rules: readonly RuleName[] = teller === 'truth' ? ruleNames : ['tallywatch'];
  const isByLine = layer.scene === '5 s stop on the line';
  const [first] = lines;
  const scene = first === undefined ? null : truthScene(run, first, teller);
  const sweepOne = (line: Line): LineScore[] => sweep(truthScene(run, line, teller), [line], rules);
  return {
    sequence: sequence.name,
    source: 'truth',
    noise: layer.name,
    fps,
    isFullRate: fps === sequence.fps,
    teller: teller === 'truth' ? null : 'tracked',
    lines: isByLine ? lines.flatMap(sweepOne) : scene === null ? [] : sweep(scene, lines, rules),
    tracking: seed === 1 && scene !== null ? measureScene(scene) : null,
  };
}

/** Detections of a set, followed by the product; beside it by a plain tracker and with perfect identities. */
export function* runDetections(
  sequence: PublicSequence,
  set: DetectionSet,
  source: Source,
): Generator<Result> {
  const lines = sweepLines(sequence.size, sequence.lineStepPx);
  const missed = source === 'video' ? countMissed(sequence, set, lines) : null;
  const tellers: readonly (readonly [Follower, string | null])[] = [
    ['tallywatch', null],
    ['plain', 'plain tracker'],
    ['perfect', 'perfect identities'],
  ];
  for (const [follower, teller] of tellers) {
    const { size, fps, truth } = sequence;
    const followed = followDetections(sequence, set, follower);
    const tail = Array.from({ length: tailSeconds * fps }, (_, index) => ({
      seconds: (followed.length + index) / fps,
      tracks: [],
    }));
    const boxes = withoutDistractors(truth, toBoxes(followed, sequence));
    const scene = { size, walks: toWalks(truth.people, fps), frames: [...followed, ...tail] };
    const rules: readonly RuleName[] = teller === null ? ruleNames : ['tallywatch'];
    yield {
      sequence: sequence.name,
      source,
      noise: set.name,
      fps,
      isFullRate: true,
      teller,
      lines: sweep(scene, lines, rules),
      ...(missed === null ? {} : { missed }),
      tracking: {
        clear: measureClear(truth.people, boxes),
        hota: measureHota(truth.people, boxes),
      },
    };
  }
}

/** Tracking figures of a scene against its own true ways. */
function measureScene(scene: Scene): Result['tracking'] {
  const people = peopleOf(scene);
  const { width, height } = scene.size;
  const boxes: Frames = scene.frames.map(({ tracks }) =>
    tracks
      .filter((track) => track.isConfirmed && track.unseenSeconds === 0)
      .map(({ trackId, box, score }) => ({
        id: trackId,
        score,
        x: box.x * width,
        y: box.y * height,
        width: box.width * width,
        height: box.height * height,
      })),
  );
  return { clear: measureClear(people, boxes), hota: measureHota(people, boxes) };
}

function peopleOf(scene: Scene): Frames {
  const frames = new Map<number, IdBox[]>(scene.frames.map(({ seconds }) => [keyOf(seconds), []]));
  for (const walk of scene.walks) {
    for (const step of walk.steps) frames.get(keyOf(step.seconds))?.push(step.box);
  }
  return [...frames.values()];
}
