/**
 * Average precision as pycocotools defines it: 101 recall points, all areas, at most 100 boxes per picture and class.
 */
import type { Box } from '#contract/geometry.ts';

/** One class on one picture. */
export interface ClassOnPicture {
  readonly found: readonly { readonly box: Box; readonly score: number }[];
  /** A crowd is one box around many: finding it is neither right nor wrong. */
  readonly truth: readonly { readonly box: Box; readonly isCrowd: boolean }[];
}

export interface AveragePrecision {
  /** At an overlap of 0.5, 0…1 */
  readonly ap50: number;
  /** Mean over overlaps 0.5, 0.55 … 0.95, 0…1 */
  readonly ap: number;
}

const MAX_FOUND = 100;
const RECALL_POINTS = 101;
const thresholds = Array.from({ length: 10 }, (_, index) => 0.5 + index * 0.05);

/** Average precision of one class over all pictures; null where there is nothing to find. */
export function averagePrecision(pictures: readonly ClassOnPicture[]): AveragePrecision | null {
  const wanted = pictures.reduce(
    (sum, { truth }) => sum + truth.filter(({ isCrowd }) => !isCrowd).length,
    0,
  );
  if (wanted === 0) return null;
  const prepared = pictures.map(prepare);
  const perThreshold = thresholds.map((threshold) => {
    const matches = prepared.flatMap((picture) => matchPicture(picture, threshold));
    return areaUnderCurve(matches, wanted);
  });
  return {
    ap50: perThreshold[0] ?? 0,
    ap: perThreshold.reduce((sum, ap) => sum + ap, 0) / thresholds.length,
  };
}

interface Prepared {
  readonly scores: readonly number[];
  /** Overlap of each found box (strongest first) with each true one */
  readonly overlaps: readonly (readonly number[])[];
  readonly isCrowd: readonly boolean[];
}

/** Strongest boxes first, crowds last. */
function prepare({ found, truth }: ClassOnPicture): Prepared {
  const strongest = [...found].sort((a, b) => b.score - a.score).slice(0, MAX_FOUND);
  const ordered = [...truth].sort((a, b) => Number(a.isCrowd) - Number(b.isCrowd));
  return {
    scores: strongest.map(({ score }) => score),
    overlaps: strongest.map(({ box }) =>
      ordered.map((real) => overlapOf(box, real.box, real.isCrowd)),
    ),
    isCrowd: ordered.map(({ isCrowd }) => isCrowd),
  };
}

interface Match {
  readonly score: number;
  readonly isRight: boolean;
}

/** Each box takes the free true box that it overlaps most; those that take a crowd are left out. */
function matchPicture({ scores, overlaps, isCrowd }: Prepared, threshold: number): Match[] {
  const taken = new Set<number>();
  return scores.flatMap((score, index): Match[] => {
    let best = -1;
    let reached = threshold;
    for (const [real, overlap] of (overlaps[index] ?? []).entries()) {
      if (taken.has(real) && isCrowd[real] !== true) continue;
      // A real object that fits well enough is never given up for a crowd.
      if (best >= 0 && isCrowd[best] === false && isCrowd[real] === true) break;
      if (overlap < reached) continue;
      best = real;
      reached = overlap;
    }
    if (best < 0) return [{ score, isRight: false }];
    taken.add(best);
    return isCrowd[best] === true ? [] : [{ score, isRight: true }];
  });
}

/** Mean of the precision at 101 recalls, where precision is the best at that recall or a higher one. */
function areaUnderCurve(matches: readonly Match[], wanted: number): number {
  const ordered = [...matches].sort((a, b) => b.score - a.score);
  const recalls: number[] = [];
  const precisions: number[] = [];
  let right = 0;
  for (const [index, { isRight }] of ordered.entries()) {
    if (isRight) right++;
    recalls.push(right / wanted);
    precisions.push(right / (index + 1));
  }
  for (let index = precisions.length - 2; index >= 0; index--) {
    precisions[index] = Math.max(precisions[index] ?? 0, precisions[index + 1] ?? 0);
  }
  let sum = 0;
  let at = 0;
  for (let point = 0; point < RECALL_POINTS; point++) {
    const recall = point / (RECALL_POINTS - 1);
    while (at < recalls.length && (recalls[at] ?? 0) < recall) at++;
    sum += precisions[at] ?? 0;
  }
  return sum / RECALL_POINTS;
}

/** Intersection over union; over the found box alone where the true one is a crowd. */
export function overlapOf(found: Box, real: Box, isCrowd = false): number {
  const width = Math.min(found.x + found.width, real.x + real.width) - Math.max(found.x, real.x);
  const height = Math.min(found.y + found.height, real.y + real.height) - Math.max(found.y, real.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const own = found.width * found.height;
  return shared / (isCrowd ? own : own + real.width * real.height - shared);
}
