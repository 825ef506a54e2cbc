/**
 * The verdict of an experiment: which arm is better, that they are alike, that they differ, or that nobody can tell yet.
 *
 *   judged by people?   yes ─▶ which arm is right more often
 *                       no  ─▶ only whether they count differently
 *   looked at once (clips) ─▶ McNemar        looked at any time (live) ─▶ tests that allow it
 */
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { ExperimentAnswer, ExperimentVerdict, PairKind } from '#contract/experiment.ts';
import { scoreOf } from './answer.ts';
import { countKinds, pairKinds } from './pairing.ts';
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
  return { ...found, quality, rate, counts, unjudged };
}

interface Known {
  readonly counts: Readonly<Record<PairKind, number>>;
  readonly quality: PairQuality | null;
  readonly rate: Interval | null;
  readonly unjudged: number;
}

type Found = Pick<ExperimentVerdict, 'outcome' | 'reason' | 'sentence' | 'p'>;

function decide(evidence: Evidence, known: Known): Found {
  const { frames, pairs, rules, hours, kind } = evidence;
  if (evidence.failure !== null) {
    return { outcome: 'void', reason: 'failed', p: null, sentence: evidence.failure };
  }
  if (frames.a !== frames.b) {
    const sentence = `The arms have not seen the same frames (A ${String(frames.a)}, B ${String(frames.b)}), so their counts cannot be compared.`;
    return { outcome: 'void', reason: 'frames-differ', p: null, sentence };
  }
  const least = kind === 'offline' ? leastOfflineEvents : rules.leastEvents;
  if (pairs.length < least) {
    const sentence = `Not yet: ${events(pairs.length)} counted, and at least ${String(least)} are needed.`;
    return { outcome: 'not-yet', reason: 'few-events', p: null, sentence };
  }
  if (kind === 'live' && hours < rules.leastHours) {
    const sentence = `Not yet: it has run for ${hours.toFixed(1)} h, and ${String(rules.leastHours)} h are needed, so that every hour of the day is in it.`;
    return { outcome: 'not-yet', reason: 'few-hours', p: null, sentence };
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
  if (isFound) {
    const isA = isComplete ? wins.a > wins.b : (quality?.difference.value ?? 0) > 0;
    const [better, worse] = isA ? ['A', 'B'] : ['B', 'A'];
    const sentence = isComplete
      ? `${better} is better: where the two differ, ${better} alone is right ${times(isA ? wins.a : wins.b)} and ${worse} alone ${times(isA ? wins.b : wins.a)} (${pText(p)}).`
      : `${better} is better: ${qualityText(quality, difference)}.`;
    return { outcome: isA ? 'a' : 'b', reason: 'more-right', p, sentence };
  }
  if (difference && difference.low > -evidence.margin && difference.high < evidence.margin) {
    const sentence = `They are alike: ${qualityText(quality, difference)}, which is within the margin of ${evidence.margin.toFixed(2)}.`;
    return { outcome: 'alike', reason: 'within-margin', p, sentence };
  }
  const tested = `where the two differ, A alone is right ${times(wins.a)} and B alone ${times(wins.b)} (${pText(p)})`;
  const figures = [qualityText(quality, difference), isComplete ? tested : ''].filter(Boolean);
  const told = figures.length === 0 ? 'more verdicts are needed' : figures.join('; ');
  const sentence = `Not yet: no difference is shown: ${told}.`;
  return { outcome: 'not-yet', reason: 'no-difference', p, sentence };
}

/** Without verdicts one can only say whether they count differently, not who is right. */
function byCounts(evidence: Evidence, { counts, rate }: Known): Found {
  const [a, b] = [counts['only-a'], counts['only-b']];
  const all = evidence.pairs.length;
  const shared = `both counted ${String(counts.both)} of ${events(all)} alike, only A ${String(a)}, only B ${String(b)}, differently ${String(counts.different)}`;
  if (a + b + counts.different === 0) {
    const sentence = `No difference: ${shared}.`;
    return { outcome: 'alike', reason: 'no-difference', p: 1, sentence };
  }
  const p = test(evidence.kind, a, b) ?? 1;
  const isShown = evidence.kind === 'offline' ? p < alpha : rate !== null && !holdsZero(rate);
  if (!isShown) {
    return {
      outcome: 'not-yet',
      reason: 'needs-verdicts',
      p,
      sentence: `Not yet: the counts do not differ more than by chance: ${shared} (${pText(p)}).`,
    };
  }
  const more = (rate ? rate.value > 0 : a > b) ? 'A' : 'B';
  return {
    outcome: 'differ',
    reason: 'counts-differ',
    p,
    sentence: `They differ: ${more} counts more; ${shared} (${pText(p)}). Which one is right needs verdicts on the disagreements.`,
  };
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

function qualityText(quality: PairQuality | null, difference: Interval | null): string {
  if (!quality || !difference) return '';
  const { a, b } = quality;
  return `F1 of A ${share(a.f1.value)}, of B ${share(b.f1.value)}, difference ${signed(difference.value)} (95 % interval ${signed(difference.low)} to ${signed(difference.high)})`;
}

function share(value: number): string {
  return value.toFixed(3);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function events(count: number): string {
  return count === 1 ? '1 event' : `${String(count)} events`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

function pText(p: number | null): string {
  if (p === null) return 'not tested';
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}
