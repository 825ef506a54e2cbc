/**
 * Answers questions about the past from stored paths with the line rule itself; runs in the review thread.
 */
import type { Database } from 'better-sqlite3';
import type { CameraId } from '#contract/camera.ts';
import type { Line, LineCrossing } from '#contract/counting.ts';
import type { TimeSpan } from '#contract/coverage.ts';
import { StationError } from '#contract/error.ts';
import type { Reach, TrajectoryBlock } from './base/trajectory.ts';
import { checkLine, type DoctorData, mapPicture } from './counting/line-doctor.ts';
import type { LineStep } from './counting/line-counter.ts';
import { findNearMisses } from './counting/near-misses.ts';
import { createDayReader } from './counting/quick-recount.ts';
import { createRecount, splitTrackId } from './counting/recount.ts';
import { readReceipt } from './counting/receipt.ts';
import { sampleTracks } from './counting/track-samples.ts';
import { UnconfirmedTracks } from './counting/unconfirmed.ts';
import { createDayCache } from './day-cache.ts';
import { boxesOf } from './recorded-boxes.ts';
import { giveVerdicts, judgeHours, measureHour } from './trust-review.ts';
import type { QuestionInput, QuestionName, QuestionOutput } from './review-protocol.ts';
import {
  type BlockQuery,
  newestRecorded,
  readBlocks,
  readPaths,
  recordedSpans,
} from './store/trajectories.ts';
import { decodeBlock, decodePaths } from './trajectories/path-codec.ts';

export type Review = {
  readonly [N in QuestionName]: (
    input: QuestionInput<N>,
    isCancelled: () => boolean,
  ) => QuestionOutput<N>;
};

/** Blocks read at once, so that a day does not lie in memory and a cancelled question ends soon. */
const pageBlocks = 40;
const hourMs = 3_600_000;
/** A crossing on the tail of a track is decided up to this much later, and its track began at most so long before, ms. */
const settleMs = 3_000;
const pathMs = 60_000;
/** Paths come in blocks of half a minute: until then, and a little more, one is under way. */
const writtenMs = 45_000;
/** While a line is drawn the same paths are asked for again and again. */
const dataMs = 30_000;
const maxNearSpanMs = 31 * 24 * hourMs;

interface PathQuestion extends Pick<BlockQuery, 'cameraId' | 'span' | 'near'> {
  readonly isCancelled: () => boolean;
}

/** Throws REQ_004 when a question was cancelled. */
export function createReview(database: Database): Review {
  const hours = new Map<CameraId, { readonly data: DoctorData; readonly newest: number }>();

  /** Pages of blocks of a camera, in the order of time. */
  function* pagesOf<B extends { readonly fromMs: number; readonly id: number }>(
    read: (database: Database, query: BlockQuery) => readonly B[],
    { isCancelled, ...query }: PathQuestion,
  ): Generator<B> {
    let after: { fromMs: number; id: number } | null = null;
    for (;;) {
      refuseCancelled(isCancelled);
      const page: readonly B[] = read(database, { ...query, after, limit: pageBlocks });
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = { fromMs: last.fromMs, id: last.id };
    }
  }

  const days = createDayCache((asked) => {
    const reader = createDayReader();
    // All paths, for one far from the lines may be the one that another took over from.
    for (const block of pagesOf(readPaths, { ...asked, near: null })) {
      reader.add(decodePaths(block));
    }
    return reader.finish();
  });

  function* blocksOf(question: PathQuestion): Generator<TrajectoryBlock> {
    for (const block of pagesOf(readBlocks, question)) yield decodeBlock(block);
  }

  /** The tracks of the last hour of which paths are kept; read again when a newer block is there. */
  function lastHour(cameraId: CameraId, isCancelled: () => boolean): DoctorData {
    const newest = newestRecorded(database, cameraId) ?? 0;
    const known = hours.get(cameraId);
    if (known && newest - known.newest < dataMs) return known.data;
    const span = { from: Math.max(0, newest - hourMs), to: newest + 1 };
    const blocks = [...blocksOf({ cameraId, span, near: null, isCancelled })];
    const picture = blocks.at(-1)?.picture ?? { width: 1, height: 1 };
    const ofSize = blocks.filter(
      (block) => block.picture.width === picture.width && block.picture.height === picture.height,
    );
    const from = ofSize[0]?.frameMs[0] ?? span.from;
    const data = { picture, samples: sampleTracks(ofSize), from, to: newest };
    hours.set(cameraId, { data, newest });
    return data;
  }

  return {
    whatIf({ draft, old, edges }, isCancelled) {
      const span = { from: edges[0] ?? 0, to: edges.at(-1) ?? 0 };
      const { cameraId } = draft;
      const newest = newestRecorded(database, cameraId) ?? 0;
      const day = days.dayOf({ cameraId, span, newest, isCancelled });
      const ofDraft = bucketed(day.crossingsOf(draft), edges);
      refuseCancelled(isCancelled);
      const ofOld = old === null ? [] : bucketed(day.crossingsOf(old), edges);
      const near = reachOf(old === null ? [draft] : [draft, old]);
      const tracks = day.tracksNear(({ width, height }) => ({
        left: (near.minX / 1000) * width,
        right: (near.maxX / 1000) * width,
        top: (near.minY / 1000) * height,
        bottom: (near.maxY / 1000) * height,
      }));
      const seconds = secondsBetween(recordedSpans(database, draft.cameraId, span), edges);
      const buckets = edges.slice(1).map((to, index) => ({
        from: edges[index] ?? to,
        to,
        old: old === null ? null : (ofOld[index] ?? { in: 0, out: 0 }),
        draft: ofDraft[index] ?? { in: 0, out: 0 },
        observedSeconds: seconds[index] ?? 0,
      }));
      return {
        old: old === null ? null : total(ofOld),
        draft: total(ofDraft),
        buckets,
        observedSeconds: seconds.reduce((sum, part) => sum + part, 0),
        tracks,
      };
    },

    boxes({ cameraId, span }, isCancelled) {
      const blocks = pagesOf(readPaths, { cameraId, span, near: null, isCancelled });
      return boxesOf([...blocks].map(decodePaths), span);
    },

    nearMisses({ line, span, limit }, isCancelled) {
      if (span.to - span.from > maxNearSpanMs) {
        throw new StationError('REQ_001', 'Ask for near misses of at most 31 days.', {
          path: 'to',
        });
      }
      const steps = new Map<number, LineStep[]>();
      const recount = createRecount({
        line,
        watch: (step) => {
          const known = steps.get(step.trackId);
          if (known === undefined) steps.set(step.trackId, [step]);
          else known.push(step);
        },
      });
      const unconfirmed = new UnconfirmedTracks(line);
      let lastMs = 0;
      const question = { cameraId: line.cameraId, span, near: reachOf([line]), isCancelled };
      for (const block of blocksOf(question)) {
        recount.add(block);
        unconfirmed.add(block);
        lastMs = block.frameMs.at(-1) ?? lastMs;
      }
      recount.finish();
      const misses = [...steps].flatMap(([trackId, ofTrack]) => {
        const lastSeconds = ofTrack.at(-1)?.look?.atSeconds ?? 0;
        const isGoingOn = lastMs - lastSeconds * 1000 < settleMs;
        return findNearMisses(
          { line, trackId, steps: ofTrack, isGoingOn },
          uidOf(line.cameraId, trackId),
        );
      });
      const inSpan = [...misses, ...unconfirmed.misses(line.cameraId)].filter(
        ({ at }) => at >= span.from && at < span.to,
      );
      const spans = recordedSpans(database, line.cameraId, span);
      return {
        misses: inSpan.sort((a, b) => b.at - a.at).slice(0, limit),
        tracks: steps.size,
        observedSeconds: secondsBetween(spans, [span.from, span.to])[0] ?? 0,
      };
    },

    receipt({ crossing, line, now }, isCancelled) {
      const span = { from: crossing.at - pathMs, to: crossing.at + settleMs };
      const { cameraId } = crossing;
      const blocks = [...blocksOf({ cameraId, span, near: null, isCancelled })];
      const found = readReceipt({ crossing, line, blocks });
      if (found !== null) return { pathState: 'complete', ...found };
      const isUnderWay = now - crossing.at < writtenMs;
      const pathState = isUnderWay ? 'not-written-yet' : 'not-kept';
      return { pathState, picture: null, path: [], rule: null };
    },

    measureHour: (question, isCancelled) =>
      measureHour(database, question, (span) =>
        blocksOf({ cameraId: question.cameraId, span, near: null, isCancelled }),
      ),
    trust: (question) => judgeHours(database, question),
    trustVerdicts: (question) => giveVerdicts(database, question),
    check: (line, isCancelled) => checkLine(line, lastHour(line.cameraId, isCancelled)),
    map: ({ cameraId, anchor }, isCancelled) => mapPicture(anchor, lastHour(cameraId, isCancelled)),
  };
}

/** @throws StationError REQ_004 */
function refuseCancelled(isCancelled: () => boolean): void {
  if (isCancelled()) throw new StationError('REQ_004', 'Nobody waits for this answer.');
}

/** `gate-cam:12:345`, as in the ledger. */
function uidOf(cameraId: CameraId, wide: number): string {
  const { epoch, trackId } = splitTrackId(wide);
  return `${cameraId}:${String(epoch)}:${String(trackId)}`;
}

/** The place of lines with what still counts beyond their ends, in thousandths. */
function reachOf(lines: readonly Line[]): Reach {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map(({ x }) => x * 1000);
  const ys = points.map(({ y }) => y * 1000);
  const beyond = 60;
  return {
    minX: Math.min(...xs) - beyond,
    minY: Math.min(...ys) - beyond,
    maxX: Math.max(...xs) + beyond,
    maxY: Math.max(...ys) + beyond,
  };
}

interface Sums {
  readonly in: number;
  readonly out: number;
}

/** Crossings in the order of time, by bucket; those before and after the buckets are left out. */
function bucketed(crossings: readonly LineCrossing[], edges: readonly number[]): Sums[] {
  const sums = edges.slice(1).map(() => ({ in: 0, out: 0 }));
  let bucket = -1;
  for (const { atSeconds, direction } of crossings) {
    const at = Math.round(atSeconds * 1000);
    while (at >= (edges[bucket + 1] ?? Infinity)) bucket += 1;
    const sum = sums[bucket];
    if (sum !== undefined) sum[direction] += 1;
  }
  return sums;
}

function total(sums: readonly Sums[]): Sums {
  return sums.reduce((sum, part) => ({ in: sum.in + part.in, out: sum.out + part.out }), {
    in: 0,
    out: 0,
  });
}

/** Seconds of the spans in each bucket. */
function secondsBetween(spans: readonly TimeSpan[], edges: readonly number[]): number[] {
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? to;
    const ms = spans.reduce(
      (sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)),
      0,
    );
    return ms / 1000;
  });
}
