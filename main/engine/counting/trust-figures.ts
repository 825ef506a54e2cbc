/**
 * Measures from the paths of an hour how well tracks hold together at a line.
 *
 *   born ●───▶ │        ended ──▶● │        fragment ──▶●│ ●──▶   two tracks, most likely one person
 */
import type { Line } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import type { LineFigures } from '#contract/trust.ts';
import { findBroken } from './broken-tracks.ts';
import { countSwitches } from './identity-switches.ts';
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

const hourSeconds = 3_600;

/** The figures of a line in an hour. Pure. */
export function measureTrust(
  line: Pick<Line, 'points' | 'anchor' | 'labels'>,
  data: TrustHourData,
): LineFigures {
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
  // Most of those that broke never come within two bands of the line, so all tracks are looked at.
  const broken = findBroken(wanted).filter(({ end, begin }) => {
    return isPassed(end, begin) || (ends.has(end) && births.has(begin));
  }).length;
  const switches = countSwitches([...ends], [...births]);
  const labels: Record<string, number> = {};
  for (const { sample } of visits) labels[sample.label] = (labels[sample.label] ?? 0) + 1;
  const { scores, framesPerSecond, observedSeconds } = data;
  return {
    tracks,
    passages,
    bornShare: share(births.size),
    endedShare: share(ends.size),
    fragments: passages + broken === 0 ? null : broken / (passages + broken),
    switches: passages + switches === 0 ? null : switches / (passages + switches),
    jitterBands: tracks === 0 ? null : median(visits.map(({ jitterBands }) => jitterBands)),
    heightPx: tracks === 0 ? null : median(visits.map(({ heightPx }) => heightPx)),
    score:
      scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    framesPerSecond,
    labels,
    observedShare: Math.min(1, observedSeconds / hourSeconds),
  };
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
