/**
 * Says whether the counts of an hour can be relied on: how far its figures lie from what is usual at that line.
 */
import type {
  SeenGroup,
  TrustFigure,
  TrustFigures,
  TrustHour,
  TrustNormal,
  TrustReason,
  TrustReasonCode,
} from '#contract/trust.ts';
import { median } from './line-doctor.ts';
import { figureRules, groupBreakRule, mixRule, type Rule, seenRule } from './trust-rules.ts';

export interface KnownHour {
  /** Unix ms */
  readonly from: number;
  readonly figures: TrustFigures;
}

type Judgement = Pick<TrustHour, 'normal' | 'normalSeen' | 'verdict' | 'reasons'>;

/** So many hours with tracks make a normal, and so many of the same hour of the day one of their own. */
export const neededHours = 12;
const neededOfHour = 5;
/** So many hours with a group make its normal. */
const neededOfGroup = 5;
/** What is usual is learned from so many days before and after an hour. */
export const learnDays = 14;
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

/** Whether an hour is full enough to learn from. */
export function isTelling({ figures }: KnownHour): boolean {
  return figures.tracks >= leastTracks && figures.observedShare >= leastObserved;
}

/** Judges one hour by the others; the hour itself among them is left out. Pure. */
export function judgeHour(hour: KnownHour, known: readonly KnownHour[]): Judgement {
  const { figures } = hour;
  const observed = observedReason(figures);
  const others = known.filter(
    (other) =>
      other.from !== hour.from &&
      Math.abs(other.from - hour.from) <= learnDays * 24 * hourMs &&
      isTelling(other),
  );
  if (others.length < neededHours) {
    const untold = { code: 'no-normal-yet', value: others.length, usual: neededHours } as const;
    return { normal: null, normalSeen: {}, ...close(observed, untold) };
  }
  const alike = others.filter((other) => (other.from - hour.from) % (24 * hourMs) === 0);
  const base = alike.length >= neededOfHour ? alike : others;
  const normal: Partial<Record<TrustFigure, TrustNormal>> = {};
  const faults: Fault[] = [...observed];
  for (const rule of figureRules) {
    const usual = normalOf(base.flatMap((other) => other.figures[rule.figure] ?? []));
    if (usual === null) continue;
    normal[rule.figure] = usual;
    const value = figures[rule.figure];
    if (value === null) continue;
    faults.push(...faultOf(rule, { value, usual, tracks: figures.tracks }));
  }
  faults.push(...mixFaults(figures, base));
  const groups = judgeGroups(figures.groups, base, others);
  faults.push(...groups.faults);
  const usualTracks = normalOf(base.map((other) => other.figures.tracks));
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
  return {
    normal,
    normalSeen: groups.normalSeen,
    ...close(faults, isTold ? null : untold),
  };
}

interface Fault extends TrustReason {
  /** In spreads */
  readonly weight: number;
}

function close(
  faults: readonly Fault[],
  untold: TrustReason | null,
): Pick<Judgement, 'verdict' | 'reasons'> {
  const sorted = [...faults].sort((a, b) => b.weight - a.weight);
  const reasons: TrustReason[] = sorted.map(({ weight: _, ...reason }) => reason);
  if (untold !== null) reasons.push(untold);
  const worst = sorted[0]?.weight ?? 0;
  if (worst >= unreliableSpreads) return { verdict: 'unreliable', reasons };
  if (worst >= doubtfulSpreads) return { verdict: 'doubtful', reasons };
  return { verdict: untold === null ? 'reliable' : 'unknown', reasons };
}

/** An hour not seen whole counts too little, whatever is usual. */
function observedReason({ observedShare }: TrustFigures): Fault[] {
  if (observedShare >= wholeObserved) return [];
  const weight = observedShare < leastObserved ? unreliableSpreads : doubtfulSpreads;
  return [{ code: 'not-observed', value: observedShare, usual: 1, weight }];
}

/** The label whose share differs most from the usual; none where all is as usual. */
function mixFaults({ labels, tracks }: TrustFigures, base: readonly KnownHour[]): Fault[] {
  if (tracks < leastTracks) return [];
  const names = new Set(
    [labels, ...base.map(({ figures }) => figures.labels)].flatMap(Object.keys),
  );
  const faults = [...names].flatMap((label) => {
    const usual = normalOf(
      base.map(({ figures }) => (figures.labels[label] ?? 0) / figures.tracks),
    );
    if (usual === null) return [];
    const value = (labels[label] ?? 0) / tracks;
    return faultOf(mixRule, { value, usual, tracks }).map((fault) => ({ ...fault, of: label }));
  });
  return faults.sort((a, b) => b.weight - a.weight).slice(0, 1);
}

/** Each group against itself at other times, at this hour of the day where that is known. */
function judgeGroups(
  groups: readonly SeenGroup[],
  base: readonly KnownHour[],
  others: readonly KnownHour[],
): { faults: Fault[]; normalSeen: Record<string, TrustNormal> } {
  const found: GroupFault[] = [];
  const normalSeen: Record<string, TrustNormal> = {};
  let judged = 0;
  for (const group of groups) {
    if (group.tracks < leastTracks) continue;
    const key = `${group.by}:${group.name}`;
    const alike = sameGroup(base, group);
    const known = alike.length >= neededOfGroup ? alike : sameGroup(others, group);
    if (known.length < neededOfGroup) continue;
    const { tracks } = group;
    judged += 1;
    for (const measure of groupMeasures) {
      const usual = normalOf(known.map(measure.read));
      if (usual === null) continue;
      if (measure.rule === seenRule) normalSeen[key] = usual;
      const faults = faultOf(measure.rule, { value: measure.read(group), usual, tracks });
      found.push(...faults.map((fault) => ({ fault: { ...fault, of: key }, measure })));
    }
  }
  const faults = groupMeasures.flatMap((measure) => {
    const own = found.filter((one) => one.measure === measure).map(({ fault }) => fault);
    return own.length === judged && judged > 1 ? [oneOfAll(measure, own, { groups, base })] : own;
  });
  return { faults, normalSeen };
}

interface GroupMeasure {
  readonly rule: Rule;
  readonly ofAll: TrustReasonCode;
  readonly read: (group: SeenCounts) => number;
}

interface GroupFault {
  readonly fault: Fault;
  readonly measure: GroupMeasure;
}

type SeenCounts = Pick<SeenGroup, 'tracks' | 'frames' | 'seenFrames' | 'broken'>;

const groupMeasures: readonly GroupMeasure[] = [
  {
    ...{ rule: seenRule, ofAll: 'all-seen-less' },
    read: ({ seenFrames, frames }) => seenFrames / Math.max(1, frames),
  },
  {
    ...{ rule: groupBreakRule, ofAll: 'all-break-more' },
    read: ({ broken, tracks }) => broken / Math.max(1, tracks),
  },
];

/** What is worse for every group is no matter of groups: one reason, as heavy as the worst of them. */
function oneOfAll(
  { ofAll, read }: GroupMeasure,
  own: readonly Fault[],
  { groups, base }: { readonly groups: readonly SeenGroup[]; readonly base: readonly KnownHour[] },
): Fault {
  const usual = normalOf(base.map(({ figures }) => read(sumOf(figures.groups))));
  return {
    code: ofAll,
    value: read(sumOf(groups)),
    usual: usual?.median ?? null,
    weight: Math.max(...own.map(({ weight }) => weight)),
  };
}

/** Each track is in as many groups as any other, so that shares of the sum are shares of all. */
function sumOf(groups: readonly SeenGroup[]): SeenCounts {
  const sum = { tracks: 0, frames: 0, seenFrames: 0, broken: 0 };
  for (const { tracks, frames, seenFrames, broken } of groups) {
    sum.tracks += tracks;
    sum.frames += frames;
    sum.seenFrames += seenFrames;
    sum.broken += broken;
  }
  return sum;
}

function sameGroup(hours: readonly KnownHour[], { by, name }: SeenGroup): SeenGroup[] {
  return hours.flatMap(({ figures }) =>
    figures.groups.filter((one) => one.by === by && one.name === name && one.tracks >= leastTracks),
  );
}

function faultOf(
  { code, worse, floor, floorShare, ofOne, isBreaking }: Rule,
  { value, usual, tracks }: { value: number; usual: TrustNormal; tracks: number },
): Fault[] {
  const least = Math.max(floor, floorShare * Math.abs(usual.median));
  const luck = Math.sqrt(ofOne(usual.median) / Math.max(1, tracks));
  const off = (value - usual.median) / Math.hypot(Math.max(usual.spread, least), luck);
  const leastWeight = isBreaking === true && value > mostBroken ? doubtfulSpreads : 0;
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

/** Median and spread of some values; null of none. */
function normalOf(values: readonly number[]): TrustNormal | null {
  if (values.length === 0) return null;
  const middle = median(values);
  const deviations = values.map((value) => Math.abs(value - middle));
  return { median: middle, spread: madScale * median(deviations) };
}
