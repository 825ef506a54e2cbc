/**
 * How long an engine may be silent: ten times what it usually takes, at least two seconds (SERVING.md).
 */

export interface AnswerLimit {
  /** Limit for the next run, ms */
  ms(): number;
  /** A run was answered after so long, ms. */
  took(ms: number): void;
}

const leastMs = 2_000;
/** Nothing is known of the first runs, and many engines compile during them. */
const firstMs = 30_000;
const firstRuns = 3;
const factor = 10;
const kept = 200;

export function answerLimit(): AnswerLimit {
  const times: number[] = [];
  let runs = 0;
  return {
    ms() {
      if (runs < firstRuns) return firstMs;
      const sorted = [...times].sort((a, b) => a - b);
      const p99 = sorted[Math.floor((sorted.length - 1) * 0.99)] ?? 0;
      return Math.max(leastMs, factor * p99);
    },
    took(ms) {
      runs++;
      // The first one warms up and says nothing of the later ones.
      if (runs === 1) return;
      times.push(ms);
      if (times.length > kept) times.shift();
    },
  };
}
