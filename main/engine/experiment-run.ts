/**
 * Runs both arms of an experiment over the same piece of video, each in a worker process of its own that takes only what the
 * others leave, and pairs what they counted. Neither sees the ledger.
 */
import type {
  ArmCrossing,
  ArmMinute,
  ArmName,
  ExperimentArm,
  ExperimentStretch,
} from '#contract/experiment.ts';
import type { Line } from '#contract/counting.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { Clock } from './base/clock.ts';
import { type Comparable, pairCrossings } from './experiments/pairing.ts';
import type { Host } from './host.ts';
import { replay, type ReplayResult } from './replay.ts';
import type { WorkerModel } from './worker-protocol.ts';

/** A piece of video as both arms see it. */
export interface ExperimentVideo {
  /** Id of the camera, or name of the clip */
  readonly place: string;
  /** Path or address */
  readonly video: string;
  readonly linesFor: (picture: Size) => readonly Line[];
  /** Added to the time of each picture: Unix ms of the first one, 0 for a clip */
  readonly startsAt: number;
}

export interface ArmModel {
  readonly settings: Pick<ExperimentArm, 'scoreFloor' | 'nmsIou' | 'trackFrom'>;
  readonly model: WorkerModel;
}

export interface ExperimentRunDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
  /** Share that is done, 0…1 */
  readonly onProgress?: (share: number) => void;
}

/** What stopped it, and which arm; the rest of the station is not touched by it. */
export class ArmFailure extends StationError {
  readonly arm: ArmName;

  constructor(arm: ArmName, cause: StationError) {
    super(cause.code, `${arm.toUpperCase()} broke down: ${cause.message}`, { cause });
    this.arm = arm;
  }
}

export interface ExperimentRun {
  readonly stretch: ExperimentStretch;
  /** Length of the video, ms */
  readonly lengthMs: number;
  /** SHA-256 of the crossings of each arm: two runs have the same */
  readonly digests: Readonly<Record<ArmName, string>>;
}

/** Without a picture for so long an arm hangs */
const stallMs = 30_000;
const maxMemoryBytes = 4e9;
const minuteMs = 60_000;

/** Rejects with an ArmFailure, with REQ_004 when it was aborted, or with what stops the video itself. */
export async function runExperiment(
  arms: Readonly<Record<ArmName, ArmModel>>,
  video: ExperimentVideo,
  deps: ExperimentRunDeps,
): Promise<ExperimentRun> {
  const run = async (arm: ArmName, from: number): Promise<ArmRun> => {
    deps.onProgress?.(from);
    try {
      return await runArm(arm, { ...arms[arm], video }, deps);
    } catch (error) {
      if (deps.signal.aborted) throw error;
      throw new ArmFailure(arm, StationError.from(error, 'INF_001'));
    }
  };
  const a = await run('a', 0);
  const b = await run('b', 0.5);
  const lengthMs = Math.max(a.lengthMs, b.lengthMs);
  const pairs = pairCrossings(a.crossings, b.crossings).map(({ kind, a: left, b: right, at }) => ({
    lineId: left?.line ?? right?.line ?? '',
    kind,
    at,
    a: left?.seen ?? null,
    b: right?.seen ?? null,
    ...{ answer: null, answeredBy: null, answeredAt: null },
  }));
  return {
    stretch: {
      place: video.place,
      from: video.startsAt,
      to: video.startsAt + lengthMs,
      frames: { a: a.result.frames, b: b.result.frames },
      pairs,
      minutes: [...a.minutes, ...b.minutes],
    },
    lengthMs,
    digests: { a: a.result.eventDigest, b: b.result.eventDigest },
  };
}

/** The model with the settings of an arm on its card. */
export function withSettings({ model, settings }: ArmModel): WorkerModel {
  const { scoreFloor, nmsIou } = settings;
  const card = {
    ...model.card,
    ...(scoreFloor === null ? {} : { scoreFloor }),
    ...(nmsIou === null ? {} : { nmsIou }),
  };
  return { ...model, card };
}

interface ArmRun {
  readonly result: ReplayResult;
  readonly crossings: readonly (Comparable & { readonly seen: ArmCrossing })[];
  readonly minutes: readonly ArmMinute[];
  readonly lengthMs: number;
}

async function runArm(
  arm: ArmName,
  { video, ...armModel }: ArmModel & { readonly video: ExperimentVideo },
  { host, clock, ffmpegPath, signal }: ExperimentRunDeps,
): Promise<ArmRun> {
  const { place, startsAt, linesFor } = video;
  const { trackFrom } = armModel.settings;
  const book = createMinuteBook({ place, arm, startsAt });
  let picture: Size = { width: 1, height: 1 };
  let lengthMs = 0;
  const result = await replay(
    {
      ...{ source: video.video, ffmpegPath, signal, stallMs, maxMemoryBytes },
      model: withSettings(armModel),
      linesFor(size) {
        picture = size;
        return linesFor(size);
      },
      threads: 1,
      isNice: true,
      ...(trackFrom !== null && { tracking: { highThreshold: trackFrom } }),
      onFrame({ at, detections }) {
        lengthMs = Math.max(lengthMs, at);
        book.see(at, detections ?? []);
      },
      onReport(report) {
        const { p50Ms, p95Ms } = report.timings.infer;
        if (report.inferred > 0) book.report({ p50Ms, p95Ms, rssBytes: report.rssBytes });
      },
    },
    { host, clock },
  );
  const crossings = result.crossings.map(({ atMs, line, direction, label, box }) => {
    const [x, y, width, height] = box;
    const seen: ArmCrossing = {
      ...{ direction, label, at: startsAt + atMs },
      box: {
        x: x / picture.width,
        y: y / picture.height,
        width: width / picture.width,
        height: height / picture.height,
      },
    };
    return { place, line, direction, label, at: startsAt + atMs, seen };
  });
  return { result, crossings, minutes: book.minutes(result), lengthMs };
}

interface Speed {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly rssBytes: number;
}

interface MinuteBook {
  see(atMs: number, detections: readonly { readonly score: number }[]): void;
  report(speed: Speed): void;
  minutes(result: ReplayResult): ArmMinute[];
}

function createMinuteBook(of: {
  readonly place: string;
  readonly arm: ArmName;
  readonly startsAt: number;
}): MinuteBook {
  const minutes = new Map<
    number,
    { frames: number; detections: number; scores: number; speed: Speed | null }
  >();
  let newest: { speed: Speed | null } | null = null;
  let speed: Speed | null = null;
  const minuteOf = (atMs: number) => Math.floor((of.startsAt + atMs) / minuteMs) * minuteMs;

  return {
    see(atMs, detections) {
      const minute = minuteOf(atMs);
      const entry = minutes.get(minute) ?? { frames: 0, detections: 0, scores: 0, speed };
      minutes.set(minute, entry);
      entry.frames++;
      entry.detections += detections.length;
      entry.scores += detections.reduce((sum, { score }) => sum + score, 0);
      newest = entry;
    },
    report(next) {
      speed = next;
      if (newest) newest.speed = next;
    },
    minutes: ({ crossings }) =>
      [...minutes].map(([minute, { frames, detections, scores, speed: known }]) => ({
        ...{ place: of.place, arm: of.arm, minute, frames, detections },
        meanScore: detections === 0 ? null : scores / detections,
        crossings: crossings.filter(({ atMs }) => minuteOf(atMs) === minute).length,
        p50Ms: (known ?? speed)?.p50Ms ?? null,
        p95Ms: (known ?? speed)?.p95Ms ?? null,
        failures: 0,
        rssBytes: (known ?? speed)?.rssBytes ?? null,
      })),
  };
}
