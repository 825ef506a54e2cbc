/**
 * Parts of tracks and times of frames as bytes: whole steps of a fraction of a pixel, each as the difference from what
 * was to be expected, value by value.
 *
 *   part   steps a px │ looks before confirmation │ labels │ runs { corners, first corner } │ frames │ x │ top │ bottom │ width
 */
import { Label } from '#contract/detection.ts';
import {
  boxValue,
  type EncodedBlock,
  type PathBlock,
  type PathPoint,
  type TrackPart,
  type TrackPath,
  type TrajectoryBlock,
} from '#engine/base/trajectory.ts';
import {
  bestRice,
  type BitReader,
  type BitWriter,
  createBitReader,
  createBitWriter,
} from './bit-code.ts';

/** Finest step: 2^-6 px. */
export const maxStepBits = 6;
const axes = ['x', 'top', 'bottom', 'width'] as const;
type Axis = (typeof axes)[number];
const kBits = 5;

/**
 * Bytes of a part whose values are rounded to 2^-stepBits px.
 * @param stepBits 0 to `maxStepBits`
 */
export function encodePart(part: Omit<TrackPart, 'trackId'>, stepBits: number): Uint8Array {
  const writer = createBitWriter();
  const runs = part.runs.map((run) => run.map((point) => toSteps(point, 2 ** stepBits)));
  writer.bits(stepBits, 3);
  writer.gamma(part.unconfirmedLooks);
  writer.gamma(part.labels.length);
  for (const { frame, label } of part.labels) {
    writer.gamma(frame);
    writer.bits(Label.options.indexOf(label), 3);
  }
  writer.gamma(runs.length);
  let before = origin;
  for (const run of runs) {
    const first = run[0] ?? origin;
    writer.gamma(run.length);
    writer.gamma(first.frame - before.frame);
    for (const axis of axes) writer.signedGamma(first[axis] - before[axis]);
    before = { ...first, frame: run.at(-1)?.frame ?? first.frame };
  }
  const gaps = runs.flatMap((run) =>
    run.slice(1).map(({ frame }, index) => frame - (run[index]?.frame ?? frame) - 1),
  );
  writeColumn(writer, gaps);
  for (const axis of axes) writeAxis(writer, runs, axis);
  return writer.bytes();
}

const origin: PathPoint = { frame: 0, x: 0, top: 0, bottom: 0, width: 0 };

function toSteps({ frame, x, top, bottom, width }: PathPoint, scale: number): PathPoint {
  const round = (value: number): number => Math.round(value * scale);
  return { frame, x: round(x), top: round(top), bottom: round(bottom), width: round(width) };
}

function writeColumn(writer: BitWriter, values: readonly number[]): void {
  const k = bestRice(values);
  writer.bits(k, kBits);
  for (const value of values) writer.rice(value, k);
}

/** The way of expecting that leaves less is chosen: the last value, or an even motion from the last two. */
function writeAxis(writer: BitWriter, runs: readonly (readonly PathPoint[])[], axis: Axis): void {
  const restOf = (isEven: boolean): number[] =>
    runs.flatMap((run) =>
      run.slice(1).map((point, index) => point[axis] - expect(run, index + 1, { axis, isEven })),
    );
  const [still, even] = [restOf(false), restOf(true)];
  const size = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + Math.abs(value), 0);
  const isEven = size(even) < size(still);
  writer.bits(isEven ? 1 : 0, 1);
  writeColumn(writer, isEven ? even : still);
}

/** What the corner at `index` is expected to be, in steps, from those before it. */
function expect(
  run: readonly PathPoint[],
  index: number,
  { axis, isEven }: { readonly axis: Axis; readonly isEven: boolean },
): number {
  const last = run[index - 1] ?? origin;
  const before = run[index - 2];
  const at = run[index];
  if (!isEven || before === undefined || at === undefined) return last[axis];
  const share = (at.frame - last.frame) / (last.frame - before.frame);
  return last[axis] + Math.round((last[axis] - before[axis]) * share);
}

/** The part of these bytes. @throws RangeError when the bytes are none of ours */
export function decodePart(trackId: number, bytes: Uint8Array): TrackPart {
  const { labels, unconfirmedLooks, runEnds, frame, boxes } = decodePath(trackId, bytes);
  const pointAt = (index: number): PathPoint => ({
    frame: frame[index] ?? 0,
    x: boxes[4 * index + boxValue.x] ?? 0,
    top: boxes[4 * index + boxValue.top] ?? 0,
    bottom: boxes[4 * index + boxValue.bottom] ?? 0,
    width: boxes[4 * index + boxValue.width] ?? 0,
  });
  let start = 0;
  const runs = Array.from(runEnds, (end) => {
    const run = Array.from({ length: end - start }, (_, index) => pointAt(start + index));
    start = end;
    return run;
  });
  return { trackId, labels, unconfirmedLooks, runs };
}

/** The same in columns. @throws RangeError when the bytes are none of ours */
export function decodePath(trackId: number, bytes: Uint8Array): TrackPath {
  const reader = createBitReader(bytes);
  const step = 2 ** -reader.bits(3);
  const unconfirmedLooks = reader.gamma();
  const labels: { frame: number; label: Label }[] = [];
  for (let left = reader.gamma(); left > 0; left -= 1) {
    const frame = reader.gamma();
    labels.push({ frame, label: Label.options[reader.bits(3)] ?? 'other' });
  }
  const runs = readRuns(reader);
  const length = runs.ends.at(-1) ?? 0;
  const path = {
    trackId,
    labels,
    unconfirmedLooks,
    runEnds: runs.ends,
    frame: new Int32Array(length),
    boxes: new Float32Array(4 * length),
  };
  readFrames(reader, path, runs);
  for (const axis of axes) readAxis(reader, path, { axis, firsts: runs.firsts, step });
  return path;
}

/** The beginnings of runs, as they stand before the columns. */
interface RunHeads {
  /** For each run the place after its last corner */
  readonly ends: readonly number[];
  /** Frames from the beginning of the run before to that of this one */
  readonly gaps: readonly number[];
  /** Of each run the first box in steps, in the order of `boxValue` */
  readonly firsts: readonly number[];
}

function readRuns(reader: BitReader): RunHeads {
  const count = checkLength(reader.gamma());
  const ends: number[] = [];
  const gaps: number[] = [];
  const firsts: number[] = [];
  let length = 0;
  for (let run = 0; run < count; run += 1) {
    length = checkLength(length + reader.gamma());
    ends.push(length);
    gaps.push(reader.gamma());
    for (let value = 0; value < 4; value += 1) {
      firsts.push((firsts[4 * (run - 1) + value] ?? 0) + reader.signedGamma());
    }
  }
  return { ends, gaps, firsts };
}

/** More corners than any block of half a minute has: the bytes are none of ours. */
const maxCorners = 1_000_000;

function checkLength(length: number): number {
  if (length > maxCorners) throw new RangeError('the bytes of a path are none of ours');
  return length;
}

function readFrames(reader: BitReader, { frame }: TrackPath, { ends, gaps }: RunHeads): void {
  const k = reader.bits(kBits);
  let at = 0;
  let from = 0;
  ends.forEach((to, run) => {
    at += gaps[run] ?? 0;
    frame[from] = at;
    for (let index = from + 1; index < to; index += 1) {
      at += reader.rice(k) + 1;
      frame[index] = at;
    }
    from = to;
  });
}

function readAxis(
  reader: BitReader,
  { frame, boxes, runEnds }: TrackPath,
  {
    axis,
    firsts,
    step,
  }: { readonly axis: Axis; readonly firsts: readonly number[]; readonly step: number },
): void {
  const value = boxValue[axis];
  const isEven = reader.bits(1) === 1;
  const k = reader.bits(kBits);
  let from = 0;
  for (let run = 0; run < runEnds.length; run += 1) {
    const to = runEnds[run] ?? 0;
    let last = firsts[4 * run + value] ?? 0;
    let before = last;
    boxes[4 * from + value] = last * step;
    for (let index = from + 1; index < to; index += 1) {
      let now = last + reader.rice(k);
      if (isEven && index > from + 1) {
        const lastFrame = frame[index - 1] ?? 0;
        const share = ((frame[index] ?? 0) - lastFrame) / (lastFrame - (frame[index - 2] ?? 0));
        now += Math.round((last - before) * share);
      }
      before = last;
      last = now;
      boxes[4 * index + value] = now * step;
    }
    from = to;
  }
}

/** Bytes of the times of frames, whole ms, that do not go back; the first is known elsewhere. */
export function encodeTimes(times: readonly number[]): Uint8Array {
  const writer = createBitWriter();
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  writer.gamma(steps.length);
  writeColumn(
    writer,
    steps.map((step, index) => step - (steps[index - 1] ?? 0)),
  );
  return writer.bytes();
}

/** The times of frames from the first on, Unix ms. @throws RangeError when the bytes are none of ours */
export function decodeTimes(firstMs: number, bytes: Uint8Array): number[] {
  const reader = createBitReader(bytes);
  const length = reader.gamma();
  const k = reader.bits(kBits);
  const times = [firstMs];
  let step = 0;
  let time = firstMs;
  for (let index = 0; index < length; index += 1) {
    step += reader.rice(k);
    time += step;
    times.push(time);
  }
  return times;
}

/** A block as it was written down. @throws RangeError when its bytes are none of ours */
export function decodeBlock(block: EncodedBlock & { readonly epoch: number }): TrajectoryBlock {
  return {
    epoch: block.epoch,
    picture: block.picture,
    frameMs: decodeTimes(block.fromMs, block.frames),
    parts: block.parts.map(({ trackId, path }) => decodePart(trackId, path)),
  };
}

/** The same in columns. @throws RangeError when its bytes are none of ours */
export function decodePaths(
  block: Pick<PathBlock, 'epoch' | 'picture'> & {
    readonly fromMs: number;
    readonly frames: Uint8Array;
    readonly paths: readonly { readonly trackId: number; readonly path: Uint8Array }[];
  },
): PathBlock {
  return {
    epoch: block.epoch,
    picture: block.picture,
    frameMs: decodeTimes(block.fromMs, block.frames),
    paths: block.paths.map(({ trackId, path }) => decodePath(trackId, path)),
  };
}
