/**
 * Says whether the counts of an hour can be relied on: how far its figures lie from what is usual at that line.
 */
import type {
  TrustFigure,
  TrustFigures,
  TrustHour,
  TrustNormal,
  TrustReason,
  TrustReasonCode,
} from '#contract/trust.ts';
import { median } from './line-doctor.ts';

export interface KnownHour {
  /** Unix ms */
  readonly from: number;
  readonly figures: TrustFigures;
}

type Judgement = Pick<TrustHour, 'normal' | 'verdict' | 'reasons'>;

/** So many hours with tracks make a normal, and so many of the same hour of the day one of their own. */
export const neededHours = 12;
const neededOfHour = 5;
/** An hour with fewer tracks, or less seen of it, says nothing about what is usual. */
const leastTracks = 10;
const leastObserved = 0.8;
/** A figure so many spreads from the usual makes counts doubtful, and unreliable. */
const doubtfulSpreads = 5;
const unreliableSpreads = 10;
const wholeObserved = 0.98;
/** A larger share of tracks that begin, end or break at the line is never reliable, however usual it is there. */
const mostBroken = 0.5;
const hourMs = 3_600_000;
/** Makes a median of deviations comparable with a standard deviation. */
const madScale = 1.4826;

interface Rule {
  readonly figure: TrustFigure;
  readonly code: TrustReasonCode;
  /** Which way is worse; 0 when both are */
  readonly worse: 1 | -1 | 0;
  /** A spread below this is luck: in the figure's unit, and as a share of the median */
  readonly floor: number;
  readonly floorShare: number;
  /** Variance of one track (of a share p), by which small hours scatter more */
  readonly ofOne: (usual: number) => number;
}

const none = (): number => 0;
const ofShare = (p: number): number => Math.max(0.01, p * (1 - p));
const rules: readonly Rule[] = [
  {
    figure: 'bornShare',
    code: 'many-born',
    worse: 1,
    floor: 0.02,
    floorShare: 0.1,
    ofOne: ofShare,
  },
  {
    figure: 'endedShare',
    code: 'many-ended',
    worse: 1,
    floor: 0.02,
    floorShare: 0.1,
    ofOne: ofShare,
  },
  {
    figure: 'fragments',
    code: 'many-fragments',
    worse: 1,
    floor: 0.02,
    floorShare: 0.1,
    ofOne: ofShare,
  },
  { figure: 'jitterBands', code: 'trembling', worse: 1, floor: 0.02, floorShare: 0.1, ofOne: none },
  { figure: 'heightPx', code: 'size-changed', worse: 0, floor: 1, floorShare: 0.05, ofOne: none },
  { figure: 'score', code: 'low-score', worse: -1, floor: 0.01, floorShare: 0.01, ofOne: none },
  {
    figure: 'framesPerSecond',
    code: 'few-frames',
    worse: -1,
    floor: 0.1,
    floorShare: 0.05,
    ofOne: none,
  },
];

/** Whether an hour is full enough to learn from. */
export function isTelling({ figures }: KnownHour): boolean {
  return figures.tracks >= leastTracks && figures.observedShare >= leastObserved;
}

/** Judges one hour by the others; the hour itself among them is left out. Pure. */
export function judgeHour(hour: KnownHour, known: readonly KnownHour[]): Judgement {
  const { figures } = hour;
  const observed = observedReason(figures);
  const others = known.filter((other) => other.from !== hour.from && isTelling(other));
  if (others.length < neededHours) {
    return close(null, observed, {
      code: 'no-normal-yet',
      value: others.length,
      usual: neededHours,
    });
  }
  const alike = others.filter((other) => (other.from - hour.from) % (24 * hourMs) === 0);
  const base = alike.length >= neededOfHour ? alike : others;
  const normal: Partial<Record<TrustFigure, TrustNormal>> = {};
  const faults: Fault[] = [...observed];
  for (const rule of rules) {
    const usual = normalOf(base, rule.figure);
    if (usual === null) continue;
    normal[rule.figure] = usual;
    const value = figures[rule.figure];
    if (value === null) continue;
    faults.push(...faultOf(rule, { value, usual, tracks: Math.max(1, figures.tracks) }));
  }
  const usualTracks = normalOf(base, 'tracks');
  if (usualTracks !== null) {
    normal.tracks = usualTracks;
    // How many come depends on the hour of the day: other hours say nothing about it.
    if (base === alike) faults.push(...fewTracks(usualTracks, figures));
  }
  const isTold = figures.tracks >= leastTracks || faults.length > 0;
  const untold: TrustReason = {
    code: 'too-few-to-tell',
    value: figures.tracks,
    usual: leastTracks,
  };
  return close(normal, faults, isTold ? null : untold);
}

interface Fault extends TrustReason {
  /** In spreads */
  readonly weight: number;
}

function close(
  normal: Judgement['normal'],
  faults: readonly Fault[],
  untold: TrustReason | null,
): Judgement {
  const sorted = [...faults].sort((a, b) => b.weight - a.weight);
  const reasons: TrustReason[] = sorted.map(({ code, value, usual }) => ({ code, value, usual }));
  if (untold !== null) reasons.push(untold);
  const worst = sorted[0]?.weight ?? 0;
  if (worst >= unreliableSpreads) return { normal, verdict: 'unreliable', reasons };
  if (worst >= doubtfulSpreads) return { normal, verdict: 'doubtful', reasons };
  return { normal, verdict: untold === null ? 'reliable' : 'unknown', reasons };
}

/** An hour not seen whole counts too little, whatever is usual. */
function observedReason({ observedShare }: TrustFigures): Fault[] {
  if (observedShare >= wholeObserved) return [];
  const weight = observedShare < leastObserved ? unreliableSpreads : doubtfulSpreads;
  return [{ code: 'not-observed', value: observedShare, usual: 1, weight }];
}

function faultOf(
  { code, worse, floor, floorShare, ofOne }: Rule,
  { value, usual, tracks }: { value: number; usual: TrustNormal; tracks: number },
): Fault[] {
  const least = Math.max(floor, floorShare * Math.abs(usual.median));
  const scale = Math.hypot(Math.max(usual.spread, least), Math.sqrt(ofOne(usual.median) / tracks));
  const off = (value - usual.median) / scale;
  const isBadAnyway = ofOne === ofShare && value > mostBroken;
  const leastWeight = isBadAnyway ? doubtfulSpreads : 0;
  const weight = Math.max(leastWeight, worse === 0 ? Math.abs(off) : off * worse);
  return weight < doubtfulSpreads ? [] : [{ code, value, usual: usual.median, weight }];
}

/** Far fewer tracks than at this hour on other days; they scatter at least as counts do (Poisson). */
function fewTracks(
  { median: usual, spread }: TrustNormal,
  { tracks: value }: TrustFigures,
): Fault[] {
  const scale = Math.hypot(spread, Math.sqrt(usual), 0.1 * usual);
  const weight = (usual - value) / scale;
  return weight < doubtfulSpreads ? [] : [{ code: 'few-tracks', value, usual, weight }];
}

function normalOf(hours: readonly KnownHour[], figure: TrustFigure): TrustNormal | null {
  const values = hours.flatMap(({ figures }) => figures[figure] ?? []);
  if (values.length === 0) return null;
  const middle = median(values);
  const deviations = values.map((value) => Math.abs(value - middle));
  return { median: middle, spread: madScale * median(deviations) };
}
