/**
 * The public sequences at hand: their truth, their detections, and what they are used for.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Detection } from '#contract/detection.ts';
import type { Size } from '#contract/geometry.ts';
import type { Seen } from '#engine/base/seen.ts';
import { cardOf, detectClip } from '#test/clip-detections.ts';
import { sharedPath } from '#test/shared.ts';
import { readBoxes, readTruth, type Frames, type IdBox, type Sequence } from './mot.ts';

/** Where the boxes of a detection set come from, and how its scores are read. */
export interface DetectionSet {
  /** `mot15`, `mot17-frcnn`, `sort`, or the folder of boxes that a network of ours gave */
  readonly name: string;
  readonly frames: Frames;
  /** Of a network of the product: what it gave, with colours, frame by frame */
  readonly seen?: readonly (readonly Seen[])[];
  /** Score of the file → 0…1 */
  readonly scoreOf: (score: number) => number;
}

export interface PublicSequence extends Sequence {
  /** Line sweeps need a camera that stands */
  readonly isStatic: boolean;
  /** Distance between swept lines, px */
  readonly lineStepPx: number;
  readonly detections: readonly DetectionSet[];
}

interface Source {
  readonly name: string;
  readonly format: 'mot15' | 'mot17';
  readonly size: Size;
  readonly fps: number;
  readonly frameCount: number;
  readonly isStatic: boolean;
  readonly lineStepPx: number;
}

const vga = { width: 640, height: 480 };
const fullHd = { width: 1920, height: 1080 };
const mot15 = { format: 'mot15', isStatic: true } as const;
const mot17 = { format: 'mot17', size: fullHd, fps: 30, lineStepPx: 50 } as const;

const sources: readonly Source[] = [
  {
    ...mot15,
    name: 'PETS09-S2L1',
    size: { width: 768, height: 576 },
    fps: 7,
    frameCount: 795,
    lineStepPx: 25,
  },
  { ...mot15, name: 'TUD-Campus', size: vga, fps: 25, frameCount: 71, lineStepPx: 20 },
  { ...mot15, name: 'TUD-Stadtmitte', size: vga, fps: 25, frameCount: 179, lineStepPx: 20 },
  {
    ...mot15,
    name: 'KITTI-17',
    size: { width: 1224, height: 370 },
    fps: 10,
    frameCount: 145,
    isStatic: false,
    lineStepPx: 50,
  },
  { ...mot17, name: 'MOT17-02', frameCount: 600, isStatic: true },
  { ...mot17, name: 'MOT17-05', size: vga, fps: 14, frameCount: 837, isStatic: false },
  { ...mot17, name: 'MOT17-10', frameCount: 654, isStatic: false },
  { ...mot17, name: 'MOT17-11', frameCount: 900, isStatic: false },
];

/** All sequences whose truth is at hand. */
export function readSequences(): PublicSequence[] {
  return sources.flatMap((source) => {
    const { name, format, frameCount } = source;
    const file = format === 'mot15' ? `gt/mot15/${name}/gt.txt` : `gt/mot17_gt/${name}.gt.txt`;
    const truth = sharedPath(file);
    if (truth === null) return [];
    const sequence = { ...source, truth: readTruth(truth, format, frameCount) };
    return [{ ...sequence, detections: readDetections(name, frameCount) }];
  });
}

function readDetections(name: string, frameCount: number): DetectionSet[] {
  const sets = [
    { name: 'mot15', file: `gt/mot15/${name}/det.txt`, scoreOf: scoreOfAcf },
    { name: 'mot17-frcnn', file: `gt/mot17_det_frcnn/${name}-FRCNN.det.txt`, scoreOf: asItIs },
    { name: 'sort', file: `gt/sort_det/${name}.det.txt`, scoreOf: asItIs },
  ] as const;
  return sets.flatMap(({ name: set, file, scoreOf }) => {
    const found = sharedPath(file);
    return found === null ? [] : [{ name: set, scoreOf, frames: readBoxes(found, frameCount) }];
  });
}

/** Boxes that our own networks found in the video of a sequence (`<folder>/<sequence>.txt`, MOT format), if there are any. */
export function readVideoBoxes(folder: string, sequence: PublicSequence): DetectionSet | null {
  const file = path.join(folder, `${sequence.name}.txt`);
  if (!existsSync(file)) return null;
  const frames = readBoxes(file, sequence.truth.people.length);
  return { name: path.basename(folder), scoreOf: asItIs, frames };
}

/** What a network of the product finds in the video of a sequence; null where either is not at hand. */
export async function detectVideo(
  sequence: PublicSequence,
  model: string,
): Promise<DetectionSet | null> {
  const clip = sharedPath(`videos/mot15_${sequence.name.toLowerCase()}.mp4`);
  const file = sharedPath(`models/${model}.onnx`);
  if (clip === null || file === null) return null;
  const { frames } = await detectClip({ clip, model: file, card: await cardOf(file) });
  const people = frames.map(({ detections }) =>
    detections.filter(({ label }) => label === 'person'),
  );
  const { width, height } = sequence.size;
  const toBox = ({ box, score }: Detection): IdBox => ({
    ...{ id: -1, score, x: box.x * width, y: box.y * height },
    ...{ width: box.width * width, height: box.height * height },
  });
  return {
    name: model,
    scoreOf: asItIs,
    frames: people.map((seen) => seen.map(toBox)),
    seen: people,
  };
}

/** Boxes of one frame as a network of ours would give them. */
export function toDetections(set: DetectionSet, frame: number, size: Size): readonly Seen[] {
  if (set.seen !== undefined) return set.seen[frame] ?? [];
  return (set.frames[frame] ?? []).map((box) => ({
    box: {
      x: box.x / size.width,
      y: box.y / size.height,
      width: box.width / size.width,
      height: box.height / size.height,
    },
    score: Math.min(1, Math.max(0, set.scoreOf(box.score))),
    label: 'person',
  }));
}

function asItIs(score: number): number {
  return score;
}

/** The detections of MOT15 (ACF) score from about 0 to 140, where most above 30 are people. */
function scoreOfAcf(score: number): number {
  return Math.max(0, score) / (Math.max(0, score) + 25);
}
