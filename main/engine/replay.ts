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
import { keepsNothing } from './capture/capture.ts';
import { emptyPlan } from './counting-plan.ts';
import { createFleet } from './fleet.ts';
import type { Host } from './host.ts';
import type { FromWorker, WorkerModel } from './worker-protocol.ts';

export interface ReplayOptions {
  readonly source: string;
  readonly model: WorkerModel;
  /** Lines for a picture of this size; asked once the size is known */
  readonly linesFor: (picture: Size) => readonly Line[];
  readonly ffmpegPath: string;
  /** Inference threads; 0 means one per core */
  readonly threads: number;
  readonly onProgress?: (frames: number) => void;
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
  readonly frames: number;
  readonly seconds: number;
  readonly fps: number;
  readonly crossings: readonly ReplayCrossing[];
  readonly tallies: Readonly<Record<string, { readonly in: number; readonly out: number }>>;
  readonly model: { readonly name: string; readonly version: string; readonly digest: string };
  /** SHA-256 of model digest, card and lines */
  readonly configDigest: string;
  /** SHA-256 of the crossings: two replays of the same clip and settings have the same */
  readonly eventDigest: string;
}

export const replayCameraId = 'replay';

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
            frames++;
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
  options.signal?.addEventListener('abort', () =>
    finished.reject(new StationError('REQ_004', 'The replay was cancelled.')),
  );
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
    });
    await finished.promise;
  } finally {
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
