/**
 * Counts the items of a run of a job one after the other, in a worker process of its own that takes only what the cameras leave.
 *
 *   item ──▶ worker ──rows + checkpoint──▶ record (one transaction each) ──▶ next item
 *              │ ended, lost: a new one goes on at the frame after the last record
 */
import os from 'node:os';
import type { CameraSettings } from '#contract/camera.ts';
import type { Line } from '#contract/counting.ts';
import { type ErrorBody, StationError } from '#contract/error.ts';
import type { JobSettings } from '#contract/job.ts';
import { machineStrain } from './base/machine-strain.ts';
import type { Clock } from './base/clock.ts';
import { type CapturePlay, keepsNothing } from './capture/capture.ts';
import { emptyPlan } from './counting-plan.ts';
import { createFleet, type Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import type { JobCheckpoint, JobRecord } from './store/job-records.ts';
import type { FromWorker, WorkerModel } from './worker-protocol.ts';

/** One clip, recording or folder of pictures, ready to be counted. */
export interface PlayedItem {
  readonly position: number;
  /** Path of the video, or of the folder of the pictures */
  readonly source: string;
  readonly play: Omit<CapturePlay, 'firstFrame' | 'isUnseen'>;
  /** Where to go on; frame −1 to begin with who is tracked already */
  readonly checkpoint: JobCheckpoint | null;
}

export interface JobPlayerDeps {
  readonly host: Host;
  readonly clock: Clock;
  readonly ffmpegPath: string;
  /** Mark of the station's processes, by which orphans are found */
  readonly owner: string;
  /** Writes what a frame has decided; what comes next waits for it. */
  readonly record: (record: Omit<JobRecord, 'runId'>) => Promise<void>;
  readonly onSkipped: (position: number, name: string, error: ErrorBody) => void;
  /** Live frames come late: no further frame of a job is looked at while they do */
  readonly isLiveLate: () => boolean;
}

export interface JobPlayer {
  /**
   * Resolves when the item was counted to its end and everything of it is written. Rejects with what the item is wrong with,
   * with REQ_004 when it was stopped: then it goes on later from its checkpoint.
   */
  play(item: PlayedItem, signal: AbortSignal): Promise<void>;
  /** Frames that the network has looked at, and in how many runs, up to a second ago; 0 before the first report. */
  figures(): { readonly frames: number; readonly runs: number };
  close(): Promise<void>;
}

export interface JobPlayerOptions {
  readonly model: WorkerModel;
  readonly settings: JobSettings;
  readonly lines: readonly Line[];
}

export const jobCameraId = 'job';
/** Without a frame for so long it hangs; on a busy PC longer */
const stallMs = 30_000;
const watchMs = 500;
/** An item that has ended its worker so often without getting on is given up */
const mostLosses = 2;
const maxMemoryBytes = 4e9;
/** A worker that takes only what others leave may be silent for long. */
const leastStrain = 10;

/** Starts a worker and loads the model. Rejects with MODEL_* when that cannot be done. */
export async function openJobPlayer(
  { model, settings, lines }: JobPlayerOptions,
  deps: JobPlayerDeps,
): Promise<JobPlayer> {
  const { host, clock } = deps;
  let current: Playing | null = null;
  const fleet = createFleet(
    {
      settings: {
        owner: deps.owner,
        ffmpegPath: deps.ffmpegPath,
        resourcesFolder: host.paths.resources,
        hardwareDecoding: 'off',
        maxMemoryBytes,
      },
      workers: 1,
      threads: 1,
      cores: os.availableParallelism(),
    },
    {
      onMessage: (message) => current?.hear(message),
      onLost: (_cameraId, cause) => current?.lose(cause),
      onPlaced: () => current?.wait(),
      onTrouble: (error) => current?.fail(StationError.from(error, 'MODEL_002')),
      onWorker(change) {
        // Before it opens a video, whose ffmpeg inherits it.
        if (change.state === 'ready') yieldToOthers(fleet);
      },
    },
    {
      ...{ host, clock, log: host.log },
      strain: () => Math.max(leastStrain, machineStrain()),
    },
  );
  await fleet.useModel(model);

  return {
    async play(item, signal) {
      const playing = createPlaying(item, deps);
      current = playing;
      const stop = () =>
        playing.fail(new StationError('REQ_004', 'The job was stopped between two frames.'));
      signal.addEventListener('abort', stop);
      const watch = setInterval(() => {
        const isHeld = deps.isLiveLate();
        fleet.hold(jobCameraId, isHeld);
        if (isHeld) playing.wait();
        playing.check(fleet);
      }, watchMs);
      try {
        fleet.place({
          camera: cameraOf(item, settings),
          plan: { ...emptyPlan, lines },
          epoch: 1,
          checkpoint: item.checkpoint && { cameraId: jobCameraId, epoch: 1, ...item.checkpoint },
          isReplay: true,
          play: { ...item.play, isUnseen: true },
          batch: settings.batch,
          wantsFrames: false,
          keeping: keepsNothing,
          failover: [],
          ...(settings.trackFrom !== null && { tracking: { highThreshold: settings.trackFrom } }),
        });
        if (signal.aborted) stop();
        await playing.over;
      } finally {
        clearInterval(watch);
        signal.removeEventListener('abort', stop);
        current = null;
        await fleet.remove(jobCameraId);
      }
    },
    figures() {
      const report = fleet.workers()[0]?.handle.report();
      return { frames: report?.inferred ?? 0, runs: report?.runs ?? 0 };
    },
    close: () => fleet.close(),
  };

  function createPlaying(item: PlayedItem, { record, onSkipped }: JobPlayerDeps): Playing {
    const ended = Promise.withResolvers<undefined>();
    ended.promise.catch(() => undefined);
    let writing: Promise<void> = Promise.resolve();
    let heardMs = clock.monotonicMs();
    let losses = 0;
    let hasMoved = false;
    let isOver = false;

    const fail = (error: StationError): void => {
      isOver = true;
      ended.reject(error);
    };

    function write(message: Extract<FromWorker, { kind: 'record' }>): void {
      const { frameSeq, at, state } = message.checkpoint;
      fleet.remember(message.checkpoint);
      writing = writing.then(() =>
        record({
          position: item.position,
          frames: frameSeq + 1,
          doneMs: at - item.play.startsAt,
          crossings: message.crossings.map(({ atSeconds, ...crossing }) => ({
            ...crossing,
            at: Math.round(atSeconds * 1000),
          })),
          checkpoint: { frameSeq, at, state },
        }),
      );
      writing.catch((error: unknown) => fail(StationError.from(error, 'SYS_002')));
    }

    return {
      over: (async () => {
        try {
          await ended.promise;
        } finally {
          await writing;
        }
      })(),
      fail,
      wait() {
        heardMs = clock.monotonicMs();
      },
      hear(message) {
        if (isOver) return;
        switch (message.kind) {
          case 'record':
            write(message);
            return;
          case 'frame':
            heardMs = clock.monotonicMs();
            losses = 0;
            hasMoved = true;
            return;
          case 'skipped':
            heardMs = clock.monotonicMs();
            onSkipped(item.position, message.name, message.error);
            return;
          case 'capture':
            if (message.state.state === 'ended') {
              isOver = true;
              ended.resolve(undefined);
            }
            if (message.state.state === 'waiting') {
              // It is tried again from where it was, unless it has failed there already.
              if (!hasMoved) fail(StationError.fromBody(message.state.reason));
              hasMoved = false;
            }
            return;
          case 'inference-failed':
            fail(StationError.fromBody(message.error));
            return;
          default:
        }
      },
      lose(cause) {
        heardMs = clock.monotonicMs();
        if (++losses > mostLosses) {
          fail(new StationError('SYS_001', `The worker of the job ended: ${cause}.`));
        }
      },
      check(of) {
        const limitMs = stallMs * Math.max(leastStrain, machineStrain());
        if (clock.monotonicMs() - heardMs <= limitMs) return;
        const text = `No frame was counted for ${String(Math.round(limitMs / 1000))} s.`;
        fail(new StationError('INF_002', text));
        // A run that never ends is ended with its worker only.
        for (const { handle } of of.workers()) of.endWorker(handle.id);
      },
    };
  }
}

/** An item while it is counted. */
interface Playing {
  readonly over: Promise<void>;
  fail(error: StationError): void;
  wait(): void;
  hear(message: FromWorker): void;
  lose(cause: string): void;
  check(fleet: Fleet): void;
}

function yieldToOthers(fleet: Fleet): void {
  const pid = fleet.workers()[0]?.handle.pid;
  if (pid) os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
}

function cameraOf({ source, play }: PlayedItem, { fps }: JobSettings): CameraSettings {
  return {
    ...{ id: jobCameraId, name: 'Job', source, transport: 'tcp', isLooped: false, isEnabled: true },
    fps: play.pictures ? Math.min(30, Math.max(1, 1000 / play.pictures.intervalMs)) : fps,
  };
}
