/**
 * From what is stored of an experiment to its verdict and its figures. Pure.
 */
import type { Experiment, ExperimentFigure, ExperimentSummary } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ArmMinute, ExperimentPair } from '#contract/experiment-event.ts';
import type { Interval } from '#contract/experiment-verdict.ts';
import { seededNumbers } from '#engine/base/random.ts';
import { guessedDeviation } from './answer.ts';
import { pairKinds } from './pairing.ts';
import { holm } from './statistics/adjust.ts';
import { type Block, blockMs, bootstrapRate, leastBlocks } from './statistics/block-bootstrap.ts';
import { chiSquareTest } from './statistics/chi-square.ts';
import { mean, meanInterval } from './statistics/interval.ts';
import { mannWhitney } from './statistics/mann-whitney.ts';
import { neymanAllocation } from './statistics/neyman.ts';
import { welchTest } from './statistics/welch.ts';
import { judgeExperiment } from './verdict.ts';

export interface Seen {
  readonly place: string;
  readonly from: number;
  readonly to: number;
  readonly framesA: number;
  readonly framesB: number;
}

const hourMs = 3_600_000;
/** Answers that are asked for at first; doubled as often as all are given */
const firstSample = 100;

export function summarise(
  experiment: Experiment,
  stretches: readonly Seen[],
  pairs: readonly ExperimentPair[],
): ExperimentSummary {
  const frames = {
    a: stretches.reduce((sum, { framesA }) => sum + framesA, 0),
    b: stretches.reduce((sum, { framesB }) => sum + framesB, 0),
  };
  const { kind, margin, failure, leastEvents, leastHours } = experiment;
  const hours = hoursOf(kind, stretches);
  const verdict = judgeExperiment({
    ...{ kind, pairs, frames, hours, margin, failure },
    blocks: blocksOf(stretches, pairs).map(({ a, b }) => a.events - b.events),
    rules: { leastEvents, leastHours },
  });
  return { experiment, verdict, frames, hours };
}

/** Of clips what was looked at; of cameras from the first picture to the last one. */
export function hoursOf(kind: Experiment['kind'], stretches: readonly Seen[]): number {
  if (kind === 'offline') {
    return stretches.reduce((sum, { from, to }) => sum + to - from, 0) / hourMs;
  }
  const from = Math.min(...stretches.map((each) => each.from));
  const to = Math.max(...stretches.map((each) => each.to));
  return stretches.length === 0 ? 0 : (to - from) / hourMs;
}

/** What each arm counted in each five minutes of which something was looked at. */
function blocksOf(
  stretches: readonly Seen[],
  pairs: readonly ExperimentPair[],
): Record<ArmName, Block>[] {
  const blocks = new Map<number, { hours: number; a: number; b: number }>();
  const blockOf = (at: number) => Math.floor(at / blockMs);
  for (const { from, to } of stretches) {
    const block = blocks.get(blockOf(from)) ?? { hours: 0, a: 0, b: 0 };
    blocks.set(blockOf(from), { ...block, hours: block.hours + (to - from) / hourMs });
  }
  for (const { place, at, a, b } of pairs) {
    const stretch = stretches.find(
      (each) => each.place === place && at >= each.from && at <= each.to,
    );
    const block = stretch && blocks.get(blockOf(stretch.from));
    if (!block) continue;
    if (a) block.a++;
    if (b) block.b++;
  }
  return [...blocks.values()].map(({ hours, a, b }) => ({
    a: { events: a, hours },
    b: { events: b, hours },
  }));
}

/** Crossings per hour of each arm; null with fewer than ten blocks of five minutes. */
export function ratesOf(
  stretches: readonly Seen[],
  pairs: readonly ExperimentPair[],
): Record<ArmName, Interval | null> {
  const blocks = blocksOf(stretches, pairs);
  const rate = (arm: ArmName): Interval | null => {
    if (blocks.length < leastBlocks) return null;
    const found = bootstrapRate(
      blocks.map((block) => block[arm]),
      { seed: 1, times: 1_000 },
    );
    return found && { value: found.value, low: found.low, high: found.high };
  };
  return { a: rate('a'), b: rate('b') };
}

/** What else differs between the arms, minute by minute; p by Holm over all of them. */
export function figuresOf(minutes: readonly ArmMinute[]): ExperimentFigure[] {
  const of = (arm: ArmName) => minutes.filter((minute) => minute.arm === arm);
  const values = (arm: ArmName, value: (minute: ArmMinute) => number | null) =>
    of(arm)
      .map(value)
      .filter((each) => each !== null);
  const both = (value: (minute: ArmMinute) => number | null): Values => [
    values('a', value),
    values('b', value),
  ];
  const latency = both(({ p95Ms }) => p95Ms);
  const found = both(({ detections, frames }) => (frames === 0 ? null : detections / frames));
  const scores = both(({ meanScore }) => meanScore);
  const outcomes = (['a', 'b'] as const).map((arm) => {
    const failed = of(arm).reduce((sum, { failures }) => sum + failures, 0);
    return [failed, of(arm).reduce((sum, { frames }) => sum + frames, 0)];
  });
  const rows: ExperimentFigure[] = [
    { ...middles(latency), name: 'latency', ...byRanks(latency) },
    { ...middles(found), name: 'detections', ...byRanks(found) },
    { ...middles(scores), name: 'score', test: 'welch', p: welchTest(...scores)?.p ?? null },
    {
      ...{ name: 'failures', test: 'chi-square' },
      a: outcomes[0]?.[0] ?? 0,
      b: outcomes[1]?.[0] ?? 0,
      intervals: { a: null, b: null },
      p: chiSquareTest(outcomes)?.p ?? null,
    },
  ];
  const tested = rows.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p ?? 1));
  return rows.map((each) => ({ ...each, p: adjusted[tested.indexOf(each)] ?? null }));
}

/** The values of both arms. */
type Values = readonly [a: readonly number[], b: readonly number[]];

function middles([a, b]: Values): Pick<ExperimentFigure, ArmName | 'intervals'> {
  const middle = (arm: readonly number[]) => (arm.length === 0 ? null : mean(arm));
  const intervals = { a: meanInterval(a), b: meanInterval(b) };
  return { a: middle(a), b: middle(b), intervals };
}

function byRanks(values: Values): Pick<ExperimentFigure, 'test' | 'p'> {
  return { test: 'mann-whitney', p: mannWhitney(...values)?.p ?? null };
}

/**
 * The events on which an answer tells most: of each kind a random sample of the size that Neyman gives it, disagreements
 * first. An event keeps its place in the order of chance, so that what was answered is a random sample at any time.
 */
export function pairsToJudge(pairs: readonly ExperimentPair[]): ExperimentPair[] {
  const groups = pairKinds.map((kind) =>
    pairs.filter((pair) => pair.kind === kind).sort((x, y) => chanceOf(x.id) - chanceOf(y.id)),
  );
  const strata = groups.map(({ length }, index) => ({
    size: length,
    deviation: guessedDeviation(pairKinds[index] ?? 'both'),
  }));
  for (let total = firstSample; ; total *= 2) {
    const sizes = neymanAllocation(strata, total);
    const open = groups.flatMap((group, index) =>
      group.slice(0, sizes[index]).filter(({ answer }) => answer === null),
    );
    const [agreed, differing] = [
      open.filter(({ kind }) => kind === 'both'),
      open.filter(({ kind }) => kind !== 'both'),
    ];
    if (open.length > 0 || total >= pairs.length) {
      return [...differing.sort((x, y) => chanceOf(x.id) - chanceOf(y.id)), ...agreed];
    }
  }
}

/** Always the same for the same event. */
function chanceOf(id: number): number {
  return seededNumbers(id * 7_919)();
}
