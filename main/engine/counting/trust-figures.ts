/**
 * Measures from the paths of an hour how well tracks hold together at a line.
 *
 *   born ●───▶ │        ended ──▶● │        fragment ──▶●│ ●──▶   two tracks, most likely one person
 */
import type { Line } from '#contract/counting.ts';
import type { Size } from '#contract/geometry.ts';
import type { TrustFigures } from '#contract/trust.ts';
import { isCounted, median, visitOf } from './line-doctor.ts';
import type { TrackSample } from './track-samples.ts';

export interface TrustHourData {
  readonly picture: Size;
  readonly samples: readonly TrackSample[];
  /** Scores of the detections that counted in the hour */
  readonly scores: readonly number[];
  /** Frames looked at, and the seconds in which */
  readonly frames: number;
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
  const visits = data.samples
    .filter(({ label }) => isCounted(line.labels, label))
    .flatMap((sample) => {
      const visit = visitOf(sample, line, data.picture);
      return visit === null ? [] : [{ ...visit, sample }];
    });
  const tracks = visits.length;
  const share = (hits: number): number | null => (tracks === 0 ? null : hits / tracks);
  const born = visits.filter(({ isBornHere }) => isBornHere);
  const ended = visits.filter(({ diesHere }) => diesHere);
  const passages = visits.filter(({ passage }) => passage !== null).length;
  const fragments = pairUp(
    ended.map(({ sample }) => sample),
    born.map(({ sample }) => sample),
  );
  const labels: Record<string, number> = {};
  for (const { sample } of visits) labels[sample.label] = (labels[sample.label] ?? 0) + 1;
  const { scores, frames, observedSeconds } = data;
  return {
    tracks,
    passages,
    bornShare: share(born.length),
    endedShare: share(ended.length),
    fragments: passages === 0 ? null : fragments / passages,
    jitterBands: tracks === 0 ? null : median(visits.map(({ jitterBands }) => jitterBands)),
    heightPx: tracks === 0 ? null : median(visits.map(({ heightPx }) => heightPx)),
    score:
      scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    framesPerSecond: observedSeconds === 0 ? null : frames / observedSeconds,
    labels,
    observedShare: Math.min(1, observedSeconds / hourSeconds),
  };
}

/** Ends that another track takes up, each beginning used once. */
function pairUp(ended: readonly TrackSample[], born: readonly TrackSample[]): number {
  const free = new Set(born);
  let pairs = 0;
  for (const end of ended) {
    const heir = [...free].find((begin) => isHeir(end, begin));
    if (heir === undefined) continue;
    free.delete(heir);
    pairs += 1;
  }
  return pairs;
}

function isHeir(end: TrackSample, begin: TrackSample): boolean {
  const last = end.looks.at(-1);
  const first = begin.looks[0];
  if (end === begin || last === undefined || first === undefined) return false;
  const seconds = (first.atMs - last.atMs) / 1000;
  const heightPx = Math.max(1, last.bottom - last.top);
  const distance = Math.hypot(first.x - last.x, first.bottom - last.bottom);
  return seconds > 0 && seconds <= fragmentSeconds && distance <= fragmentHeights * heightPx;
}
