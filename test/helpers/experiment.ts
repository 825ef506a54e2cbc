/**
 * An experiment by hand with all that follows from it, for tests of what is shown of it.
 */
import { asOnCard } from '#contract/experiment-arm.ts';
import type { Experiment, ExperimentDossier } from '#contract/experiment.ts';
import type { ArmMinute, ExperimentPair, PairKind } from '#contract/experiment-event.ts';
import { figuresOf, ratesOf, summarise } from '#engine/experiments/assess.ts';

const minuteMs = 60_000;
/** 2026-10-01 07:00 in Vietnam */
export const experimentStart = Date.UTC(2026, 9, 1);

export function anExperiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    ...{ id: '5f1c2d3e', name: 'Cổng: nano hay tiny', kind: 'live', mode: 'shadow' },
    a: { ...asOnCard, digest: 'a'.repeat(64), title: 'yolox-nano 1.0.0' },
    b: { ...asOnCard, digest: 'b'.repeat(64), title: 'yolox-tiny 1.0.0', scoreFloor: 0.4 },
    ...{ state: 'running', cameraIds: ['gate'], places: ['gate'], share: 0.2, margin: 0.02 },
    ...{ leastEvents: 20, leastHours: 1, createdAt: experimentStart, createdBy: 'mai' },
    ...{ startedAt: experimentStart, archivedAt: null, failure: null, hindrance: null },
    ...{ decision: null, slotMinutes: 60, withClients: false, away: [], resumedAt: null },
    clips: [],
    ...changes,
  };
}

/** One event of each minute: mostly counted by both, every fourth by one arm alone. */
function pairAt(index: number): ExperimentPair {
  const at = experimentStart + index * minuteMs + 20_000;
  const kind: PairKind = index % 12 === 3 ? 'only-b' : index % 4 === 3 ? 'only-a' : 'both';
  const box = { x: 0.4, y: 0.4, width: 0.1, height: 0.3 };
  const seen = { direction: 'in' as const, label: 'person' as const, at, box };
  return {
    ...{ id: index + 1, place: 'gate', lineId: 'door', kind, at },
    a: kind === 'only-b' ? null : seen,
    b: kind === 'only-a' ? null : seen,
    answer: kind === 'both' ? 'both' : 'a',
    ...{ answeredBy: 'An', answeredAt: at },
  };
}

export function aDossier(
  changes: Partial<Experiment> = {},
  minutes = 120,
): { readonly dossier: ExperimentDossier; readonly pairs: readonly ExperimentPair[] } {
  const numbers = Array.from({ length: minutes }, (_, index) => index);
  const pairs = numbers.map(pairAt);
  const stretches = numbers.map((index) => {
    const from = experimentStart + index * minuteMs;
    return { place: 'gate', from, to: from + minuteMs, framesA: 600, framesB: 600 };
  });
  const rows = numbers.flatMap((index) =>
    (['a', 'b'] as const).map((name): ArmMinute => {
      const slower = name === 'b' ? 9 : 0;
      return {
        ...{ place: 'gate', arm: name, minute: experimentStart + index * minuteMs, frames: 600 },
        ...{ detections: 900 + (index % 7), meanScore: 0.7 + (index % 5) / 100, failures: 0 },
        crossings: pairs[index]?.[name] ? 1 : 0,
        ...{ p50Ms: 20 + slower, p95Ms: 30 + slower + (index % 3), latency: [], rssBytes: null },
        ...{ drops: name === 'b' ? 2 : 0, expected: 0, matched: 0 },
      };
    }),
  );
  const summary = summarise(anExperiment(changes), stretches, pairs);
  return {
    dossier: {
      ...{ ...summary, minutes: rows, figures: figuresOf(rows) },
      rates: ratesOf(stretches, pairs),
    },
    pairs,
  };
}
