/**
 * The verdict of an experiment: which arm is better, that they are alike, that they differ, or that nobody can tell yet.
 *
 *   judged by people?   yes ─▶ which arm is right more often
 *                       no  ─▶ only whether they count differently
 *   looked at once (clips) ─▶ McNemar        looked at any time (live) ─▶ tests that allow it
 */
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { ExperimentAnswer, PairKind } from '#contract/experiment-event.ts';
import type { ExperimentVerdict, VerdictPart } from '#contract/experiment-verdict.ts';
import { scoreOf } from './answer.ts';
import { countKinds, pairKinds } from './pairing.ts';
import { sentenceOf } from './sentence.ts';
import {
  confidenceSequence,
  leastValues,
  sequenceMargin,
} from './statistics/confidence-sequence.ts';
import { level, type Interval } from './statistics/interval.ts';
import { mcNemar, mcNemarAnytime } from './statistics/mcnemar.ts';
import { estimateQuality, type PairQuality } from './statistics/quality.ts';

/** An event, and what a person said about it. */
export interface JudgedPair {
  readonly kind: PairKind;
  readonly answer: ExperimentAnswer | null;
}

export interface Evidence {
  readonly kind: 'offline' | 'live';
  readonly pairs: readonly JudgedPair[];
  /** Frames that each arm has seen */
  readonly frames: { readonly a: number; readonly b: number };
  /** Crossings of A less those of B in each block of five minutes */
  readonly blocks: readonly number[];
  /** Of clips what was looked at, of cameras from the first picture to the last one, h */
  readonly hours: number;
  /** Largest difference of F1 that does not matter */
  readonly margin: number;
  /** A sentence about the arm that broke down */
  readonly failure: string | null;
  readonly rules: { readonly leastEvents: number; readonly leastHours: number };
}

/** Below this many events clips say nothing. */
export const leastOfflineEvents = 20;

const alpha = 1 - level;
/** Half of the usual interval for a deviation of 1 */
const usualMargin = normalQuantile(1 - alpha / 2, 0, 1);

/** Pure. */
export function judgeExperiment(evidence: Evidence): ExperimentVerdict {
  const counts = countKinds(evidence.pairs);
  const quality = qualityOf(evidence.pairs);
  const rate = evidence.kind === 'live' ? confidenceSequence(evidence.blocks) : null;
  const disagreements = evidence.pairs.filter(({ kind }) => kind !== 'both');
  const unjudged = disagreements.filter(({ answer }) => answer === null).length;
  const found = decide(evidence, { counts, quality, rate, unjudged });
  const sentence = sentenceOf(found.outcome, found.parts);
  return { ...found, sentence, quality, rate, counts, unjudged };
}

interface Known {
  readonly counts: Readonly<Record<PairKind, number>>;
  readonly quality: PairQuality | null;
  readonly rate: Interval | null;
  readonly unjudged: number;
}

type Found = Pick<ExperimentVerdict, 'outcome' | 'reason' | 'p' | 'parts'>;

function decide(evidence: Evidence, known: Known): Found {
  const { frames, pairs, rules, hours, kind, failure } = evidence;
  if (failure !== null) {
    const parts: VerdictPart[] = [{ kind: 'failed', text: failure }];
    return { outcome: 'void', reason: 'failed', p: null, parts };
  }
  if (frames.a !== frames.b) {
    const parts: VerdictPart[] = [{ kind: 'frames', ...frames }];
    return { outcome: 'void', reason: 'frames-differ', p: null, parts };
  }
  const least = kind === 'offline' ? leastOfflineEvents : rules.leastEvents;
  if (pairs.length < least) {
    const parts: VerdictPart[] = [{ kind: 'events', count: pairs.length, least }];
    return { outcome: 'not-yet', reason: 'few-events', p: null, parts };
  }
  if (kind === 'live' && hours < rules.leastHours) {
    const parts: VerdictPart[] = [{ kind: 'hours', hours, least: rules.leastHours }];
    return { outcome: 'not-yet', reason: 'few-hours', p: null, parts };
  }
  return byVerdicts(evidence, known) ?? byCounts(evidence, known);
}

/** Who is right more often, once people have answered about all on which the arms differ, or about a sample of everything. */
function byVerdicts(evidence: Evidence, { quality, unjudged, counts }: Known): Found | null {
  const wins = countWins(evidence.pairs);
  const disagreements = evidence.pairs.length - counts.both;
  const isComplete = unjudged === 0 && disagreements > 0;
  if (!isComplete && !quality) return null;
  const p = isComplete ? test(evidence.kind, wins.a, wins.b) : null;
  const difference = quality && atAnyLook(quality, evidence.kind);
  const isFound = isComplete ? (p ?? 1) < alpha : difference !== null && !holdsZero(difference);
  const tested: VerdictPart[] = isComplete ? [{ kind: 'wins', ...wins, p }] : [];
  const estimated = qualityPart(quality, difference);
  if (isFound) {
    const isA = isComplete ? wins.a > wins.b : (quality?.difference.value ?? 0) > 0;
    const parts = isComplete ? tested : estimated;
    return { outcome: isA ? 'a' : 'b', reason: 'more-right', p, parts };
  }
  if (difference && difference.low > -evidence.margin && difference.high < evidence.margin) {
    const parts: VerdictPart[] = [...estimated, { kind: 'margin', margin: evidence.margin }];
    return { outcome: 'alike', reason: 'within-margin', p, parts };
  }
  const figures = [...estimated, ...tested];
  const told: VerdictPart[] = figures.length === 0 ? [{ kind: 'needs-verdicts' }] : figures;
  const parts: VerdictPart[] = [{ kind: 'no-difference' }, ...told];
  return { outcome: 'not-yet', reason: 'no-difference', p, parts };
}

/** Without verdicts one can only say whether they count differently, not who is right. */
function byCounts(evidence: Evidence, { counts, rate }: Known): Found {
  const [a, b] = [counts['only-a'], counts['only-b']];
  if (a + b + counts.different === 0) {
    const parts: VerdictPart[] = [{ kind: 'counts', counts, p: null }];
    return { outcome: 'alike', reason: 'no-difference', p: 1, parts };
  }
  const p = test(evidence.kind, a, b) ?? 1;
  const shared: VerdictPart = { kind: 'counts', counts, p };
  const isShown = evidence.kind === 'offline' ? p < alpha : rate !== null && !holdsZero(rate);
  if (!isShown) {
    const parts: VerdictPart[] = [{ kind: 'chance' }, shared];
    return { outcome: 'not-yet', reason: 'needs-verdicts', p, parts };
  }
  const more = (rate ? rate.value > 0 : a > b) ? 'a' : 'b';
  const parts: VerdictPart[] = [{ kind: 'more', arm: more }, shared, { kind: 'needs-verdicts' }];
  return { outcome: 'differ', reason: 'counts-differ', p, parts };
}

function test(kind: Evidence['kind'], a: number, b: number): number | null {
  return kind === 'live' ? mcNemarAnytime(a, b) : (mcNemar(a, b)?.midP ?? null);
}

function holdsZero({ low, high }: Interval): boolean {
  return low <= 0 && high >= 0;
}

/** A live experiment is looked at after every verdict: its interval is as much wider as a confidence sequence is. */
function atAnyLook({ difference, verdicts }: PairQuality, kind: Evidence['kind']): Interval | null {
  if (kind === 'offline') return difference;
  if (verdicts < leastValues) return null;
  const { value, high } = difference;
  const half = ((high - value) * sequenceMargin(verdicts) * Math.sqrt(verdicts)) / usualMargin;
  return { value, low: value - half, high: value + half };
}

/** On which only the one arm is right. */
function countWins(pairs: readonly JudgedPair[]): { a: number; b: number } {
  const wins = { a: 0, b: 0 };
  for (const { kind, answer } of pairs) {
    if (kind === 'both' || (answer !== 'a' && answer !== 'b')) continue;
    wins[answer]++;
  }
  return wins;
}

/** Null until every kind of event has a verdict. */
function qualityOf(pairs: readonly JudgedPair[]): PairQuality | null {
  return estimateQuality(
    pairKinds.map((kind) => {
      const members = pairs.filter((pair) => pair.kind === kind);
      const verdicts = members.flatMap(({ answer }) =>
        answer === null ? [] : [scoreOf(kind, answer)],
      );
      return { size: members.length, verdicts };
    }),
  );
}

function qualityPart(quality: PairQuality | null, difference: Interval | null): VerdictPart[] {
  if (!quality || !difference) return [];
  return [{ kind: 'quality', a: quality.a.f1.value, b: quality.b.f1.value, difference }];
}
