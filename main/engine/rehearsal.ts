/**
 * Rehearses a model before it counts: it and the one that counts each run the same videos in a worker process of their own,
 * through the way that frames of cameras take.
 */
import type { Line } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { RehearsalClip, RehearsalRun } from '#contract/rehearsal.ts';
import type { Clock } from './base/clock.ts';
import { addBoxes, compareBoxes, noBoxes } from './box-agreement.ts';
import type { Host } from './host.ts';
import { replay } from './replay.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** A video for a rehearsal. */
export interface RehearsalVideo {
  readonly name: string;
  readonly source: RehearsalClip['source'];
  /** Path or address */
  readonly video: string;
  readonly linesFor: (picture: Size) => readonly Line[];
}

export interface RehearsalDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

export interface Rehearsed {
  readonly clips: RehearsalClip[];
  /** How it broke down, a sentence each; the rest is left out then */
  readonly failures: string[];
  /** How many times the champion's time its runs take; null when not known */
  readonly slowness: number | null;
}

/** Without a frame for so long a run is wedged: a run of a usable model takes well below a second, even on a busy PC. */
const stallMs = 30_000;
const maxMemoryBytes = 4e9;

/** Rejects with what stops the champion, or REQ_004; what stops the challenger is among the failures. */
export async function rehearse(
  pair: { readonly champion: WorkerModel; readonly challenger: WorkerModel },
  videos: readonly RehearsalVideo[],
  deps: RehearsalDeps,
): Promise<Rehearsed> {
  const clips: RehearsalClip[] = [];
  const failures: string[] = [];
  const ratios: number[] = [];
  for (const [index, { name, source, ...video }] of videos.entries()) {
    deps.onProgress(index / videos.length);
    const before = await runOnce(pair.champion, video, deps);
    deps.onProgress((index + 0.5) / videos.length);
    let after: Awaited<ReturnType<typeof runOnce>>;
    try {
      after = await runOnce(pair.challenger, video, deps);
    } catch (error) {
      if (deps.signal.aborted) throw error;
      const { message } = StationError.from(error, 'INF_001');
      failures.push(`It broke down on ${name}: ${message}`);
      const nothing = { expectedBoxes: 0, matchedBoxes: 0, challenger: null };
      clips.push({ name, source, champion: before.run, ...nothing });
      break;
    }
    const boxes = [...before.found].reduce(
      (sum, [seq, found]) => addBoxes(sum, compareBoxes(found, after.found.get(seq) ?? [])),
      noBoxes,
    );
    if (before.p50Ms > 0) ratios.push(after.p50Ms / before.p50Ms);
    clips.push({
      ...{ name, source, champion: before.run, challenger: after.run },
      expectedBoxes: boxes.expected,
      matchedBoxes: boxes.matched,
    });
  }
  return { clips, failures, slowness: ratios.length === 0 ? null : Math.max(...ratios) };
}

async function runOnce(
  model: WorkerModel,
  { video, linesFor }: Pick<RehearsalVideo, 'video' | 'linesFor'>,
  { host, clock, ffmpegPath, signal }: RehearsalDeps,
): Promise<{ run: RehearsalRun; found: Map<number, readonly Detection[]>; p50Ms: number }> {
  const found = new Map<number, readonly Detection[]>();
  const rss: number[] = [];
  let speed = { p50Ms: 0, p95Ms: 0 };
  const result = await replay(
    {
      ...{ source: video, model, linesFor, ffmpegPath, signal, stallMs, maxMemoryBytes },
      threads: 1,
      isNice: true,
      onFrame: ({ frameSeq, detections }) => {
        if (detections) found.set(frameSeq, detections);
      },
      onReport: (report) => {
        if (report.inferred === 0) return;
        rss.push(report.rssBytes);
        speed = report.timings.infer;
      },
    },
    { host, clock },
  );
  const half = rss.slice(Math.floor(rss.length / 2));
  const boxes = [...found.values()].reduce(
    (sum, detections) => sum + compareBoxes([], detections).found,
    0,
  );
  const run: RehearsalRun = {
    frames: result.frames,
    crossings: Object.fromEntries(
      Object.entries(result.tallies).map(([line, tally]) => [line, tally.in + tally.out]),
    ),
    boxes,
    p95Ms: speed.p95Ms,
    rssBytes: Math.max(0, ...rss),
    growthBytes: half.length < 2 ? 0 : (half.at(-1) ?? 0) - (half[0] ?? 0),
  };
  return { run, found, p50Ms: speed.p50Ms };
}
