/**
 * Reads files in the format of the MOTChallenge and picks what a test of counting needs from them.
 */
import { readFileSync } from 'node:fs';
import type { Size } from '#contract/geometry.ts';

/** A box in pixels by its top left corner, with the identity it belongs to. */
export interface IdBox {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly score: number;
}

/** Boxes by frame; the first entry is frame 1 of the file. */
export type Frames = readonly (readonly IdBox[])[];

export interface Truth {
  readonly people: Frames;
  /** People on vehicles, statues, reflections and the like: who finds them is neither right nor wrong */
  readonly distractors: Frames;
}

/** A sequence of the benchmark with all that does not depend on a tracker. */
export interface Sequence {
  readonly name: string;
  readonly size: Size;
  readonly fps: number;
  readonly truth: Truth;
}

interface Row extends IdBox {
  readonly frame: number;
  /** Class of the MOT16 and MOT17 truth; 1 where the file has none */
  readonly kind: number;
}

const distractorKinds = new Set([2, 7, 8, 12]);

/** Truth of a file: people are the rows with flag 1 and class 1. MOT15 has no classes. */
export function readTruth(file: string, format: 'mot15' | 'mot17', frameCount: number): Truth {
  const rows = readRows(file);
  const kindOf = (row: Row): number => (format === 'mot15' ? 1 : row.kind);
  return {
    people: byFrame(
      rows.filter((row) => row.score === 1 && kindOf(row) === 1),
      frameCount,
    ),
    distractors: byFrame(
      rows.filter((row) => distractorKinds.has(kindOf(row))),
      frameCount,
    ),
  };
}

/** Rows of a detection or result file as they are. */
export function readBoxes(file: string, frameCount: number): Frames {
  return byFrame(readRows(file), frameCount);
}

function readRows(file: string): Row[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [frame, id, x, y, width, height, score, kind] = line.split(',').map(Number);
      return {
        frame: frame ?? 0,
        id: id ?? -1,
        x: x ?? 0,
        y: y ?? 0,
        width: width ?? 0,
        height: height ?? 0,
        score: score ?? 1,
        kind: kind ?? 1,
      };
    });
}

function byFrame(rows: readonly Row[], frameCount: number): IdBox[][] {
  const frames: IdBox[][] = Array.from({ length: frameCount }, () => []);
  for (const { id, x, y, width, height, score, frame } of rows) {
    frames[frame - 1]?.push({ id, x, y, width, height, score });
  }
  return frames;
}
