/**
 * Runs both arms of an experiment over the same piece of video, each in a worker process of its own that takes only what the
 * others leave, and pairs what they counted. Neither sees the ledger.
 */
import type { ArmName } from '#contract/experiment-arm.ts';
import type { ArmCrossing, ArmMinute, ExperimentStretch } from '#contract/experiment-event.ts';
import type { Line } from '#contract/counting.ts';
import type { Detection } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import { type ArmModel, withSettings } from './arm-model.ts';
import { createMinuteBook } from './base/arm-minutes.ts';
import type { Clock } from './base/clock.ts';
import { type BoxAgreement, compareBoxes } from './box-agreement.ts';
import type { SeenByBoth } from './experiment-sights.ts';
import { pairStretch, type SeenCrossing } from './experiments/pair-stretch.ts';
import type { Host } from './host.ts';
import { replay, type ReplayResult } from './replay.ts';

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
  /** The frame on which the boxes of the two differ most, the first of these; null when both found nothing */
  readonly sight: SeenByBoth | null;
  /** Length of the video, ms */
  readonly lengthMs: number;
  /** SHA-256 of the crossings of each arm: two runs have the same */
  readonly digests: Readonly<Record<ArmName, string>>;
}

/** Without a picture for so long an arm hangs */
const stallMs = 30_000;
const maxMemoryBytes = 4e9;

/** Rejects with an ArmFailure, with REQ_004 when it was aborted, or with what stops the video itself. */
export async function runExperiment(
  arms: Readonly<Record<ArmName, ArmModel>>,
  video: ExperimentVideo,
  deps: ExperimentRunDeps,
): Promise<ExperimentRun> {
  /** What A has found on the frames that it has looked at, for the agreement of the two */
  const foundByA = new Map<number, readonly Detection[]>();
  let sight: SeenByBoth | null = null;
  let most = -1;
  const compare = (at: number, found: Found): BoxAgreement => {
    const boxes = compareBoxes(found.a, found.b);
    const apart = boxes.expected + boxes.found - 2 * boxes.matched;
    if (apart > most && found.a.length + found.b.length > 0) {
      most = apart;
      sight = { at, ...found };
    }
    return boxes;
  };
  const run = async (arm: ArmName, from: number): Promise<ArmRun> => {
    deps.onProgress?.(from);
    try {
      return await runArm(arm, { ...arms[arm], video, foundByA, compare }, deps);
    } catch (error) {
      if (deps.signal.aborted) throw error;
      throw new ArmFailure(arm, StationError.from(error, 'INF_001'));
    }
  };
  const a = await run('a', 0);
  const b = await run('b', 0.5);
  const lengthMs = Math.max(a.lengthMs, b.lengthMs);
  return {
    stretch: {
      place: video.place,
      from: video.startsAt,
      to: video.startsAt + lengthMs,
      frames: { a: a.result.frames, b: b.result.frames },
      pairs: pairStretch(a.crossings, b.crossings),
      minutes: [...a.minutes, ...b.minutes],
    },
    sight,
    lengthMs,
    digests: { a: a.result.eventDigest, b: b.result.eventDigest },
  };
}

/** What both found on one frame. */
type Found = Readonly<Record<ArmName, readonly Detection[]>>;

interface ArmRun {
  readonly result: ReplayResult;
  readonly crossings: readonly SeenCrossing[];
  readonly minutes: readonly ArmMinute[];
  readonly lengthMs: number;
}

interface ArmOnVideo extends ArmModel {
  readonly video: ExperimentVideo;
  readonly foundByA: Map<number, readonly Detection[]>;
  readonly compare: (at: number, found: Found) => BoxAgreement;
}

async function runArm(
  arm: ArmName,
  { video, foundByA, compare, ...armModel }: ArmOnVideo,
  { host, clock, ffmpegPath, signal }: ExperimentRunDeps,
): Promise<ArmRun> {
  const { place, startsAt, linesFor } = video;
  const { trackFrom, eachNth } = armModel.settings;
  const book = createMinuteBook({ place, arm });
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
      ...(eachNth !== null && { eachNth }),
      onFrame({ at, frameSeq, detections: found, inferMs }) {
        lengthMs = Math.max(lengthMs, at);
        if (found === null) return;
        book.see(startsAt + at, { detections: found, inferMs });
        const foundByOther = foundByA.get(frameSeq);
        if (arm === 'a') foundByA.set(frameSeq, found);
        else if (foundByOther) {
          const both = { a: foundByOther, b: found };
          book.agree(startsAt + at, compare(startsAt + at, both));
        }
      },
      onReport: ({ rssBytes }) => book.memory(rssBytes),
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
  for (const { at } of crossings) book.cross(at);
  return { result, crossings, minutes: book.minutes(), lengthMs };
}
