/**
 * The pictures that wait for one model: with a limit for each kind of work, a deadline for each picture, and a way out
 * when the caller goes away.
 */
import { StationError } from '#contract/error.ts';
import { assert } from '#engine/base/assert.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { WaitingWork } from '#engine/inference/batcher.ts';
import type { WorkClass } from '#engine/inference/work.ts';
import type { PictureResult, RunPicture } from './serving-protocol.ts';

/** Work that comes as requests; live frames never leave their worker. */
export type RequestClass = Exclude<WorkClass, 'live'>;

/** Pictures of a class that may wait for one model. */
export const maxWaiting: Readonly<Record<RequestClass, number>> = {
  alert: 64,
  api: 256,
  batch: 2_048,
};
/** How long a picture may wait, loading of the model included, ms. */
export const defaultWaitLimitMs: Readonly<Record<RequestClass, number>> = {
  alert: 10_000,
  api: 30_000,
  batch: 600_000,
};

/** When somebody who was turned away may come again, s */
const retryAfterS = 2;

export interface PictureAnswer {
  readonly result: Extract<PictureResult, { error: null }>;
  readonly queueMs: number;
  readonly inferMs: number;
  readonly totalMs: number;
}

export interface PictureRequest {
  readonly work: RequestClass;
  /** Who sent it: turns are taken among senders */
  readonly sender: string;
  readonly picture: RunPicture;
  /** Pictures in one run at most */
  readonly maxBatchSize: number;
  /** How long the answer may be kept, s; 0 for not at all, what the settings say when left out */
  readonly cacheSeconds?: number | undefined;
  readonly signal?: AbortSignal;
}

/** A picture on its way; settled once. */
export interface PictureJob extends WaitingWork {
  readonly work: RequestClass;
  readonly picture: RunPicture;
  readonly maxBatchSize: number;
  readonly deadlineMs: number;
  /** Runs that ended with their process while they had it */
  attempts: number;
  resolve(answer: PictureAnswer): void;
  reject(error: StationError): void;
}

/** Memory that waiting pictures of all models share. */
export interface QueueRoom {
  readonly maxBytes: number;
  takenBytes: number;
}

export interface PictureQueue {
  /** Rejects with RES_003 when too much waits, at once or when its time is over, REQ_004 when the caller went away. */
  add(request: PictureRequest): Promise<PictureAnswer>;
  waiting(): readonly PictureJob[];
  /** Takes pictures out, because they go into a run. */
  take(batch: readonly PictureJob[]): void;
  /** Puts a picture back to the front: its run was lost. */
  putBack(job: PictureJob): void;
  /** Rejects what has waited too long. Returns when to look again, monotonic ms; null when nothing waits. */
  expire(): number | null;
  rejectAll(error: StationError): void;
}

export interface PictureQueueOptions {
  /** `name@version`, for messages */
  readonly name: string;
  readonly room: QueueRoom;
  readonly clock: Clock;
  readonly waitLimitMs: Readonly<Record<RequestClass, number>>;
  readonly onRefused: () => void;
  readonly onExpired: () => void;
}

export function createPictureQueue(options: PictureQueueOptions): PictureQueue {
  const { name, room, clock } = options;
  let jobs: PictureJob[] = [];

  function admit({ work, picture }: PictureRequest): void {
    const ofClass = jobs.filter((job) => job.work === work).length;
    const isFull =
      ofClass >= maxWaiting[work] || room.takenBytes + picture.bytes.length > room.maxBytes;
    if (!isFull) return;
    options.onRefused();
    throw new StationError(
      'RES_003',
      `${String(jobs.length)} pictures wait for ${name} already; try again in a few seconds.`,
      { retryAfterS },
    );
  }

  function remove(job: PictureJob): void {
    jobs = jobs.filter((other) => other !== job);
  }

  return {
    async add(request) {
      request.signal?.throwIfAborted();
      admit(request);
      const { work, sender, picture, maxBatchSize, signal } = request;
      const answer = Promise.withResolvers<PictureAnswer>();
      const nowMs = clock.monotonicMs();
      const job: PictureJob = {
        work,
        cameraId: sender,
        waitingSinceMs: nowMs,
        deadlineMs: nowMs + options.waitLimitMs[work],
        picture,
        maxBatchSize,
        attempts: 0,
        resolve: answer.resolve,
        reject: answer.reject,
      };
      const onAbort = (): void => {
        remove(job);
        job.reject(new StationError('REQ_004', 'The caller went away.'));
      };
      jobs.push(job);
      room.takenBytes += picture.bytes.length;
      signal?.addEventListener('abort', onAbort);
      try {
        return await answer.promise;
      } finally {
        signal?.removeEventListener('abort', onAbort);
        room.takenBytes -= picture.bytes.length;
      }
    },
    waiting: () => jobs,
    take(batch) {
      const before = jobs.length;
      jobs = jobs.filter((job) => !batch.includes(job));
      assert(jobs.length === before - batch.length, 'a picture that does not wait');
    },
    putBack(job) {
      jobs.unshift(job);
    },
    expire() {
      const nowMs = clock.monotonicMs();
      for (const job of jobs.filter(({ deadlineMs }) => deadlineMs <= nowMs)) {
        remove(job);
        options.onExpired();
        const seconds = String(Math.round((nowMs - job.waitingSinceMs) / 1000));
        job.reject(
          new StationError(
            'RES_003',
            `The picture waited ${seconds} s for ${name}, as long as it may; try again later.`,
            { retryAfterS },
          ),
        );
      }
      return jobs.length === 0 ? null : Math.min(...jobs.map(({ deadlineMs }) => deadlineMs));
    },
    rejectAll(error) {
      for (const job of jobs.splice(0)) job.reject(error);
    },
  };
}
