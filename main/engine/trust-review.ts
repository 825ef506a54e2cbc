/**
 * Measures a line hour by hour from stored paths and judges each hour by those around it; in the review thread, which keeps
 * what it has measured of hours that are over. A question measures for a short while only, the newest hours first, because
 * receipts wait behind it: who asks again gets more.
 */
import type { Database } from 'better-sqlite3';
import type { Line } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import type { TrajectoryBlock } from './base/trajectory.ts';
import { median } from './counting/line-doctor.ts';
import { sampleTracks } from './counting/track-samples.ts';
import { measureTrust } from './counting/trust-figures.ts';
import { isTelling, judgeHour, type KnownHour } from './counting/trust-verdict.ts';
import type { QuestionInput, QuestionOutput } from './review-protocol.ts';
import { observedSpans } from './store/coverage.ts';
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
/** How long one question measures, ms. */
const budgetMs = 1_000;

/**
 * Answers from the paths that `blocksOf` reads; what it throws when cancelled goes through.
 * @param elapsedMs a time in ms that never goes back
 */
export function createTrustReview(
  database: Database,
  blocksOf: (question: TrustQuestion) => Iterable<TrajectoryBlock>,
  elapsedMs: () => number,
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
    const found = listCrossings(database, { lineId: line.id, from, to, limit: maxScores });
    const data = {
      picture,
      samples: sampleTracks(ofSize),
      scores: found.map(({ score }) => score),
      framesPerSecond: usualRate(blocks),
      // A picture in which nothing moves is observed although no frame of it is looked at.
      observedSeconds: secondsOf(observedSpans(database, cameraId, span)),
    };
    return { from, figures: measureTrust(line, data) };
  }

  return ({ line, span, now }, isCancelled) => {
    const firstMs = Math.floor(span.from / hourMs) * hourMs;
    const lastMs = Math.min(span.to, now);
    const oldestMs = Math.max(0, firstMs - learnDays * dayMs);
    const beganMs = elapsedMs();
    const known: KnownHour[] = [];
    let missingHours = 0;
    for (let to = Math.ceil(lastMs / hourMs) * hourMs; to > oldestMs; to -= hourMs) {
      const from = to - hourMs;
      const isOver = now - to > writtenMs;
      if (!isOver) continue;
      const key = `${line.id}:${String(line.revision)}:${String(from)}`;
      let hour = kept.get(key);
      if (hour === undefined && elapsedMs() - beganMs >= budgetMs) missingHours += 1;
      else if (hour === undefined) {
        hour = measure(line, { from, to }, isCancelled);
        if (kept.size >= maxKept) kept.clear();
        kept.set(key, hour);
      }
      if (hour != null) known.unshift(hour);
    }
    const hours = known
      .filter(({ from }) => from >= firstMs)
      .map((hour) => ({
        from: hour.from,
        to: hour.from + hourMs,
        figures: hour.figures,
        ...judgeHour(hour, known),
      }));
    return { hours, knownHours: known.filter(isTelling).length, missingHours };
  };
}

/** Frames per second, by the time that most frames come after the one before; null without two frames. */
function usualRate(blocks: readonly TrajectoryBlock[]): number | null {
  const between = blocks.flatMap(({ frameMs }) =>
    Array.from(frameMs.slice(1), (at, index) => at - (frameMs[index] ?? at)),
  );
  return between.length === 0 ? null : 1000 / Math.max(1, median(between));
}

function secondsOf(spans: readonly TimeSpan[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0) / 1000;
}
