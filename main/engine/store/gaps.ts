/**
 * Finds and names the gaps between observed spans: values in, values out.
 */
import type { Gap, GapCause, TimeSpan } from '#contract/coverage.ts';

/** From `at` (Unix time in ms) on this is why nothing is observed. */
export interface CauseNote {
  readonly at: number;
  readonly cause: GapCause;
}

/** What is known about the time in which nothing was observed. */
export interface GapFacts {
  /** When the station ran, in the order of time */
  readonly runs: readonly TimeSpan[];
  /** In the order of time */
  readonly notes: readonly CauseNote[];
  /** Before this time the camera was not in the station */
  readonly knownFrom: number;
}

/** A cause may be dated a little before the end of the observed time, because frames on their way still arrive. */
export const noteToleranceMs = 5_000;

/** Causes that hold whether or not the station runs. */
const lasting: ReadonlySet<GapCause> = new Set(['camera-disabled', 'camera-absent']);

/** What of `range` no span covers. Spans are clipped to it, do not overlap and are in the order of time. */
export function unobserved(spans: readonly TimeSpan[], range: TimeSpan): TimeSpan[] {
  const gaps: TimeSpan[] = [];
  let from = range.from;
  for (const span of spans) {
    if (span.from > from) gaps.push({ from, to: Math.min(span.from, range.to) });
    from = Math.max(from, span.to);
  }
  if (from < range.to) gaps.push({ from, to: range.to });
  return gaps;
}

/**
 * Cuts each gap where its cause changes. A piece that nobody named takes the cause of the piece before it in the same
 * gap, else of the one after it; a gap that nobody named at all is `unknown`.
 */
export function nameGaps(gaps: readonly TimeSpan[], all: GapFacts): Gap[] {
  return gaps.flatMap((gap) => {
    const near = factsNear(gap, all);
    const pieces = cuts(gap, near).map((piece) => ({ ...piece, cause: causeOf(piece, near) }));
    return join(fill(pieces));
  });
}

/** The facts that can matter to one gap: a year of them is looked through once, not once for each piece. */
function factsNear(gap: TimeSpan, { runs, notes, knownFrom }: GapFacts): GapFacts {
  const first = lowerBound(notes, (note) => note.at >= gap.from - noteToleranceMs);
  const last = lowerBound(notes, (note) => note.at >= gap.to);
  const firstRun = lowerBound(runs, (run) => run.to > gap.from);
  const lastRun = lowerBound(runs, (run) => run.from >= gap.to);
  return { runs: runs.slice(firstRun, lastRun), notes: notes.slice(first, last), knownFrom };
}

/** Index of the first element that `isReached` holds for; the length when none. */
function lowerBound<T>(ordered: readonly T[], isReached: (element: T) => boolean): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const element = ordered[middle];
    if (element !== undefined && isReached(element)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Piece extends TimeSpan {
  readonly cause: GapCause | null;
}

function cuts(gap: TimeSpan, facts: GapFacts): TimeSpan[] {
  const inside = [
    facts.knownFrom,
    ...facts.runs.flatMap((run) => [run.from, run.to]),
    ...facts.notes.map((note) => note.at),
  ].filter((at) => at > gap.from && at < gap.to);
  const edges = [gap.from, ...new Set(inside.sort((a, b) => a - b)), gap.to];
  return edges.slice(1).map((to, index) => ({ from: edges[index] ?? to, to }));
}

function causeOf(piece: TimeSpan, facts: GapFacts): GapCause | null {
  if (piece.from < facts.knownFrom) return 'camera-absent';
  const note = facts.notes.findLast(({ at }) => at <= piece.from);
  const said = note === undefined || note.cause === 'unknown' ? null : note.cause;
  if (said !== null && lasting.has(said)) return said;
  return facts.runs.some((run) => run.from <= piece.from && piece.from < run.to)
    ? said
    : 'station-down';
}

function fill(pieces: readonly Piece[]): Gap[] {
  let before: GapCause | null = null;
  return pieces.map((piece, index) => {
    const next = pieces.slice(index + 1).find(({ cause }) => cause !== null)?.cause ?? null;
    const cause: GapCause = piece.cause ?? before ?? next ?? 'unknown';
    before = cause === 'unknown' ? null : cause;
    return { from: piece.from, to: piece.to, cause };
  });
}

function join(gaps: readonly Gap[]): Gap[] {
  const joined: Gap[] = [];
  for (const gap of gaps) {
    const last = joined.at(-1);
    if (last?.cause === gap.cause) joined[joined.length - 1] = { ...last, to: gap.to };
    else joined.push(gap);
  }
  return joined;
}
