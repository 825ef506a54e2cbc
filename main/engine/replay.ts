/**
 * Runs a clip through the live path as fast as it goes and returns what crossed which line: no ledger, nothing dropped.
 */
import { createHash } from 'node:crypto';
import os from 'node:os';
import type { CameraSettings } from '#contract/camera.ts';
import type { Direction, Line, LineCrossing } from '#contract/counting.ts';
import type { Label } from '#contract/detection.ts';
import { StationError } from '#contract/error.ts';
import type { Size } from '#contract/geometry.ts';
import type { Clock } from './base/clock.ts';
import type { Tracking } from './camera-counter.ts';
import { keepsNothing } from './capture/capture.ts';
import { emptyPlan } from './counting-plan.ts';
import { createFleet } from './fleet.ts';
import type { Host } from './host.ts';
import type { FromWorker, WorkerModel, WorkerReport } from './worker-protocol.ts';

export interface ReplayOptions {
  readonly source: string;
  readonly model: WorkerModel;
  /** Lines for a picture of this size; asked once the size is known */
  readonly linesFor: (picture: Size) => readonly Line[];
  readonly ffmpegPath: string;
  /** Inference threads; 0 means one per core */
  readonly threads: number;
  /** Changes to this model and back while it counts, so many times if the clip is long enough */
  readonly swaps?: { readonly other: WorkerModel; readonly count: number };
  /** Without a frame for so long after the first one it is given up; never when left out */
  readonly stallMs?: number;
  /** Thresholds of the tracker other than its own */
  readonly tracking?: Tracking;
  /** Looks at each n-th frame only */
  readonly eachNth?: number;
  /** The process ends itself when it uses more */
  readonly maxMemoryBytes?: number;
  /** Takes only what others leave of the processor */
  readonly isNice?: boolean;
  readonly onProgress?: (frames: number) => void;
  /** What the worker says about itself, each second */
  readonly onReport?: (report: WorkerReport) => void;
  readonly onFrame?: (frame: Extract<FromWorker, { kind: 'frame' }>) => void;
  readonly signal?: AbortSignal;
}

/** One crossing of a replay; `point` and `box` in px of the picture. */
export interface ReplayCrossing {
  readonly atMs: number;
  readonly frame: number;
  readonly line: string;
  readonly direction: Direction;
  readonly label: Label;
  readonly trackId: number;
  readonly point: readonly [number, number];
  readonly box: readonly [number, number, number, number];
}

export interface ReplayResult {
  /** Frames of the clip, also those that a lower frame rate left out */
  readonly frames: number;
  readonly seconds: number;
  readonly fps: number;
  readonly crossings: readonly ReplayCrossing[];
  readonly tallies: Readonly<Record<string, { readonly in: number; readonly out: number }>>;
  readonly model: { readonly name: string; readonly version: string; readonly digest: string };
  /** SHA-256 of model digest, card and lines */
  readonly configDigest: string;
  /** Changes of the model that were finished before the clip was */
  readonly swaps: number;
  /** SHA-256 of the crossings: two replays of the same clip and settings have the same */
  readonly eventDigest: string;
}

export const replayCameraId = 'replay';
const watchMs = 250;
const startFactor = 4;

/** Rejects with the StationError of the source or the model, REQ_004 when it was aborted. */
export async function replay(
  options: ReplayOptions,
  { host, clock }: { host: Host; clock: Clock },
): Promise<ReplayResult> {
  const { model } = options;
  const found: LineCrossing[] = [];
  const finished = Promise.withResolvers<undefined>();
  const startedMs = clock.monotonicMs();
  let frames = 0;
  let swaps = 0;
  let heardMs = clock.monotonicMs();
  let reported: WorkerReport | null = null;
  const swapping: { isOver: boolean; done: Promise<void> | null } = { isOver: false, done: null };
  let picture: Size = { width: 1, height: 1 };
  let lines: readonly Line[] = [];

  const camera: CameraSettings = {
    id: replayCameraId,
    name: 'Replay',
    source: options.source,
    transport: 'tcp',
    fps: 30,
    isLooped: false,
    isEnabled: true,
  };
  const fleet = createFleet(
    {
      settings: {
        owner: `replay-${String(process.pid)}`,
        ffmpegPath: options.ffmpegPath,
        resourcesFolder: host.paths.resources,
        hardwareDecoding: 'off',
        ...(options.maxMemoryBytes === undefined ? {} : { maxMemoryBytes: options.maxMemoryBytes }),
      },
      workers: 1,
      threads: options.threads,
      cores: os.availableParallelism(),
    },
    {
      onMessage(message) {
        switch (message.kind) {
          case 'opened':
            picture = message.picture;
            try {
              lines = options.linesFor(picture);
              fleet.setPlan(replayCameraId, { ...emptyPlan, lines });
            } catch (error) {
              finished.reject(StationError.from(error, 'REQ_001'));
            }
            return;
          case 'record':
            found.push(...message.crossings);
            return;
          case 'frame':
            if (frames++ === 0 && options.isNice) yieldToOthers();
            heardMs = clock.monotonicMs();
            if (options.swaps) swapping.done ??= swapAgain(options.swaps);
            if (frames % 100 === 0) options.onProgress?.(frames);
            options.onFrame?.(message);
            return;
          case 'capture':
            if (message.state.state === 'ended') finished.resolve(undefined);
            if (message.state.state === 'waiting') {
              finished.reject(StationError.fromBody(message.state.reason));
            }
            return;
          case 'inference-failed':
            finished.reject(StationError.fromBody(message.error));
            return;
          default:
        }
      },
      onLost: (_cameraId, cause) =>
        finished.reject(new StationError('SYS_001', `The worker of the replay ended: ${cause}.`)),
      onPlaced: () => undefined,
      onTrouble: (error) => finished.reject(StationError.from(error, 'MODEL_002')),
    },
    { host, clock, log: host.log },
  );
  /** Not before it counts: the start of a worker has a limit of time. */
  function yieldToOthers(): void {
    const pid = fleet.workers()[0]?.handle.pid;
    if (pid) os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  }

  /** One after the other, each as soon as the one before is done. */
  async function swapAgain({ other, count }: NonNullable<ReplayOptions['swaps']>): Promise<void> {
    try {
      for (let number = 0; number < count; number++) {
        await fleet.useModel(number % 2 === 0 ? other : model);
        if (swapping.isOver) return;
        swaps++;
      }
    } catch (error) {
      finished.reject(StationError.from(error, 'MODEL_002'));
    }
  }
  options.signal?.addEventListener('abort', () =>
    finished.reject(new StationError('REQ_004', 'The replay was cancelled.')),
  );
  const watch = setInterval(() => {
    const report = fleet.workers()[0]?.handle.report() ?? null;
    if (report && report !== reported) options.onReport?.(report);
    reported = report;
    const { stallMs = Infinity } = options;
    const isWedged = (report?.oldestRunMs ?? 0) > stallMs;
    // The first frame waits for the start of a process, which takes long on a busy PC.
    const limitMs = frames === 0 ? stallMs * startFactor : stallMs;
    if (!isWedged && clock.monotonicMs() - heardMs <= limitMs) return;
    const text = isWedged
      ? `A run of the network did not end within ${String(stallMs / 1000)} s.`
      : `No frame was counted for ${String(limitMs / 1000)} s.`;
    finished.reject(new StationError('INF_002', text));
  }, watchMs);
  try {
    await fleet.useModel(model);
    fleet.place({
      camera,
      plan: emptyPlan,
      epoch: 1,
      checkpoint: null,
      isReplay: true,
      play: null,
      wantsFrames: true,
      keeping: keepsNothing,
      failover: [],
      ...(options.tracking && { tracking: options.tracking }),
      ...(options.eachNth !== undefined && { eachNth: options.eachNth }),
    });
    await finished.promise;
  } finally {
    swapping.isOver = true;
    clearInterval(watch);
    await swapping.done;
    await fleet.close();
  }

  const seconds = (clock.monotonicMs() - startedMs) / 1000;
  const crossings = found.map((crossing) => inPx(crossing, picture));
  return {
    frames,
    seconds: round(seconds, 3),
    fps: round(frames / seconds, 1),
    crossings,
    tallies: tally(lines, crossings),
    swaps,
    model: { name: model.card.name, version: model.card.version, digest: model.digest },
    configDigest: digest({ model: model.digest, card: model.card, lines }),
    eventDigest: digest(crossings),
  };
}

/**
 * Replays so many times and returns the last result.
 * @throws StationError SYS_001 when one of them counted otherwise than the first: such counts prove nothing
 */
export async function replayAlike(
  once: () => Promise<ReplayResult>,
  times: number,
): Promise<ReplayResult> {
  const first = await once();
  let last = first;
  for (let number = 2; number <= times; number++) {
    last = await once();
    if (last.eventDigest === first.eventDigest) continue;
    throw new StationError(
      'SYS_001',
      `Replay ${String(number)} counted otherwise than the first: ${last.eventDigest} instead of ${first.eventDigest}.`,
    );
  }
  return last;
}

/** The same file under another version, as a second import makes it. */
export function secondImport(model: WorkerModel): WorkerModel {
  const card = { ...model.card, name: `${model.card.name}-again` };
  return { ...model, card, digest: digest({ model: model.digest, card }) };
}

/**
 * Replays without a change of the model, then with changes, as often as it takes to have made so many; returns the last
 * result with the sum of the changes.
 * @throws StationError SYS_001 when a replay counted otherwise, REQ_003 when the clip is too short for even one change
 */
export async function replaySwapping(
  once: (swaps: number) => Promise<ReplayResult>,
  swaps: number,
): Promise<ReplayResult> {
  const plain = await once(0);
  let last = plain;
  let made = 0;
  while (made < swaps) {
    last = await once(swaps - made);
    made += last.swaps;
    if (last.eventDigest !== plain.eventDigest) {
      throw new StationError(
        'SYS_001',
        `With ${String(made)} changes of the model it counted otherwise: ${last.eventDigest} instead of ${plain.eventDigest}.`,
      );
    }
    if (last.swaps === 0) {
      throw new StationError(
        'REQ_003',
        'The clip ended before the model was changed once: take a longer one.',
      );
    }
  }
  return { ...last, swaps: made };
}

function inPx(crossing: LineCrossing, { width, height }: Size): ReplayCrossing {
  const { box, point } = crossing;
  return {
    atMs: Math.round(crossing.atSeconds * 1000),
    frame: crossing.frameSeq,
    line: crossing.lineId,
    direction: crossing.direction,
    label: crossing.label,
    trackId: crossing.trackId,
    point: [round(point.x * width, 2), round(point.y * height, 2)],
    box: [
      round(box.x * width, 2),
      round(box.y * height, 2),
      round(box.width * width, 2),
      round(box.height * height, 2),
    ],
  };
}

function tally(
  lines: readonly Line[],
  crossings: readonly ReplayCrossing[],
): Record<string, { in: number; out: number }> {
  const count = (line: string, direction: Direction) =>
    crossings.filter((entry) => entry.line === line && entry.direction === direction).length;
  return Object.fromEntries(
    lines.map(({ id }) => [id, { in: count(id, 'in'), out: count(id, 'out') }]),
  );
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
