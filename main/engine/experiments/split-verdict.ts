/**
 * The verdict of a split: time slots of cameras in which one of the arms counted, drawn by chance.
 *
 * Each slot gives one value whose mean is the difference of the rates, whichever arm it was drawn for, because its chance is
 * known (inverse propensity weights, centred on what the camera counted in slots before). These values have a confidence
 * sequence: the randomised experiment of Waudby-Smith et al. 2021 (arXiv:2103.06476, section 3).
 */
import type { Experiment, ExperimentRates, ExperimentSummary } from '#contract/experiment.ts';
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ArmMinute } from '#contract/experiment-event.ts';
import type { ExperimentVerdict, VerdictPart } from '#contract/experiment-verdict.ts';
import { hoursOf, type Seen } from './assess.ts';
import { sentenceOf } from './sentence.ts';
import { confidenceSequence, leastValues } from './statistics/confidence-sequence.ts';
import { type Interval, mean, meanInterval } from './statistics/interval.ts';

/** A slot of one camera in which one arm counted. */
export interface CountedSlot {
  readonly place: string;
  /** Unix time in ms */
  readonly from: number;
  readonly arm: ArmName;
  readonly crossings: number;
  readonly hours: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Of a rate per hour, to one per five minutes */
const perFiveMinutes = 1 / 12;

/** In the order of time. */
export function slotsOf(stretches: readonly Seen[], minutes: readonly ArmMinute[]): CountedSlot[] {
  return stretches
    .map(({ place, from, to, framesB }) => {
      const arm = framesB > 0 ? ('b' as const) : ('a' as const);
      const own = minutes.filter(
        (each) =>
          each.place === place && each.arm === arm && each.minute >= from && each.minute < to,
      );
      const crossings = own.reduce((sum, each) => sum + each.crossings, 0);
      return { place, from, arm, crossings, hours: (to - from) / hourMs };
    })
    .sort((x, y) => x.from - y.from || (x.place < y.place ? -1 : 1));
}

/**
 * Values whose mean is crossings per hour of A less those of B. The first slot of a camera, of which nothing is expected yet,
 * gives none.
 */
export function slotDifferences(slots: readonly CountedSlot[], shareOfB: number): number[] {
  const before = new Map<string, CountedSlot[]>();
  return slots.flatMap((slot) => {
    const known = before.get(slot.place) ?? [];
    before.set(slot.place, [...known, slot]);
    if (known.length === 0) return [];
    const apart = rateOf(slot) - expectedRate(known, slot.from);
    return [slot.arm === 'a' ? apart / (1 - shareOfB) : -apart / shareOfB];
  });
}

/** What the camera counted at this hour of other days, or at any time where it was not looked at then. */
function expectedRate(known: readonly CountedSlot[], at: number): number {
  const hourOf = (from: number) => Math.floor((from % dayMs) / hourMs);
  const alike = known.filter(({ from }) => hourOf(from) === hourOf(at));
  return mean((alike.length === 0 ? known : alike).map(rateOf));
}

function rateOf({ crossings, hours }: CountedSlot): number {
  return crossings / hours;
}

/** Crossings per hour of each arm over its slots, which are taken as independent. */
export function slotRates(slots: readonly CountedSlot[]): ExperimentRates {
  const of = (arm: ArmName) => meanInterval(slots.filter((each) => each.arm === arm).map(rateOf));
  return { a: of('a'), b: of('b') };
}

export function summariseSplit(
  experiment: Experiment,
  stretches: readonly Seen[],
  minutes: readonly ArmMinute[],
): ExperimentSummary {
  const frames = {
    a: stretches.reduce((sum, { framesA }) => sum + framesA, 0),
    b: stretches.reduce((sum, { framesB }) => sum + framesB, 0),
  };
  const hours = hoursOf('live', stretches);
  const slots = slotsOf(stretches, minutes);
  const difference = confidenceSequence(slotDifferences(slots, experiment.share));
  const found = decide(experiment, { slots, hours, difference });
  const verdict: ExperimentVerdict = {
    ...{ ...found, sentence: sentenceOf(found.outcome, found.parts), p: null, quality: null },
    rate: difference && scaled(difference, perFiveMinutes),
    counts: { both: 0, 'only-a': 0, 'only-b': 0, different: 0 },
    unjudged: 0,
  };
  return { experiment, verdict, frames, hours };
}

interface Known {
  readonly slots: readonly CountedSlot[];
  readonly hours: number;
  /** Crossings per hour of A less those of B */
  readonly difference: Interval | null;
}

type Found = Pick<ExperimentVerdict, 'outcome' | 'reason' | 'parts'>;

function decide(
  { failure, leastEvents, leastHours }: Experiment,
  { slots, hours, difference }: Known,
): Found {
  if (failure !== null) {
    return { outcome: 'void', reason: 'failed', parts: [{ kind: 'failed', text: failure }] };
  }
  const events = slots.reduce((sum, { crossings }) => sum + crossings, 0);
  if (events < leastEvents) {
    const parts: VerdictPart[] = [{ kind: 'events', count: events, least: leastEvents }];
    return { outcome: 'not-yet', reason: 'few-events', parts };
  }
  if (hours < leastHours) {
    const parts: VerdictPart[] = [{ kind: 'hours', hours, least: leastHours }];
    return { outcome: 'not-yet', reason: 'few-hours', parts };
  }
  const of = (arm: ArmName) => slots.filter((slot) => slot.arm === arm);
  const [a, b] = [of('a'), of('b')];
  if (difference === null || a.length === 0 || b.length === 0) {
    const counts = { a: a.length, b: b.length, least: leastValues };
    return { outcome: 'not-yet', reason: 'few-slots', parts: [{ kind: 'slots', ...counts }] };
  }
  const rates = { a: mean(a.map(rateOf)), b: mean(b.map(rateOf)), difference };
  const shown: VerdictPart = { kind: 'rates', ...rates };
  if (difference.low <= 0 && difference.high >= 0) {
    return { outcome: 'not-yet', reason: 'no-difference', parts: [{ kind: 'chance' }, shown] };
  }
  const more = difference.value > 0 ? 'a' : 'b';
  const parts: VerdictPart[] = [{ kind: 'more', arm: more }, shown, { kind: 'needs-blind-count' }];
  return { outcome: 'differ', reason: 'rates-differ', parts };
}

function scaled({ value, low, high }: Interval, by: number): Interval {
  return { value: value * by, low: low * by, high: high * by };
}
