/**
 * The rows of the public test: one per sequence, source, layer of noise, frame rate and rule, and the pooled ones.
 */
import type { Missed } from './missed.ts';
import type { LineScore } from './sweep.ts';
import { addHota, hota, type HotaFigures } from './hota.ts';
import { addScores, boundF1, figuresOf, type Score } from './scoring.ts';
import { randomOf } from '#test/random.ts';
import { addClear, idf1, mota, type ClearFigures } from './tracking-metrics.ts';

export type Source = 'truth' | 'detections' | 'video';

/** One scene with the scores of all rules on all lines, and how well the boxes were followed. */
export interface Result {
  readonly sequence: string;
  readonly source: Source;
  /** Layer of noise, or the name of the detection set */
  readonly noise: string;
  /** Frames per second that were looked at */
  readonly fps: number;
  /** Whether these were all frames of the sequence */
  readonly isFullRate: boolean;
  /** Who said which boxes are one person, where it was not the tracker of the product */
  readonly teller: string | null;
  readonly lines: readonly LineScore[];
  /** Null where it does not depend on a tracker or was not measured */
  /** What the network did not see at the lines; null where the boxes are given */
  readonly missed?: Missed;
  readonly tracking: { readonly clear: ClearFigures; readonly hota: HotaFigures } | null;
}

export interface BenchRow {
  readonly sequence: string;
  readonly source: Source;
  readonly noise: string;
  /** `full` where sequences of several rates are pooled at all their frames */
  readonly fps: number | 'full';
  readonly rule: string;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  readonly wape: number;
  readonly bias: number;
  readonly mota: number | null;
  readonly idf1: number | null;
  readonly hota: number | null;
  /** Interval of 95 % for f1 */
  readonly low: number;
  readonly high: number;
  /** F1 where the counted box must also be that of the person */
  readonly personF1: number;
  /** Share of the true crossings whose person was not detected within 0.5 s of the line; null where boxes are given */
  readonly missed: number | null;
  /** True crossings that were asked for, over all lines and seeds */
  readonly crossings: number;
}

/** Rates at which sequences are pooled, besides all at their own. */
const pooledRates = [25, 10, 5];

/** Rows per sequence, then pooled over sequences, then (on true boxes) over layers of noise too. */
export function toRows(results: readonly Result[]): BenchRow[] {
  const single = groupBy(results, (r) => [r.sequence, r.source, r.noise, r.fps, r.teller]);
  const rates = ['full', ...pooledRates] as const;
  const pooled = rates.flatMap((rate) => {
    const atRate = results.filter((result) =>
      rate === 'full' ? result.isFullRate : result.fps === rate,
    );
    const bySource = groupBy(atRate, (r) => [r.source, r.noise, r.teller]);
    const onTruth = atRate.filter((result) => result.source === 'truth');
    const overLayers = groupBy(onTruth, (r) => [r.teller]);
    return [
      ...bySource.flatMap((group) => rowsOf(group, { sequence: 'all', fps: rate })),
      ...overLayers.flatMap((group) => rowsOf(group, { sequence: 'all', fps: rate, noise: 'all' })),
    ];
  });
  return [...single.flatMap((group) => rowsOf(group, {})), ...pooled];
}

interface Pooled {
  readonly sequence?: string;
  readonly fps?: number | 'full';
  readonly noise?: string;
}

function rowsOf(group: readonly Result[], pooled: Pooled): BenchRow[] {
  const [first] = group;
  if (first === undefined) return [];
  const tracked = pooled.noise === undefined ? trackingOf(group) : noTracking;
  const rules = [...new Set(group.flatMap((result) => result.lines.map((line) => line.rule)))];
  return rules.map((rule) => {
    const byLine = lineScores(group, rule, 'byTime');
    const total = addScores(byLine);
    const name = first.teller === null ? rule : `${rule} (${first.teller})`;
    return {
      sequence: pooled.sequence ?? first.sequence,
      source: first.source,
      noise: pooled.noise ?? first.noise,
      fps: pooled.fps ?? first.fps,
      rule: name,
      ...figuresOf(total),
      ...tracked,
      ...boundF1(byLine, randomOf(`bootstrap ${name}`)),
      personF1: figuresOf(addScores(lineScores(group, rule, 'byPerson'))).f1,
      missed: missedShare(group),
      crossings: total.truth,
    };
  });
}

/** Scores of a rule by line, its seeds, layers and rates added: what the bootstrap draws from. */
function lineScores(
  group: readonly Result[],
  rule: string,
  matching: 'byTime' | 'byPerson',
): Score[] {
  const scores = new Map<string, Score[]>();
  for (const result of group) {
    for (const line of result.lines) {
      if (line.rule !== rule) continue;
      const key = `${result.sequence} ${line.lineId}`;
      const list = scores.get(key) ?? [];
      scores.set(key, list);
      list.push(line[matching]);
    }
  }
  return [...scores.values()].map(addScores);
}

const noTracking = { mota: null, idf1: null, hota: null };

function trackingOf(group: readonly Result[]): Pick<BenchRow, 'mota' | 'idf1' | 'hota'> {
  const tracking = group.flatMap((result) => result.tracking ?? []);
  if (tracking.length === 0) return noTracking;
  const clear = addClear(tracking.map((figures) => figures.clear));
  return {
    mota: mota(clear),
    idf1: idf1(clear),
    hota: hota(addHota(tracking.map((figures) => figures.hota))),
  };
}

function missedShare(group: readonly Result[]): number | null {
  const all = group.flatMap(({ missed }) => missed ?? []);
  if (all.length === 0) return null;
  const sum = (pick: (one: Missed) => number): number => all.reduce((n, one) => n + pick(one), 0);
  return sum(({ unseen }) => unseen) / sum(({ crossings }) => crossings);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => readonly unknown[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(item);
  }
  return [...groups.values()];
}
