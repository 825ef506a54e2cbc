import { describe, expect, it } from 'vitest';
import type { ExperimentAnswer as Answer, PairKind } from '#contract/experiment-event.ts';
import { type Evidence, judgeExperiment, type JudgedPair } from '#engine/experiments/verdict.ts';

const rules = { leastEvents: 1_000, leastHours: 24 };

function pairs(kind: PairKind, count: number, answer: Answer | null = null): JudgedPair[] {
  return Array.from({ length: count }, () => ({ kind, answer }));
}

function offline(events: readonly JudgedPair[], changes: Partial<Evidence> = {}): Evidence {
  return {
    kind: 'offline',
    pairs: events,
    frames: { a: 800, b: 800 },
    blocks: [],
    hours: 0.1,
    margin: 0.02,
    failure: null,
    rules,
    ...changes,
  };
}

describe('the verdict on clips', () => {
  it.each([
    ['nothing', [], 'not-yet', 'few-events'],
    ['too little', pairs('both', 19), 'not-yet', 'few-events'],
    ['only agreement', pairs('both', 20), 'alike', 'no-difference'],
    ['a little more', [...pairs('both', 20), ...pairs('only-a', 4)], 'not-yet', 'needs-verdicts'],
    ['much more', [...pairs('both', 20), ...pairs('only-a', 9)], 'differ', 'counts-differ'],
    [
      'much more, and rightly',
      [...pairs('both', 20), ...pairs('only-a', 9, 'a')],
      'a',
      'more-right',
    ],
    [
      'much more, but nobody was there',
      [...pairs('both', 20), ...pairs('only-a', 9, 'b')],
      'b',
      'more-right',
    ],
    [
      'as many right by each',
      [...pairs('both', 20), ...pairs('only-a', 5, 'a'), ...pairs('only-b', 5, 'b')],
      'not-yet',
      'no-difference',
    ],
    [
      'a small difference, all answered',
      [...pairs('both', 3_000, 'both'), ...pairs('only-a', 20, 'a'), ...pairs('only-b', 20, 'b')],
      'alike',
      'within-margin',
    ],
    [
      'a sample of everything',
      [
        ...pairs('both', 190),
        ...pairs('both', 10, 'both'),
        ...pairs('only-a', 40),
        ...pairs('only-a', 10, 'a'),
        ...pairs('only-b', 4),
        ...pairs('only-b', 2, 'b'),
      ],
      'a',
      'more-right',
    ],
  ] as const)('%s', (...[, events, outcome, reason]) => {
    const verdict = judgeExperiment(offline(events));
    expect(verdict).toMatchObject({ outcome, reason });
    expect(verdict.sentence).toMatch(/\.$/);
  });

  it('is void when an arm broke down, or has not seen the same frames', () => {
    const failure = 'B broke down: no frame within 30 s.';
    expect(judgeExperiment(offline(pairs('both', 30), { failure }))).toMatchObject({
      outcome: 'void',
      sentence: failure,
    });
    const frames = { a: 800, b: 799 };
    expect(judgeExperiment(offline(pairs('both', 30), { frames }))).toMatchObject({
      outcome: 'void',
      reason: 'frames-differ',
    });
  });

  it('says how often each arm is right and how sure that is', () => {
    const events = [...pairs('both', 20), ...pairs('only-a', 1, 'a'), ...pairs('only-b', 7, 'b')];
    expect(judgeExperiment(offline(events)).sentence).toBe(
      'B is better: where the two differ, A alone is right once and B alone 7 times (p = 0.039).',
    );
  });
});

describe('the verdict on cameras', () => {
  const many = [...pairs('both', 1_000), ...pairs('only-a', 60)];
  const blocks = Array.from({ length: 288 }, (_, index) => (index % 5 === 0 ? 1 : 0));
  const live: Partial<Evidence> = { kind: 'live', hours: 24, blocks };

  it.each([
    ['few events', pairs('only-a', 999), {}, 'few-events'],
    ['half a day', many, { hours: 12 }, 'few-hours'],
    ['a difference', many, {}, 'counts-differ'],
  ])('%s', (...[, events, changes, reason]) => {
    expect(judgeExperiment(offline(events, { ...live, ...changes }))).toMatchObject({ reason });
  });

  it('needs more than clips do, because it is looked at again and again', () => {
    const events = [
      ...pairs('both', 1_000),
      ...pairs('only-a', 2, 'a'),
      ...pairs('only-b', 10, 'b'),
    ];
    expect(judgeExperiment(offline(events)).outcome).toBe('b');
    expect(judgeExperiment(offline(events, live)).outcome).toBe('not-yet');
  });
});

describe('the sentence', () => {
  it.each<[string, Evidence, string]>([
    [
      'tells what is missing',
      offline(pairs('both', 19)),
      'Not yet: 19 events counted, and at least 20 are needed.',
    ],
    [
      'names who is right more often',
      offline([...pairs('both', 20), ...pairs('only-a', 9, 'a'), ...pairs('only-b', 1, 'b')]),
      'A is better: where the two differ, A alone is right 9 times and B alone once (p = 0.012).',
    ],
    [
      'does not say who is right without answers',
      offline([...pairs('both', 20), ...pairs('only-a', 9)]),
      'They differ: A counts more; both counted 20 of 29 events alike, only A 9, only B 0, differently 0 (p = 0.002); answers on the disagreements tell which one is right.',
    ],
    [
      'is that of the arm that broke down',
      offline([], { failure: 'B broke down: no frame.' }),
      'B broke down: no frame.',
    ],
  ])('%s', (_, evidence, sentence) => {
    expect(judgeExperiment(evidence).sentence).toBe(sentence);
  });
});
