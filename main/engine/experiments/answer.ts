/**
 * What a person's answer about one event says of both arms.
 */
import type { ExperimentAnswer as Answer, PairKind } from '#contract/experiment-event.ts';
import type { JudgedStratum, Score } from './statistics/quality.ts';

type Judged = JudgedStratum['verdicts'][number];

const nothing: Score = { right: 0, wrong: 0, missed: 0 };
const right: Score = { ...nothing, right: 1 };
const wrong: Score = { ...nothing, wrong: 1 };
const missed: Score = { ...nothing, missed: 1 };
const confused: Score = { ...nothing, wrong: 1, missed: 1 };

/**
 * One row for each kind of event. Where only one arm counted, the other is right when nobody crossed; `neither` means that
 * somebody crossed otherwise than it says, and `both` that the other counted it too, at another moment.
 */
const scores: Record<PairKind, Record<Answer, Judged>> = {
  both: {
    a: { a: right, b: right },
    b: { a: right, b: right },
    both: { a: right, b: right },
    neither: { a: wrong, b: wrong },
  },
  'only-a': {
    a: { a: right, b: missed },
    b: { a: wrong, b: nothing },
    both: { a: right, b: right },
    neither: { a: confused, b: missed },
  },
  'only-b': {
    a: { a: nothing, b: wrong },
    b: { a: missed, b: right },
    both: { a: right, b: right },
    neither: { a: missed, b: confused },
  },
  different: {
    a: { a: right, b: confused },
    b: { a: confused, b: right },
    both: { a: right, b: right },
    neither: { a: wrong, b: wrong },
  },
};

export function scoreOf(kind: PairKind, answer: Answer): Judged {
  return scores[kind][answer];
}

/** Scatter of what one answer adds, before anybody has answered: where the arms agree they are mostly right. */
const guessed: Record<PairKind, number> = {
  both: 0.25,
  'only-a': 0.5,
  'only-b': 0.5,
  different: 0.5,
};

export function guessedDeviation(kind: PairKind): number {
  return guessed[kind];
}
