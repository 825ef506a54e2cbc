/**
 * Measures from the paths of an hour how well tracks hold together at a line.
 *
 *   born ●───▶ │        ended ──▶● │        fragment ──▶●│ ●──▶   two tracks, most likely one person
 */
import type { Line } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import type { TrustFigures } from '#contract/trust.ts';
import { anchorPx, isCounted, median, visitOf } from './line-doctor.ts';
import { locate, toPolyline } from './polyline.ts';
import type { TrackSample } from './track-samples.ts';

export interface TrustHourData {
  readonly picture: Size;
  readonly samples: readonly TrackSample[];
  /** Scores of the detections that counted in the hour */
  readonly scores: readonly number[];
  /** Frames looked at in a second while somebody was there; null where nobody was */
  readonly framesPerSecond: number | null;
  /** Seconds observed, those in which nothing moved as well */
  readonly observedSeconds: number;
}

/** A track that begins so soon after another ended, and so near to it, most likely goes on with it: seconds, heights. */
const fragmentSeconds = 2;
const fragmentHeights = 0.75;
const hourSeconds = 3_600;

/** The figures of a line in an hour. Pure. */
export function measureTrust(
  line: Pick<Line, 'points' | 'anchor' | 'labels'>,
  data: TrustHourData,
): TrustFigures {
  const wanted = data.samples.filter(({ label }) => isCounted(line.labels, label));
  const visits = wanted.flatMap((sample) => {
    const visit = visitOf(sample, line, data.picture);
    return visit === null ? [] : [{ ...visit, sample }];
  });
  const tracks = visits.length;
  const share = (hits: number): number | null => (tracks === 0 ? null : hits / tracks);
  const births = new Set(visits.flatMap((v) => (v.isBornHere ? v.sample : [])));
  const ends = new Set(visits.flatMap((v) => (v.diesHere ? v.sample : [])));
  const passages = visits.filter(({ passage }) => passage !== null).length;
  const isPassed = isBetween(line, data.picture);
  const broken = countBroken(wanted, (end, begin) => {
    return isPassed(end, begin) || (ends.has(end) && births.has(begin));
  });
  const labels: Record<string, number> = {};
  for (const { sample } of visits) labels[sample.label] = (labels[sample.label] ?? 0) + 1;
  const { scores, framesPerSecond, observedSeconds } = data;
  return {
    tracks,
    passages,
    bornShare: share(births.size),
    endedShare: share(ends.size),
    fragments: passages + broken === 0 ? null : broken / (passages + broken),
    jitterBands: tracks === 0 ? null : median(visits.map(({ jitterBands }) => jitterBands)),
    heightPx: tracks === 0 ? null : median(visits.map(({ heightPx }) => heightPx)),
    score:
      scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    framesPerSecond,
    labels,
    observedShare: Math.min(1, observedSeconds / hourSeconds),
  };
}

/**
 * Tracks that broke at the line: one ends, another goes on with it, and either came to the line or the line lies between
 * them. Most of these never come within two bands of it, so all tracks are looked at. Each beginning is used once.
 */
function countBroken(
  samples: readonly TrackSample[],
  isAtLine: (end: TrackSample, begin: TrackSample) => boolean,
): number {
  const ended = samples.filter(({ isEndSeen }) => isEndSeen);
  const births = samples
    .filter(({ isBirthSeen }) => isBirthSeen)
    .sort((a, b) => startOf(a) - startOf(b));
  const taken = new Set<TrackSample>();
  let first = 0;
  let broken = 0;
  for (const end of ended.sort((a, b) => endOf(a) - endOf(b))) {
    while (first < births.length && startOf(births[first]) <= endOf(end)) first += 1;
    for (let index = first; index < births.length; index += 1) {
      const begin = births[index];
      if (begin === undefined || startOf(begin) - endOf(end) > fragmentSeconds * 1000) break;
      if (taken.has(begin) || !isHeir(end, begin)) continue;
      taken.add(begin);
      if (isAtLine(end, begin)) broken += 1;
      break;
    }
  }
  return broken;
}

const startOf = (sample: TrackSample | undefined): number => sample?.looks[0]?.atMs ?? 0;
const endOf = (sample: TrackSample): number => sample.looks.at(-1)?.atMs ?? 0;

function isHeir(end: TrackSample, begin: TrackSample): boolean {
  const last = end.looks.at(-1);
  const first = begin.looks[0];
  if (last === undefined || first === undefined) return false;
  const heightPx = Math.max(1, last.bottom - last.top);
  return Math.hypot(first.x - last.x, first.bottom - last.bottom) <= fragmentHeights * heightPx;
}

/** Whether the line lies between where one track ended and the other began. */
function isBetween(
  line: Pick<Line, 'points' | 'anchor'>,
  picture: Size,
): (end: TrackSample, begin: TrackSample) => boolean {
  const polyline = toPolyline(line.points, picture);
  return (end, begin) => {
    const last = end.looks.at(-1);
    const first = begin.looks[0];
    if (last === undefined || first === undefined) return false;
    const a = locate(polyline, anchorPx(last, line.anchor));
    const b = locate(polyline, anchorPx(first, line.anchor));
    const isBeside = [a, b].some(({ along }) => along >= 0 && along <= 1);
    return isBeside && a.distance * b.distance <= 0;
  };
}
