/**
 * Measures a line hour by hour from stored paths and judges each hour by those around it; in the review thread, which keeps
 * what it has measured of hours that are over.
 */
import type { Database } from 'better-sqlite3';
import type { Line } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { TrajectoryBlock } from './base/trajectory.ts';
import { sampleTracks } from './counting/track-samples.ts';
import { measureTrust } from './counting/trust-figures.ts';
import { isTelling, judgeHour, type KnownHour } from './counting/trust-verdict.ts';
import type { QuestionInput, QuestionOutput } from './review-protocol.ts';
import { listCrossings } from './store/crossings.ts';
import type { BlockQuery } from './store/trajectories.ts';

interface TrustQuestion extends Pick<BlockQuery, 'cameraId' | 'span' | 'near'> {
  readonly isCancelled: () => boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** What is usual is learned from so many days before what is asked for. */
const learnDays = 7;
/** Paths of an hour are all written so long after it, ms. */
const writtenMs = 60_000;
/** Hours of lines kept in memory: a few hundred bytes each. */
const maxKept = 20_000;
/** Crossings of an hour whose scores are looked at. */
const maxScores = 2_000;
/** A longer time between two blocks was not looked at, ms. */
const pauseMs = 5_000;

/** Answers from the paths that `blocksOf` reads; what it throws when cancelled goes through. */
export function createTrustReview(
  database: Database,
  blocksOf: (question: TrustQuestion) => Iterable<TrajectoryBlock>,
): (input: QuestionInput<'trust'>, isCancelled: () => boolean) => QuestionOutput<'trust'> {
  const kept = new Map<string, KnownHour | null>();

  /** Null when nothing of the hour is kept. */
  function measure(line: Line, span: TimeSpan, isCancelled: () => boolean): KnownHour | null {
    const { cameraId } = line;
    // All paths: the other half of a broken track may lie beside the line, and frames tell what was looked at.
    const blocks = [...blocksOf({ cameraId, span, near: null, isCancelled })];
    const picture = blocks.at(-1)?.picture;
    if (picture === undefined) return null;
    const ofSize = blocks.filter(
      (block) => block.picture.width === picture.width && block.picture.height === picture.height,
    );
    const { from, to } = span;
    const times = blocks
      .flatMap(({ frameMs }) => frameMs)
      .filter((at) => at >= from && at < to)
      .sort((a, b) => a - b);
    const found = listCrossings(database, { lineId: line.id, from, to, limit: maxScores });
    const data = {
      picture,
      samples: sampleTracks(ofSize),
      scores: found.map(({ score }) => score),
      frames: times.length,
      observedSeconds: secondsSeen(times, span),
    };
    return { from, figures: measureTrust(line, data) };
  }

  return ({ line, span, now }, isCancelled) => {
    const firstMs = Math.floor(span.from / hourMs) * hourMs;
    const lastMs = Math.min(span.to, now);
    const known: KnownHour[] = [];
    for (let from = Math.max(0, firstMs - learnDays * dayMs); from < lastMs; from += hourMs) {
      const to = from + hourMs;
      const isOver = now - to > writtenMs;
      if (!isOver) continue;
      const key = `${line.id}:${String(line.revision)}:${String(from)}`;
      let hour = kept.get(key);
      if (hour === undefined) {
        hour = measure(line, { from, to }, isCancelled);
        if (kept.size >= maxKept) kept.clear();
        kept.set(key, hour);
      }
      if (hour !== null) known.push(hour);
    }
    const hours = known
      .filter(({ from }) => from >= firstMs)
      .map((hour) => ({
        from: hour.from,
        to: hour.from + hourMs,
        figures: hour.figures,
        ...judgeHour(hour, known),
      }));
    return { hours, knownHours: known.filter(isTelling).length };
  };
}

/** Seconds from frame to frame, and to the ends of the span, without pauses. */
function secondsSeen(times: readonly number[], { from, to }: TimeSpan): number {
  let before = from;
  let sumMs = 0;
  for (const at of [...times, to]) {
    if (at - before <= pauseMs) sumMs += at - before;
    before = at;
  }
  return times.length === 0 ? 0 : sumMs / 1000;
}
