/**
 * The verdict as one English sentence, from the parts that the page puts together in its own language.
 */
import type { PairKind } from '#contract/experiment-event.ts';
import type { ExperimentOutcome, Interval, VerdictPart } from '#contract/experiment-verdict.ts';
import { assertNever } from '#engine/base/assert.ts';

const heads: Record<ExperimentOutcome, string> = {
  'not-yet': 'Not yet',
  a: 'A is better',
  b: 'B is better',
  alike: 'They are alike',
  differ: 'They differ',
  void: 'Not valid',
};

/** Pure. */
export function sentenceOf(outcome: ExperimentOutcome, parts: readonly VerdictPart[]): string {
  const [first] = parts;
  if (first?.kind === 'failed') return first.text;
  return `${heads[outcome]}: ${parts.map(textOf).join('; ')}.`;
}

function textOf(part: VerdictPart): string {
  switch (part.kind) {
    case 'failed':
      return part.text;
    case 'frames':
      return `the arms have not seen the same frames (A ${String(part.a)}, B ${String(part.b)}), so their counts cannot be compared`;
    case 'events':
      return `${events(part.count)} counted, and at least ${String(part.least)} are needed`;
    case 'hours':
      return `it has run for ${part.hours.toFixed(1)} h, and ${String(part.least)} h are needed, so that every hour of the day is in it`;
    case 'wins':
      return `where the two differ, A alone is right ${times(part.a)} and B alone ${times(part.b)} (${pText(part.p)})`;
    case 'quality':
      return `F1 of A ${share(part.a)}, of B ${share(part.b)}, difference ${differenceText(part.difference)}`;
    case 'margin':
      return `that is within the margin of ${part.margin.toFixed(2)}`;
    case 'more':
      return `${part.arm.toUpperCase()} counts more`;
    case 'counts':
      return `${countsText(part.counts)}${part.p === null ? '' : ` (${pText(part.p)})`}`;
    case 'chance':
      return 'the counts do not differ more than by chance';
    case 'no-difference':
      return 'no difference is shown';
    case 'needs-verdicts':
      return 'answers on the disagreements tell which one is right';
    case 'slots':
      return `A has counted in ${String(part.a)} time slots and B in ${String(part.b)}, and more than ${String(part.least)} are needed`;
    case 'rates':
      return `A counts ${part.a.toFixed(1)} an hour and B ${part.b.toFixed(1)}, difference ${perHour(part.difference)}`;
    case 'needs-blind-count':
      return 'a blind count on the page Trust tells which one is right';
    default:
      return assertNever(part);
  }
}

function countsText(counts: Readonly<Record<PairKind, number>>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `both counted ${String(counts.both)} of ${events(all)} alike, only A ${String(counts['only-a'])}, only B ${String(counts['only-b'])}, differently ${String(counts.different)}`;
}

function differenceText({ value, low, high }: Interval): string {
  return `${signed(value)} (95 % interval ${signed(low)} to ${signed(high)})`;
}

function perHour({ value, low, high }: Interval): string {
  const text = (one: number): string => `${one < 0 ? '−' : '+'}${Math.abs(one).toFixed(1)}`;
  return `${text(value)} (95 % interval at any look ${text(low)} to ${text(high)})`;
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
